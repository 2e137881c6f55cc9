import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const offer =
  'Host: login.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
const body = '{"code":"nothing"}';
const exchange = `POST /api/exchange HTTP/1.1\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;

test.each([
  {
    name: 'a request without a body',
    parts: [`GET /livez HTTP/1.1\r\n${offer}\r\n`],
    status: 200,
    says: '"ok"',
  },
  { name: 'a body that comes along', parts: [exchange + body], status: 401, says: 'invalid_client' },
  { name: 'a body that comes later', parts: [exchange, body], status: 401, says: 'invalid_client' },
  {
    name: 'no such path',
    parts: [`GET /ws/nothing HTTP/1.1\r\n${offer}\r\n`],
    status: 404,
    says: 'not_found',
  },
])('an offer of HTTP/2 is declined, and the request answered: $name', async ({ parts, status, says }) => {
  const answer = await send(parts);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain(says);
});

async function send(parts: string[]): Promise<string> {
  const socket = net.connect(Number(new URL(app.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  if (!socket.closed) await once(socket, 'close');
  return answer;
}
