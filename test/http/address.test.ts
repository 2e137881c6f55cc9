import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { addressPrefix, ClientAddress } from '../../src/http/address.ts';
import { postScenes } from '../support/scene-calls.ts';
import { startApp } from '../support/start-app.ts';

interface Case {
  name: string;
  trusted: string[];
  peer: string;
  forwarded?: string;
  is: string;
}

describe('who a request comes from', () => {
  test.each<Case>([
    {
      name: 'nobody is trusted',
      trusted: [],
      peer: '198.51.100.1',
      forwarded: '192.0.2.1',
      is: '198.51.100.1',
    },
    {
      name: 'another proxy',
      trusted: ['10.0.0.1'],
      peer: '10.0.0.2',
      forwarded: '192.0.2.1',
      is: '10.0.0.2',
    },
    { name: 'our proxy', trusted: ['10.0.0.1'], peer: '10.0.0.1', forwarded: '192.0.2.1', is: '192.0.2.1' },
    { name: 'our proxy, silent', trusted: ['10.0.0.1'], peer: '10.0.0.1', is: '10.0.0.1' },
    {
      name: 'a visitor who forges the front of the list',
      trusted: ['10.0.0.0/8'],
      peer: '10.0.0.1',
      forwarded: '203.0.113.9, 192.0.2.1',
      is: '192.0.2.1',
    },
    {
      name: 'a chain of our proxies',
      trusted: ['10.0.0.0/8'],
      peer: '10.0.0.1',
      forwarded: '192.0.2.1, 10.0.0.3,10.0.0.2',
      is: '192.0.2.1',
    },
    {
      name: 'a visitor who forges an address of ours',
      trusted: ['10.0.0.0/8'],
      peer: '10.0.0.1',
      forwarded: '10.0.0.9, 192.0.2.1',
      is: '192.0.2.1',
    },
    { name: 'junk', trusted: ['10.0.0.1'], peer: '10.0.0.1', forwarded: 'unknown', is: '10.0.0.1' },
    {
      name: 'junk behind a good one',
      trusted: ['10.0.0.1'],
      peer: '10.0.0.1',
      forwarded: '192.0.2.1, junk',
      is: '10.0.0.1',
    },
    { name: 'an empty list', trusted: ['10.0.0.1'], peer: '10.0.0.1', forwarded: ' , ', is: '10.0.0.1' },
    {
      name: 'an IPv6 peer that is an IPv4',
      trusted: ['10.0.0.1'],
      peer: '::ffff:10.0.0.1',
      forwarded: '::ffff:192.0.2.1',
      is: '192.0.2.1',
    },
    {
      name: 'an IPv6 network of proxies',
      trusted: ['2001:db8::/32'],
      peer: '2001:db8::1',
      forwarded: '2001:DB9:0::1',
      is: '2001:db9::1',
    },
    {
      name: 'a connection that is gone',
      trusted: ['10.0.0.1'],
      peer: '',
      forwarded: '192.0.2.1',
      is: 'unknown',
    },
  ])('$name: $is', ({ trusted, peer, forwarded, is }) => {
    expect(new ClientAddress(trusted).of(request(peer, forwarded))).toBe(is);
  });
});

describe('whom a limit counts', () => {
  test.each([
    { ip: '192.0.2.1', prefix: '192.0.2.1' },
    { ip: '::ffff:192.0.2.1', prefix: '::ffff:192.0.2.1' },
    { ip: '2001:db8:1:2:3:4:5:6', prefix: '2001:db8:1:2::/64' },
    { ip: '2001:db8::', prefix: '2001:db8::/64' },
    { ip: '::1', prefix: '::/64' },
    { ip: 'fe80::1', prefix: 'fe80::/64' },
    { ip: 'unknown', prefix: 'unknown' },
    { ip: '', prefix: '' },
  ])('$ip -> $prefix', ({ ip, prefix }) => {
    expect(addressPrefix(ip)).toBe(prefix);
  });

  test('an address with a zone is one of its network too', () => {
    expect(() => addressPrefix('fe80::1%eth0')).not.toThrow();
  });
});

test('what a visitor forwards himself moves no limit', async () => {
  const app = await startApp({ config: { limits: { scenesPerIpPerMinute: 1 } } });
  const statuses = [];
  for (const ip of ['192.0.2.1', '192.0.2.2'])
    statuses.push(
      (await postScenes(app, { site: 'shop' }, { 'x-forwarded-for': ip, forwarded: `for=${ip}` })).status,
    );
  expect(statuses).toEqual([201, 429]);
  await app.close();
});

/** The part of a request that tells of addresses. */
function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}
