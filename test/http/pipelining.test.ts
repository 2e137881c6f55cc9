import { once } from 'node:events';
import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import { Listener } from '../../src/http/listener.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { settings } from '../../src/kit/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { RawConnection } from '../support/raw-connection.ts';

const { requestsUnderWay } = settings.http;
let logged: string[];
let served: number;
let letGo: () => void;
let server: http.Server;
let url: string;

beforeEach(async () => {
  [logged, served] = [[], 0];
  const held = new Promise<void>((resolve) => (letGo = resolve));
  server = serverWith(held);
  // What no test needs to wait 30 s for.
  server.timeout = 300;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  letGo();
  server.close();
  server.closeAllConnections();
});

function serverWith(held: Promise<void>): http.Server {
  return createHttpServer({
    publicUrl: 'http://saoma.test',
    doors: [
      (router) => {
        router.get('/held', async (ctx) => {
          served += 1;
          await held;
          ctx.body = 'here';
        });
        router.get('/large', (ctx) => {
          ctx.body = Buffer.alloc(64 * 1024 * 1024);
        });
      },
    ],
    socketDoors: [{ path: /^\/ws$/, admit: () => () => {} }],
    address: new ClientAddress([]),
    log: createLog('info', { write: (line) => void logged.push(line) }),
    clock: systemClock,
  });
}

function requests(count: number, path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(count);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

describe('requests that do not wait for their answers', () => {
  test('are answered in their order, as long as they are few', async () => {
    const connection = await RawConnection.open(url);
    connection.send(requests(requestsUnderWay, '/held'));
    await pause(100);
    letGo();
    await expect.poll(async () => (await connection.answer(/here/)).split('here')).toHaveLength(17);
    connection.send(requests(requestsUnderWay, '/held'));
    await expect.poll(async () => (await connection.answer(/here/)).split('here')).toHaveLength(33);
    connection.socket.destroy();
  });

  test('cost the connection when they are many, and no work beyond the bound is begun', async () => {
    const connection = await RawConnection.open(url);
    connection.send(requests(1_900, '/held'));
    expect(await connection.rest()).toBe('');
    expect(served).toBe(requestsUnderWay);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  test('also when they come one by one', async () => {
    const connection = await RawConnection.open(url);
    for (let i = 0; i <= requestsUnderWay; i++) {
      connection.send(requests(1, '/held'));
      await pause(2);
    }
    expect(await connection.rest()).toBe('');
    expect(served).toBe(requestsUnderWay);
  });
});

describe('a silent connection', () => {
  test('has 30 s', () => {
    expect(serverWith(Promise.resolve()).timeout).toBe(30_000);
  });

  test('that does not read its answer is ended', async () => {
    const connection = await RawConnection.open(url);
    connection.socket.pause();
    connection.send(requests(1, '/large'));
    await pause(100);
    expect(await connectionsOf(server)).toBe(1);
    await expect.poll(() => connectionsOf(server), { timeout: 3_000 }).toBe(0);
    connection.socket.destroy();
  });

  test('is allowed to a socket', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { origin: 'http://saoma.test' });
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    await pause(1_000);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.ping();
    await once(socket, 'pong');
  });
});

function connectionsOf(of: http.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    of.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

describe('a fault of the server itself', () => {
  test('while it runs is logged, and it goes on', async () => {
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({ level: 50, err: { message: 'accept EMFILE' } });
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  test('at its start is told to the caller, and to nobody else', async () => {
    const { port } = server.address() as AddressInfo;
    const second = new Listener(serverWith(Promise.resolve()), '127.0.0.1', port);
    await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    expect(logged).toEqual([]);
  });
});
