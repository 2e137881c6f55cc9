import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection, statusOf } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const json = 'Content-Type: application/json';
const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;

async function connect(head: readonly string[], body = ''): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  connection.send(request(head, body));
  return connection;
}

function request([line, ...headers]: readonly string[], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: saoma.test', ...headers, '', body].join('\r\n');
}

/** Goes on with chunks until the other side hangs up; all that it said. */
async function sendForEver(connection: RawConnection): Promise<string> {
  const timer = setInterval(() => connection.send(chunk), 20);
  const answer = await connection.rest();
  clearInterval(timer);
  return answer;
}

describe('a request that is answered before its body has come costs the connection', () => {
  test.each([
    { name: 'no credentials', line: 'POST /api/messages', status: 401 },
    { name: 'no credentials at the exchange', line: 'POST /api/exchange', status: 401 },
    { name: 'a path of nobody', line: 'POST /nothing', status: 404 },
    { name: 'a method that is not for this path', line: 'PUT /api/messages', status: 405 },
    { name: 'a foreign page', line: 'POST /api/scenes', status: 403 },
    { name: 'an unsigned webhook', line: 'POST /wechat/main', status: 403 },
    { name: 'a body that nobody expects', line: 'GET /livez', status: 200 },
    { name: 'no answer but headers', line: 'HEAD /livez', status: 200 },
  ])('$name: $status', async ({ line, status }) => {
    const begin = Date.now();
    const connection = await connect([line, json, 'Transfer-Encoding: chunked'], chunk);
    const answer = await sendForEver(connection);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^Connection: close\r$/im);
    expect(Date.now() - begin).toBeLessThan(4_000);
  });

  test('also one that was announced and of which nothing comes', async () => {
    const connection = await connect(['POST /api/messages', json, 'Content-Length: 20']);
    const answer = await connection.rest();
    expect(statusOf(answer)).toBe(401);
    expect(answer).toMatch(/^Connection: close\r$/im);
  });

  test('also where something is expected that nobody can meet', async () => {
    const connection = await connect(
      ['POST /api/messages', 'Expect: more', 'Transfer-Encoding: chunked'],
      chunk,
    );
    expect(statusOf(await sendForEver(connection))).toBe(417);
  });
});

describe('the connection goes on', () => {
  test.each([
    { name: 'after GET', sent: request(['GET /livez']), status: 200 },
    { name: 'after a GET of nothing', sent: request(['GET /nothing']), status: 404 },
    { name: 'after POST without a body', sent: request(['POST /api/messages', json]), status: 401 },
    {
      name: 'after a small body that was not read',
      sent: request(['POST /api/messages', json, 'Content-Length: 4000'], 'x'.repeat(4000)),
      status: 401,
    },
    {
      name: 'after a small body in chunks that was not read',
      sent: request(['POST /api/exchange', json, 'Transfer-Encoding: chunked'], `${chunk}0\r\n\r\n`),
      status: 401,
    },
    {
      name: 'after a body that was read',
      sent: request(['POST /api/scenes', json, 'Origin: https://shop.example', 'Content-Length: 2'], '{}'),
      status: 400,
    },
  ])('$name', async ({ sent, status }) => {
    const connection = await RawConnection.open(app.url);
    connection.send(sent);
    const answer = await connection.answer(/\r\n\r\n/);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^Connection: keep-alive\r$/im);
    connection.send(request(['GET /readyz', 'Connection: close']));
    expect(await connection.rest()).toMatch(/\r\nHTTP\/1\.1 200 |\}HTTP\/1\.1 200 /);
  });
});
