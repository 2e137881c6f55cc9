import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const id = 'A'.repeat(22);
const known = 'https://shop.example';
const foreign = 'https://evil.example';
const reason = "the origin stands in no site's `origins`";
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ config: { ops: { token: 'canary-ops-token-0123456789abcdef' } } });
});
afterAll(() => app.close());

/** The lines that are logged meanwhile. */
async function refuse(path: string, origin: string): Promise<Record<string, unknown>[]> {
  const before = app.logged.length;
  const connection = await RawConnection.open(app.url);
  connection.send(Buffer.from(upgradeRequest(path, origin), 'latin1'));
  const status = statusOf(await connection.rest());
  const lines = app.logged.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => line['status'])).toEqual([status]);
  return lines;
}

describe('a refused socket is one line in the log', () => {
  test.each([
    { path: `/ws/scenes/${id}`, origin: foreign, status: 403, shown: '/ws/scenes/…', reason },
    { path: '/ws/scenes/x', origin: foreign, status: 403, shown: '/ws/scenes/…', reason },
    { path: '/ws/messages', origin: foreign, status: 403, shown: '/ws/messages', reason },
    { path: '/ws/messages', origin: 'null', status: 403, shown: '/ws/messages', reason },
    { path: '/ws/messages?token=canary', origin: foreign, status: 403, shown: '/ws/messages', reason },
    { path: `/ws/scenes/${id}`, origin: '', status: 403, shown: '/ws/scenes/…', reason },
    {
      path: '/ws/ops',
      origin: foreign,
      status: 403,
      shown: '/ws/ops',
      reason: 'the page is not our own, or nobody is signed in',
    },
    { path: '/ws/scenes/canary', origin: known, status: 404, shown: '/ws/scenes/…', reason: undefined },
    { path: '/WS/canary', origin: known, status: 404, shown: '/…', reason: undefined },
  ])('$path from "$origin": $status', async ({ path, origin, status, shown, reason: given }) => {
    const [line] = await refuse(path, origin);
    expect(line).toMatchObject({ level: 30, msg: 'a socket was refused', path: shown, status, origin });
    expect(line?.['reason']).toBe(given);
    expect(app.logged.join('')).not.toContain('canary');
  });

  test('of bounded length, whatever the origin', async () => {
    const [line] = await refuse('/ws/messages', `https://\x85${'é'.repeat(9_000)}`);
    expect(line?.['origin']).toBe(`https://${'é'.repeat(192)}`);
  });
});

test('one that is let in is none', async () => {
  const before = app.logged.length;
  const connection = await RawConnection.open(app.url);
  connection.send(upgradeRequest('/ws/messages', known));
  expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(101);
  connection.socket.destroy();
  expect(app.logged.slice(before)).toEqual([]);
});
