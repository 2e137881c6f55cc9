import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const canary = 'canary-of-a-broken-request-5521';
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ config: { log: { level: 'trace' } } });
});
afterAll(() => app.close());

/** Everything that was logged; what stands there as numbers, byte for byte, is read as well. */
function logged(): string {
  const text = app.logged.join('');
  const arrays = text.match(/\[\d{1,3}(?:,\d{1,3})+\]/g) ?? [];
  return (
    text + arrays.map((array) => Buffer.from(JSON.parse(array) as number[]).toString('latin1')).join('\n')
  );
}

async function exchangeOf(...parts: string[]): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  const basic = Buffer.from(`${app.site.id}:${app.site.secret}`).toString('base64');
  const head = ['POST /api/exchange HTTP/1.1', 'Host: saoma.test', `Authorization: Basic ${basic}`];
  connection.send([...head, 'Content-Type: application/json', ''].join('\r\n'));
  for (const part of parts) {
    connection.send(part);
    await pause();
  }
  return connection;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}

const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const chunk = `1b\r\n{"code":"${canary}`;

test.each([
  { name: 'a bad chunk that comes along', parts: [`${chunked}ZZ\r\n${canary}\r\n`], hangsUp: false },
  { name: 'a bad chunk that comes later', parts: [chunked, `ZZ\r\n${canary}\r\n`], hangsUp: false },
  { name: 'a bad chunk after a good one', parts: [chunked + chunk, `ZZ\r\n${canary}`], hangsUp: false },
  { name: 'half a body', parts: [`Content-Length: 99\r\n\r\n{"code":"${canary}"`], hangsUp: true },
  { name: 'half a chunk', parts: [chunked + chunk], hangsUp: true },
])('a connection that breaks is no fault of ours: $name', async ({ parts, hangsUp }) => {
  const connection = await exchangeOf(...parts);
  if (hangsUp) connection.socket.resetAndDestroy();
  await connection.rest();
  await pause();
  expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  expect(app.logged.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  expect(logged()).not.toContain(canary);
  expect(logged()).not.toContain('rawPacket');
});

test('what broke is there for those who look for it', () => {
  const faults = app.logged.map((line) => (JSON.parse(line) as { fault?: string }).fault);
  expect(faults).toContain('HPE_INVALID_CHUNK_SIZE');
});
