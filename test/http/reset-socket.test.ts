import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { carry, resetSocket } from '../../src/http/reset-socket.ts';
import { randomId } from '../../src/kit/id.ts';

/** A socket of ours, what it runs over, and its other side. @param path of a socket in the file system, instead of TCP */
async function open(path?: string) {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  const taken = new Promise<{ socket: WebSocket; carrier: Duplex }>((resolve) => {
    server.on('upgrade', (request, carrier: Duplex, head: Buffer) => {
      sockets.handleUpgrade(request, carrier, head, (socket) => {
        carry(socket, carrier);
        resolve({ socket, carrier });
      });
    });
  });
  server.listen(path ?? 0);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url =
    path === undefined ? `ws://127.0.0.1:${(server.address() as AddressInfo).port}` : `ws+unix:${path}:/`;
  const other = new WebSocket(url);
  other.on('error', () => undefined);
  await once(other, 'open');
  return { ...(await taken), other };
}

const over = { tcp: undefined, pipe: join(tmpdir(), `saoma-${randomId(6)}.sock`) };

test.each([
  { name: 'TCP', path: over.tcp },
  { name: 'something that cannot be reset', path: over.pipe },
])('over $name both sides learn that it is closed', async ({ path }) => {
  const { socket, other } = await open(path);
  const closed = Promise.all([once(socket, 'close'), once(other, 'close')]);
  resetSocket(socket);
  expect((await closed).map(([code]) => code as number)).toEqual([1006, 1006]);
  resetSocket(socket);
});

test.each([
  { name: 'with nothing left to send', text: '' },
  { name: 'with more to send than is taken', text: 'x'.repeat(16 * 1024 * 1024) },
])('while it is being shut, $name, it closes as well', async ({ text }) => {
  const { socket, carrier, other } = await open();
  other.pause();
  if (text !== '') socket.send(text);
  const closed = once(socket, 'close');
  carrier.end();
  resetSocket(socket);
  expect((await closed)[0]).toBe(1006);
});
