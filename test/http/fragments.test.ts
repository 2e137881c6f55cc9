import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { settings } from '../../src/kit/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { RawConnection, upgradeRequest } from '../support/raw-connection.ts';

const { fragments, chunks, messageBytes } = settings.socket;
const origin = 'http://saoma.test';

/** A server with one socket door, and what came through it. */
async function listen(): Promise<{ url: string; came: string[] }> {
  const came: string[] = [];
  const server = createHttpServer({
    publicUrl: origin,
    doors: [],
    socketDoors: [
      {
        path: /^\/ws$/,
        admit: () => (socket) => void socket.on('message', (data: Buffer) => came.push(data.toString())),
      },
    ],
    address: new ClientAddress([]),
    log: createLog('silent', { write: () => undefined }),
    clock: systemClock,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came };
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { origin });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

test('a message may come in 16 fragments', async () => {
  const { url, came } = await listen();
  const socket = await open(url);
  for (let i = 1; i <= 16; i++) socket.send('x', { fin: i === 16 });
  await expect.poll(() => came).toEqual(['x'.repeat(16)]);
  for (let i = 1; i <= 16; i++) socket.send('y', { fin: i === 16 });
  await expect.poll(() => came).toHaveLength(2);
});

test('the 17th closes the socket: 1008', async () => {
  expect(fragments).toBe(16);
  const { url, came } = await listen();
  const socket = await open(url);
  for (let i = 1; i <= 16; i++) socket.send('x', { fin: false });
  socket.ping();
  await once(socket, 'pong');
  socket.send('x', { fin: false });
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1008);
  expect(came).toEqual([]);
});

test('a fragment that the network brings in more than 64 pieces closes it as well', async () => {
  expect(chunks).toBe(64);
  const { url } = await listen();
  const connection = await RawConnection.open(url);
  connection.socket.setNoDelay();
  connection.send(upgradeRequest('/ws', origin).replace(/^GET \S+/, 'GET /ws'));
  await connection.answer(/\r\n\r\n/);
  connection.send(Buffer.from([0x81, 0xfe, messageBytes >> 8, messageBytes & 0xff, 0, 0, 0, 0]));
  for (let i = 0; i < 4 * chunks && connection.socket.writable; i++) {
    connection.send('x');
    await pause(2);
  }
  // The close frame: 1008 and why.
  expect(await connection.answer(/\x88/)).toContain('\x88\x02\x03\xf0');
  connection.socket.destroy();
});
