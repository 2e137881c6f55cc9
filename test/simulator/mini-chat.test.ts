import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Talk } from '../../src/simulator/wire.ts';
import { isOver, startMiniWorld, startServer } from './mini-support.ts';

type Frame = Record<string, unknown>;

interface Visit {
  request: IncomingMessage;
  socket: WebSocket;
  /** What it said, its hello first. */
  said: Frame[];
}

/** A server with the chat's socket at it, which welcomes everybody unless it is told otherwise. */
async function startChat(greet = (socket: WebSocket) => socket.send('{"type":"welcome","waiting":0}')) {
  const server = await startServer();
  const sockets = new WebSocketServer({ server: server.http, path: '/ws/messages' });
  onTestFinished(() => sockets.close());
  const visits: Visit[] = [];
  sockets.on('connection', (socket, request) => {
    const visit: Visit = { request, socket, said: [] };
    visits.push(visit);
    socket.on('message', (data: Buffer) => {
      visit.said.push(JSON.parse(data.toString()) as Frame);
      if (visit.said.length === 1) greet(socket);
    });
  });
  const world = await startMiniWorld({ miniProgram: { serverUrl: server.url } });
  const talk = async (person = 'robin') => ((await world.person(person)) as unknown as { talk: Talk }).talk;
  const online = (isOnline = true) => world.mini('/online', { online: isOnline });
  const state = async () => (await talk()).state;
  const say = (text: string, to = 'ama') => world.mini('/talk', { to, text });
  const tell = (frame: Frame) => visits.at(-1)?.socket.send(JSON.stringify(frame));
  return { ...world, server, visits, talk, online, state, say, tell };
}

test('goes online with its session in the first message, and no Origin', async () => {
  const { online, state, visits } = await startChat();
  expect((await online()).status).toBe(204);
  await expect.poll(state).toBe('online');
  expect(visits[0]?.said).toEqual([{ type: 'hello', token: 'session-1', account: 'mini' }]);
  expect(visits[0]?.request.headers.origin).toBeUndefined();
  await online(false);
  expect(await state()).toBe('offline');
  await expect.poll(() => visits[0]?.socket.readyState).toBe(3);
});

test('what is written offline is sent when online, to the openid of the other', async () => {
  const { online, person, say, talk, tell, visits } = await startChat();
  await say('你好');
  expect((await talk()).lines).toMatchObject([{ with: 'ama', own: true, text: '你好', status: 'sending' }]);
  await online();
  await expect.poll(() => visits[0]?.said.length).toBe(2);
  const { miniOpenid } = (await person('ama')) as unknown as { miniOpenid: string };
  const { id } = (await talk()).lines[0]!;
  expect(visits[0]?.said[1]).toEqual({ type: 'send', to: miniOpenid, body: { text: '你好' }, id });
  tell({ type: 'sent', id, status: 'queued' });
  await expect.poll(async () => (await talk()).lines[0]?.status).toBe('queued');
  await say('another', 'noor');
  await expect.poll(() => visits[0]?.said.length).toBe(3);
  tell({ type: 'refused', id: visits[0]?.said[2]?.['id'], error: 'inbox_full', message: 'Full.' });
  await expect
    .poll(async () => (await talk()).lines[1])
    .toMatchObject({ status: 'refused', why: 'inbox_full' });
});

test('shows a message once, and acknowledges it each time', async () => {
  const { online, person, talk, tell, visits, state } = await startChat();
  await online();
  await expect.poll(state).toBe('online');
  const { miniOpenid: from } = (await person('ama')) as unknown as { miniOpenid: string };
  const ack = { type: 'ack', id: 'm1', from };
  const message = { type: 'message', id: 'm1', from, body: { text: '<b>hi</b>' }, sentAt: 1 };
  for (const frame of [message, message, { ...message, from: null, body: 7 }, { type: 'news' }]) tell(frame);
  await expect.poll(() => visits[0]?.said.slice(1)).toEqual([ack, ack, { ...ack, from: null }]);
  expect((await talk()).lines).toMatchObject([
    { with: 'ama', own: false, text: '<b>hi</b>', status: 'received' },
    { with: null, own: false, text: '7' },
  ]);
});

test('comes back to a server that restarts, and sends once more what was not confirmed', async () => {
  const { online, say, state, visits } = await startChat();
  await online();
  await expect.poll(state).toBe('online');
  await say('hi');
  await expect.poll(() => visits[0]?.said.length).toBe(2);
  visits[0]?.socket.close(1012);
  await expect.poll(() => visits[1]?.said.length, { timeout: 5000 }).toBe(2);
  expect(visits[1]?.said[1]).toEqual(visits[0]?.said[1]);
});

test('signs in again when the server says that the session is over', async () => {
  const server = await startServer(({ path, session }) =>
    path === '/session' && session === 'session-1' ? isOver : undefined,
  );
  const sockets = new WebSocketServer({ server: server.http });
  onTestFinished(() => sockets.close());
  const hello = new Promise((resolve) => {
    sockets.on('connection', (socket) =>
      socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))),
    );
  });
  const { mini } = await startMiniWorld({ miniProgram: { serverUrl: server.url } });
  await mini('/online', { online: true });
  expect(await hello).toMatchObject({ token: 'session-2' });
});

test('a place that was taken is not taken back', async () => {
  const { online, state, visits } = await startChat();
  await online();
  await expect.poll(state).toBe('online');
  visits[0]?.socket.close(4409);
  await expect.poll(state).toBe('replaced');
  await new Promise((resolve) => {
    setTimeout(resolve, 1700);
  });
  expect(visits).toHaveLength(1);
  await online();
  await expect.poll(state).toBe('online');
});

test('signing out goes offline, and closing the stand-in ends every socket', async () => {
  const world = await startChat();
  const { mini, online, state, visits } = world;
  await mini('/open');
  await online();
  await expect.poll(state).toBe('online');
  await mini('/sign-out');
  expect(await state()).toBe('offline');
  await online();
  await expect.poll(state).toBe('online');
  await world.close();
  await expect.poll(() => visits.map(({ socket }) => socket.readyState)).toEqual([3, 3]);
});
