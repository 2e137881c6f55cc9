import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import type { AskingSocketDoor, Opener, Visitor } from '../../src/http/door.ts';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';

let server: Server;
let url: string;
let clock: FakeClock;
let lines: string[];
/** What the door was asked, in its order; a test answers. */
let asked: { say: (verdict: Opener | number) => void; fail: (error: unknown) => void }[];
let visitors: Visitor[];
let heard: string[];

const door: AskingSocketDoor = {
  path: /^\/ws\/(\w+)$/,
  admit: () =>
    new Promise((resolve, reject) => {
      asked.push({ say: resolve, fail: reject });
    }),
};

const listen: Opener = (socket: WebSocket, visitor: Visitor) => {
  visitors.push(visitor);
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
};

beforeEach(async () => {
  [asked, visitors, heard, lines] = [[], [], [], []];
  clock = new FakeClock();
  server = createHttpServer({
    publicUrl: 'http://saoma.test',
    doors: [],
    socketDoors: [door],
    address: new ClientAddress([]),
    log: createLog('warn', { write: (line) => void lines.push(line) }),
    clock,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const request = upgradeRequest('/ws/abc', 'https://shop.example');

/** A masked text frame; the mask is zero, so that it can be read. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 + text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

async function knock(bytes: Uint8Array = Buffer.alloc(0)): Promise<RawConnection> {
  const before = asked.length;
  const connection = await RawConnection.open(url);
  connection.send(Buffer.concat([Buffer.from(request), bytes]));
  await expect.poll(() => asked.length).toBe(before + 1);
  return connection;
}

describe('a door that has to ask', () => {
  test('lets nothing in before it knows, and then everything in its order', async () => {
    const connection = await knock(frame('first'));
    connection.send(frame('second'));
    await pause(50);
    connection.send(Buffer.concat([frame('third'), frame('fourth').subarray(0, 4)]));
    await pause(50);
    expect([visitors, heard]).toEqual([[], []]);
    asked[0]?.say(listen);
    expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(101);
    connection.send(frame('fourth').subarray(4));
    await expect.poll(() => heard).toEqual(['first', 'second', 'third', 'fourth']);
    expect(visitors).toEqual([{ id: 'abc', origin: 'https://shop.example', ip: '127.0.0.1' }]);
    connection.socket.destroy();
  });

  test('keeps what a client says meanwhile within its bounds', async () => {
    const connection = await knock();
    for (let sent = 0; sent < 200; sent++) connection.send(Buffer.alloc(64 * 1024));
    await pause(200);
    const unsent = connection.socket.writableLength;
    expect(unsent).toBeGreaterThan(0);
    asked[0]?.say(403);
    expect(statusOf(await connection.rest())).toBe(403);
  });

  test('refuses with the status that it finds', async () => {
    const connection = await knock();
    asked[0]?.say(403);
    expect(statusOf(await connection.rest())).toBe(403);
    expect(visitors).toEqual([]);
  });

  test.each([
    { what: 'the store is away', error: new AppError('store_unavailable'), told: 0 },
    { what: 'something is broken', error: new Error('broken'), told: 1 },
  ])('answers 503 when $what', async ({ error, told }) => {
    const connection = await knock();
    asked[0]?.fail(error);
    const answer = await connection.rest();
    expect(statusOf(answer)).toBe(503);
    expect(answer).toMatch(/\r\nRetry-After: \d+\r\n/);
    expect(lines).toHaveLength(told);
  });

  test('answers 503 when it does not know in time, and what it learns later lets nobody in', async () => {
    const connection = await knock();
    clock.advance(settings.socket.attachWithin);
    expect(statusOf(await connection.rest())).toBe(503);
    asked[0]?.say(listen);
    await pause(20);
    expect(visitors).toEqual([]);
  });

  test.each([
    { how: 'breaks', leave: (one: RawConnection) => void one.socket.resetAndDestroy() },
    { how: 'ends', leave: (one: RawConnection) => void one.socket.destroy() },
  ])('does not mind a connection that $how meanwhile', async ({ leave }) => {
    const connection = await knock();
    leave(connection);
    await pause(50);
    asked[0]?.say(listen);
    await pause(20);
    expect(heard).toEqual([]);
    const next = await knock();
    asked.at(-1)?.say(listen);
    expect(statusOf(await next.answer(/\r\n\r\n/))).toBe(101);
    next.socket.destroy();
  });

  test('lets nobody in once the service leaves', async () => {
    const connection = await knock();
    const closed = once(server, 'close');
    server.close();
    asked[0]?.say(listen);
    expect(statusOf(await connection.rest())).toBe(503);
    await closed;
    expect(visitors).toEqual([]);
  });
});
