import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { ClientAddress } from '../../src/http/address.ts';
import { RecentAddresses } from '../../src/http/recent-addresses.ts';

function requestOf(peer: string, forwarded?: string): IncomingMessage {
  const headers = { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) };
  return { headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage;
}

/** The addresses, and how many were read anew. */
function open() {
  const inner = new ClientAddress(['10.0.0.1']);
  let read = 0;
  const of: ClientAddress['of'] = (request) => {
    read++;
    return inner.of(request);
  };
  return { recent: new RecentAddresses({ of }), times: () => read };
}

test('tells the same as was told before, without reading it again', () => {
  const { recent, times } = open();
  const requests = [
    { request: requestOf('::ffff:198.51.100.1'), is: '198.51.100.1' },
    { request: requestOf('198.51.100.1', '192.0.2.1'), is: '198.51.100.1' },
    { request: requestOf('10.0.0.1', '192.0.2.1'), is: '192.0.2.1' },
    { request: requestOf('10.0.0.1', '192.0.2.2'), is: '192.0.2.2' },
    { request: requestOf('10.0.0.1'), is: '10.0.0.1' },
    { request: requestOf('10.0.0.1', ''), is: '10.0.0.1' },
  ];
  for (let time = 0; time < 3; time++)
    expect(requests.map(({ request }) => recent.of(request))).toEqual(requests.map(({ is }) => is));
  expect(times()).toBe(6);
});

test('does not remember what is too long, and no more than so many', () => {
  const { recent, times } = open();
  const long = requestOf('10.0.0.1', `${'1'.repeat(settings.http.recentLength)}, 192.0.2.1`);
  expect([recent.of(long), recent.of(long), times()]).toEqual(['192.0.2.1', '192.0.2.1', 2]);
  for (let i = 0; i <= settings.http.recentAddresses; i++) recent.of(requestOf(`10.1.${i >> 8}.${i & 255}`));
  expect(recent.of(requestOf('10.1.0.0'))).toBe('10.1.0.0');
  expect(times()).toBe(2 + settings.http.recentAddresses + 2);
});
