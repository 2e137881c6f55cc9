import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterClose, closeCodes } from '../../src/protocol/close-codes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { createSaoma } from './saoma.ts';
import type { Saoma } from './saoma.ts';
import { StandInSaoma } from './stand-in-saoma.ts';
import type { StandInConnection } from './stand-in-saoma.ts';
import { StandInWx } from './stand-in-wx.ts';

type Connection = ReturnType<Saoma['connect']>;
type Options = Parameters<Saoma['connect']>[0];
type Message = Parameters<Options['onMessage']>[0];

const soon = { timeout: 5_000, interval: 5 };
/** `done` means nothing here: it is some proxy's word. */
const returning = [1000, 1001, 1006, 1011, 1012, 1013, 4408];
const stopping = [
  { code: 4409, reason: 'replaced' },
  { code: 4429, reason: 'too_many' },
  { code: 1003, reason: 'refused' },
  { code: 1008, reason: 'refused' },
  { code: 1009, reason: 'refused' },
];
const hello = { type: 'message', id: 'm1', from: 'oPeer', body: { text: 'hello' }, sentAt: 1 };
let server: StandInSaoma;
let wx: StandInWx;
let saoma: Saoma;
let clock: FakeClock;
let chance: number;
/** `wx.login` does not call back. */
let mute: boolean;
let states: string[];
let taken: Message[];
let errors: unknown[];
let opened: Connection[];

beforeEach(async () => {
  server = await StandInSaoma.open();
  let codes = 0;
  mute = false;
  wx = new StandInWx({
    loginCode: () => (mute ? new Promise(() => undefined) : `code-${(codes += 1)}`),
  });
  clock = new FakeClock();
  [chance, states, taken, errors, opened] = [0.5, [], [], [], []];
  const world = {
    now: () => clock.now(),
    random: () => chance,
    after: (ms: number, task: () => void) => clock.after(ms, task),
  };
  saoma = createSaoma({ baseUrl: server.url, account: 'mini', wx, world });
});
afterEach(async () => {
  for (const connection of opened) connection.close();
  await server.close();
});

function connect(more: Partial<Options> = {}): Connection {
  const connection = saoma.connect({
    onMessage: (message) => void taken.push(message),
    onState: (state, reason) => states.push(reason ? `${state}: ${reason}` : state),
    onError: (error) => errors.push(error),
    ...more,
  });
  opened.push(connection);
  return connection;
}

/** A connection that was welcomed, the `count`th of this test. */
async function welcomed(count = 1): Promise<StandInConnection> {
  await expect.poll(() => server.connections.length, soon).toBe(count);
  await expect.poll(() => states.at(-1), soon).toBe('open');
  return server.connection;
}

async function connected(more: Partial<Options> = {}) {
  const connection = connect(more);
  return { connection, peer: await welcomed() };
}

function circle(): object {
  const round: { round?: object } = {};
  round.round = round;
  return round;
}

const sends = (peer: StandInConnection): unknown[] => peer.heard('send').map(({ body }) => body);
const nextTurns = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 30));

describe('opening', () => {
  test('logs in, and says hello with the session', async () => {
    const { peer } = await connected();
    expect(peer.frames).toEqual([{ type: 'hello', token: 'session-1', account: 'mini' }]);
    expect(states).toEqual(['connecting', 'open']);
  });

  test('names the site where there are several', async () => {
    const { peer } = await connected({ site: 'shop' });
    expect(peer.frames).toEqual([{ type: 'hello', token: 'session-1', account: 'mini', site: 'shop' }]);
  });

  test('a session that the server has lost is replaced at once', async () => {
    await saoma.login();
    server.sessions.clear();
    connect();
    await welcomed(2);
    expect(server.connections.map(({ frames }) => frames[0]?.['token'])).toEqual(['session-1', 'session-2']);
    expect(states).toEqual(['connecting', 'open']);
  });

  test('a session that is new and refused all the same ends it: no login after login', async () => {
    server.welcomes = false;
    connect();
    for (const count of [1, 2]) {
      await expect.poll(() => server.connections.length, soon).toBe(count);
      await expect.poll(() => server.connection.frames.length, soon).toBe(1);
      server.connection.ends(4401);
    }
    await expect.poll(() => states.at(-1), soon).toBe('closed: session_expired');
    expect([server.logins, clock.alarms, wx.listeners]).toEqual([2, 0, 0]);
  });

  test('a session that is lost behind a busy address, where 4429 is said for 4401, is replaced too', async () => {
    server.welcomes = false;
    connect();
    await expect.poll(() => server.connections.length, soon).toBe(1);
    server.welcomes = true;
    server.connection.ends(4429);
    const peer = await welcomed(2);
    expect(peer.frames[0]).toMatchObject({ token: 'session-2' });
  });

  test('where 4429 is said to a new session too, it ends', async () => {
    server.welcomes = false;
    connect();
    for (const count of [1, 2]) {
      await expect.poll(() => server.connections.length, soon).toBe(count);
      server.connection.ends(4429);
    }
    await expect.poll(() => states.at(-1), soon).toBe('closed: too_many');
    expect(server.logins).toBe(2);
  });

  test('without a welcome it is given up after 10 s, and tried again', async () => {
    server.welcomes = false;
    connect();
    await expect.poll(() => server.connections.length, soon).toBe(1);
    clock.advance(10_000);
    expect(states).toEqual(['connecting', 'waiting']);
    server.welcomes = true;
    clock.advance(2_500);
    await welcomed(2);
  });

  test('where the login fails it is tried again, no sooner than was asked for', async () => {
    const headers = { 'retry-after': '7' };
    server.script = () => ({ status: 429, body: { error: 'rate_limited', message: '' }, headers });
    connect();
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    server.script = () => undefined;
    clock.advance(7_000 + 2_499);
    await nextTurns();
    expect(server.logins).toBe(1);
    clock.advance(1);
    await welcomed();
  });

  test('where wx.login does not call back it is tried again', async () => {
    mute = true;
    connect();
    await expect.poll(() => wx.logins, soon).toBe(1);
    clock.advance(15_000);
    await expect.poll(() => states, soon).toEqual(['connecting', 'waiting']);
    mute = false;
    clock.advance(2_500);
    await welcomed();
  });

  test.each(['person_refused', 'unknown_account'])('where the login meets %s it ends', async (error) => {
    server.script = () => ({ status: 403, body: { error, message: '' } });
    connect();
    await expect.poll(() => states.at(-1), soon).toBe(`closed: ${error}`);
    expect(clock.alarms).toBe(0);
  });
});

describe('messages', () => {
  test('are handed on and then acknowledged', async () => {
    const { peer } = await connected();
    peer.says(hello);
    await expect.poll(() => peer.heard('ack'), soon).toEqual([{ type: 'ack', id: 'm1', from: 'oPeer' }]);
    const { type: _, ...message } = hello;
    expect(taken).toEqual([message]);
  });

  test('say when they went to everybody', async () => {
    const { peer } = await connected();
    peer.says({ ...hello, from: null, to: 'all' });
    await expect.poll(() => taken, soon).toMatchObject([{ id: 'm1', from: null, to: 'all' }]);
  });

  test('are taken one after the other, and acknowledged when they are', async () => {
    const waiting: (() => void)[] = [];
    const { peer } = await connected({
      onMessage: (message) => {
        taken.push(message);
        return new Promise<void>((resolve) => void waiting.push(resolve));
      },
    });
    peer.says(hello);
    peer.says({ ...hello, id: 'm2' });
    await expect.poll(() => waiting.length, soon).toBe(1);
    await nextTurns();
    expect([taken.length, peer.heard('ack').length]).toEqual([1, 0]);
    waiting[0]?.();
    await expect.poll(() => taken.map(({ id }) => id), soon).toEqual(['m1', 'm2']);
    waiting[1]?.();
    await expect.poll(() => peer.heard('ack').map(({ id }) => id), soon).toEqual(['m1', 'm2']);
  });

  test('that could not be taken are not acknowledged; those after them are', async () => {
    const fault = new Error('no room');
    const { peer } = await connected({
      onMessage: ({ id }) => {
        if (id === 'm1') throw fault;
      },
    });
    peer.says(hello);
    peer.says({ ...hello, id: 'm2' });
    await expect.poll(() => peer.heard('ack').map(({ id }) => id), soon).toEqual(['m2']);
    expect(errors).toEqual([fault]);
  });

  test('that could not be acknowledged hold up none, and are told; they come again and are handed on once', async () => {
    const { peer } = await connected();
    const fault = new Error('sendSocketMessage:fail');
    wx.sendFault = (data) => (data.includes('"m1"') ? fault : undefined);
    peer.says(hello);
    peer.says({ ...hello, id: 'm2' });
    await expect.poll(() => peer.heard('ack').map(({ id }) => id), soon).toEqual(['m2']);
    expect(errors).toEqual([fault]);
    wx.sendFault = () => undefined;
    peer.says(hello);
    await expect.poll(() => peer.heard('ack').map(({ id }) => id), soon).toEqual(['m2', 'm1']);
    expect(taken.map(({ id }) => id)).toEqual(['m1', 'm2']);
  });

  test('that come again are acknowledged again, and handed on once', async () => {
    const { peer } = await connected();
    peer.says(hello);
    await expect.poll(() => peer.heard('ack').length, soon).toBe(1);
    peer.ends(1012);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    clock.advance(2_500);
    const next = await welcomed(2);
    next.says(hello);
    next.says({ ...hello, from: 'oAnother' });
    await expect.poll(() => next.heard('ack').length, soon).toBe(2);
    expect(taken.map(({ from }) => from)).toEqual(['oPeer', 'oAnother']);
  });

  test('after the end are not handed on', async () => {
    const { peer, connection } = await connected();
    peer.says(hello);
    connection.close();
    await nextTurns();
    expect(taken).toEqual([]);
  });

  test('what is no message of ours does no harm', async () => {
    const { peer } = await connected();
    for (const frame of ['{', '[]', 'null', '{"type":7}', '{"type":"newer"}']) peer.says(frame);
    peer.says(hello);
    await expect.poll(() => taken.length, soon).toBe(1);
    expect(errors).toEqual([]);
  });

  test('a handler of states that throws does no harm', async () => {
    const fault = new Error('of the page');
    connect({
      onState: (state) => {
        states.push(state);
        throw fault;
      },
    });
    await welcomed();
    expect(errors).toEqual([fault, fault]);
  });
});

describe('coming back', () => {
  test('is decided for every code of the contract', () => {
    const stops = stopping.map(({ code }) => code);
    const decided = new Set<number>([...returning, ...stops, closeCodes.sceneGone.code]);
    const codes = Object.values(closeCodes).map(({ code }) => code);
    expect(codes.filter((code) => !decided.has(code))).toEqual([]);
    const returns = codes.filter((code) => afterClose(code) === 'return');
    expect(returns.filter((code) => !returning.includes(code))).toEqual([]);
  });

  test.each(returning)('after %i, when chance says so', async (code) => {
    const { peer } = await connected();
    peer.ends(code);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    clock.advance(2_499);
    expect(states.at(-1)).toBe('waiting');
    clock.advance(1);
    await welcomed(2);
  });

  test('twice as late each time, 30 s at most, and early again after a welcome', async () => {
    chance = 0.999;
    await connected();
    wx.online = false;
    server.connection.ends(1006);
    for (const wait of [5_000, 10_000, 20_000, 30_000, 30_000]) {
      await expect.poll(() => states.at(-1), soon).toBe('waiting');
      clock.advance(wait * 0.998);
      expect(states.at(-1)).toBe('waiting');
      clock.advance(wait * 0.002);
      expect(states.at(-1)).toBe('connecting');
    }
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    wx.online = true;
    clock.advance(30_000);
    const peer = await welcomed(2);
    peer.ends(1006);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    clock.advance(5_000);
    await welcomed(3);
  });

  test.each(stopping)('not after $code: $reason', async ({ code, reason }) => {
    const { peer, connection } = await connected();
    peer.ends(code);
    await expect.poll(() => states.at(-1), soon).toBe(`closed: ${reason}`);
    expect([connection.state, clock.alarms, wx.listeners]).toEqual(['closed', 0, 0]);
    wx.happens('show');
    wx.setOnline(true);
    expect(states.at(-1)).toBe(`closed: ${reason}`);
  });

  test('after 4401 with a new session, and not in the same moment as everybody else', async () => {
    const { peer } = await connected();
    server.sessions.clear();
    peer.ends(4401);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    expect(server.logins).toBe(1);
    clock.advance(2_500);
    const next = await welcomed(2);
    expect(next.frames[0]).toMatchObject({ token: 'session-2' });
  });

  test('after 4401 with the session that a request has got meanwhile', async () => {
    const { peer } = await connected();
    server.sessions.clear();
    await saoma.request('/miniprogram/mini/session');
    peer.ends(4401);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    clock.advance(2_500);
    await welcomed(2);
    expect(server.logins).toBe(2);
  });

  test('as soon as there is a network again', async () => {
    const { peer } = await connected();
    wx.setOnline(false);
    peer.ends(1006);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    wx.setOnline(true);
    await welcomed(2);
  });

  test('on another network with another socket, though the old one looks open', async () => {
    const { peer } = await connected();
    wx.setOnline(true);
    await welcomed(2);
    await expect.poll(() => peer.open, soon).toBe(false);
  });

  test.each([
    { away: 5_000, sockets: 1 },
    { away: 31_000, sockets: 2 },
  ])('shown again after $away ms: $sockets sockets in all', async ({ away, sockets }) => {
    await connected();
    wx.happens('hide');
    clock.advance(away);
    wx.happens('show');
    await nextTurns();
    await welcomed(sockets);
    expect(server.connections).toHaveLength(sockets);
  });
});

describe('sending', () => {
  test('is answered with what became of it', async () => {
    const { connection, peer } = await connected();
    const sent = connection.send('oPeer', { text: '你好' });
    await expect.poll(() => peer.heard('send').length, soon).toBe(1);
    const [frame] = peer.heard('send');
    expect(frame).toMatchObject({ type: 'send', to: 'oPeer', body: { text: '你好' } });
    expect(frame?.['id']).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    peer.says({ type: 'sent', id: frame?.['id'], status: 'queued' });
    expect(await sent).toEqual({ id: frame?.['id'], status: 'queued' });
  });

  test('is refused with the error of the server', async () => {
    const { connection, peer } = await connected();
    const sent = connection.send('oPeer', 1, { id: 'mine' });
    peer.says({ type: 'refused', id: 'mine', error: 'inbox_full', message: 'Too many wait.' });
    await expect(sent).rejects.toMatchObject({ code: 'inbox_full', message: 'Too many wait.' });
  });

  test('that the server could not keep is done again', async () => {
    const { connection, peer } = await connected();
    const sent = connection.send('oPeer', 1, { id: 'mine' });
    peer.says({ type: 'refused', id: 'mine', error: 'store_unavailable', message: 'Away.' });
    await nextTurns();
    clock.advance(3_000);
    await expect.poll(() => sends(peer), soon).toEqual([1, 1]);
    peer.says({ type: 'sent', id: 'mine', status: 'delivered' });
    expect((await sent).status).toBe('delivered');
  });

  test('waits for the connection, and keeps the order', async () => {
    const connection = connect();
    for (const body of [1, 2, 3]) void connection.send('oPeer', body).catch(() => undefined);
    const peer = await welcomed();
    await expect.poll(() => sends(peer), soon).toEqual([1, 2, 3]);
  });

  test('of what was not answered is done again on the next socket, under the same ids, before what is new', async () => {
    const { connection, peer } = await connected();
    const all = [1, 2, 3].map((body) => connection.send('oPeer', body, { id: `id-${body}` }));
    await expect.poll(() => sends(peer), soon).toEqual([1, 2, 3]);
    peer.says({ type: 'sent', id: 'id-1', status: 'delivered' });
    expect(await all[0]).toEqual({ id: 'id-1', status: 'delivered' });
    peer.ends(1006);
    await expect.poll(() => states.at(-1), soon).toBe('waiting');
    all.push(connection.send('oPeer', 4, { id: 'id-4' }));
    clock.advance(2_500);
    const next = await welcomed(2);
    await expect.poll(() => next.heard('send').map(({ id }) => id), soon).toEqual(['id-2', 'id-3', 'id-4']);
    for (const id of ['id-2', 'id-3', 'id-4']) next.says({ type: 'sent', id, status: 'delivered' });
    expect(await Promise.all(all)).toHaveLength(4);
    expect(clock.alarms).toBe(0);
  });

  test('is no faster than the server hears', async () => {
    const { connection, peer } = await connected();
    for (let body = 0; body < 40; body += 1) void connection.send('oPeer', body).catch(() => undefined);
    await expect.poll(() => sends(peer).length, soon).toBe(15);
    await nextTurns();
    expect(sends(peer)).toHaveLength(15);
    const answer = (): void =>
      peer.heard('send').forEach(({ id }) => peer.says({ type: 'sent', id, status: 'queued' }));
    for (const count of [30, 40]) {
      answer();
      await nextTurns();
      clock.advance(10_000);
      await expect.poll(() => sends(peer).length, soon).toBe(count);
    }
    expect(sends(peer)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test('that nobody answers makes the socket suspect', async () => {
    const { connection, peer } = await connected();
    void connection.send('oPeer', 1, { id: 'mine' }).catch(() => undefined);
    await expect.poll(() => sends(peer), soon).toEqual([1]);
    clock.advance(15_000);
    const next = await welcomed(2);
    await expect.poll(() => next.heard('send').map(({ id }) => id), soon).toEqual(['mine']);
  });

  test('is given up in the end', async () => {
    const connection = connect();
    server.welcomes = false;
    const sent = connection.send('oPeer', 1, { within: 60_000 });
    sent.catch(() => undefined);
    clock.advance(60_000);
    await expect(sent).rejects.toMatchObject({ code: 'unanswered' });
  });

  test.each([
    { what: 'a name in Chinese', to: '中', body: 'x' },
    { what: 'everybody', to: { all: true }, body: 'x' },
    { what: 'nobody', to: '', body: 'x' },
    { what: 'a name that is too long', to: 'o'.repeat(65), body: 'x' },
    { what: 'no body', to: 'oPeer', body: undefined },
    { what: 'a function', to: 'oPeer', body: () => 1 },
    { what: 'a number that JSON has not', to: 'oPeer', body: 1n },
    { what: 'a circle', to: 'oPeer', body: circle() },
    { what: 'an id in Chinese', to: 'oPeer', body: 'x', id: '中' },
    { what: 'an empty id', to: 'oPeer', body: 'x', id: '' },
  ])('of what no message can be is refused here, alone: $what', async ({ to, body, id }) => {
    const { connection, peer } = await connected();
    const sent = connection.send(to as string, body, id === undefined ? {} : { id });
    await expect(sent).rejects.toMatchObject({ name: 'SaomaError', code: 'invalid_request' });
    void connection.send('oPeer', null).catch(() => undefined);
    await expect.poll(() => sends(peer), soon).toEqual([null]);
    expect(states).toEqual(['connecting', 'open']);
  });

  test('of what is said when it is sent: a body that is changed later changes no message', async () => {
    const connection = connect();
    const body = { text: 'hello' };
    void connection.send('oPeer', body).catch(() => undefined);
    body.text = 'a'.repeat(5_000);
    const peer = await welcomed();
    await expect.poll(() => sends(peer), soon).toEqual([{ text: 'hello' }]);
  });

  test('of a frame of 4 KiB, and not of one byte more', async () => {
    const { connection, peer } = await connected();
    const around = JSON.stringify({ type: 'send', to: 'oPeer', body: '', id: 'mine' }).length;
    const most = '码'.repeat(Math.floor((4_096 - around) / 3)) + 'a'.repeat((4_096 - around) % 3);
    const longer = connection.send('oPeer', `${most}a`, { id: 'mine' });
    await expect(longer).rejects.toMatchObject({ code: 'message_too_large' });
    void connection.send('oPeer', most, { id: 'mine' }).catch(() => undefined);
    await expect.poll(() => sends(peer), soon).toEqual([most]);
  });

  describe('through a socket that throws', () => {
    const fault = new Error('sendSocketMessage:fail');

    test('is done again when it does so no more, in order', async () => {
      const { connection, peer } = await connected();
      wx.sendFault = () => fault;
      const sent = [1, 2].map((body) => connection.send('oPeer', body, { id: `id-${body}` }));
      clock.advance(3_000);
      wx.sendFault = () => undefined;
      clock.advance(3_000);
      await expect.poll(() => sends(peer), soon).toEqual([1, 2]);
      for (const id of ['id-1', 'id-2']) peer.says({ type: 'sent', id, status: 'delivered' });
      expect(await Promise.all(sent)).toHaveLength(2);
      expect(clock.alarms).toBe(0);
    });

    test('is done again on the next one', async () => {
      const { connection, peer } = await connected();
      wx.sendFault = (data) => (data.includes('"send"') ? fault : undefined);
      void connection.send('oPeer', 1).catch(() => undefined);
      peer.ends(1006);
      await expect.poll(() => states.at(-1), soon).toBe('waiting');
      clock.advance(2_500);
      const next = await welcomed(2);
      wx.sendFault = () => undefined;
      clock.advance(3_000);
      await expect.poll(() => sends(next), soon).toEqual([1]);
      expect(errors).toEqual([]);
    });

    test('and goes on doing so is done on another one', async () => {
      const { connection } = await connected();
      const [broken] = wx.sockets;
      wx.sendFault = (data) => (wx.sockets.at(-1) === broken && data.includes('"send"') ? fault : undefined);
      void connection.send('oPeer', 1).catch(() => undefined);
      clock.advance(15_000);
      const next = await welcomed(2);
      await expect.poll(() => sends(next), soon).toEqual([1]);
    });

    test('is given up in the end, and told as such', async () => {
      const { connection } = await connected();
      wx.sendFault = (data) => (data.includes('"send"') ? fault : undefined);
      const sent = connection.send('oPeer', 1, { within: 10_000 });
      sent.catch(() => undefined);
      clock.advance(10_000);
      await expect(sent).rejects.toMatchObject({ name: 'SaomaError', code: 'unanswered' });
    });

    test('at its hello comes back later', async () => {
      wx.sendFault = () => fault;
      connect();
      await expect.poll(() => states.at(-1), soon).toBe('waiting');
      wx.sendFault = () => undefined;
      clock.advance(2_500);
      await welcomed(2);
    });
  });

  test.each([
    { name: 'ASCII', text: 'a'.repeat(4_100) },
    { name: 'Chinese', text: '码'.repeat(1_370) },
    { name: 'emoji', text: '😀'.repeat(1_030) },
  ])('of more than 4 KiB is refused here: $name', async ({ text }) => {
    const { connection, peer } = await connected();
    await expect(connection.send('oPeer', text)).rejects.toMatchObject({ code: 'message_too_large' });
    expect(peer.heard('send')).toEqual([]);
  });

  test('is bounded, and an id can wait once', async () => {
    const connection = connect();
    const first = connection.send('oPeer', 0, { id: 'one' });
    first.catch(() => undefined);
    await expect(connection.send('oPeer', 0, { id: 'one' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    for (let body = 1; body < 100; body += 1) connection.send('oPeer', body).catch(() => undefined);
    await expect(connection.send('oPeer', 100)).rejects.toMatchObject({ code: 'too_many' });
    connection.close();
    await expect(first).rejects.toMatchObject({ code: 'closed' });
    await expect(connection.send('oPeer', 1)).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('ending', () => {
  test('leaves nothing behind', async () => {
    const { connection, peer } = await connected();
    expect(wx.listeners).toBe(3);
    connection.close();
    connection.close();
    expect(states).toEqual(['connecting', 'open', 'closed: closed']);
    expect([clock.alarms, wx.listeners]).toEqual([0, 0]);
    await expect.poll(() => peer.open, soon).toBe(false);
  });

  test('while it connects leaves no socket either', async () => {
    server.welcomes = false;
    const connection = connect();
    while (wx.sockets.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    connection.close();
    await expect.poll(() => server.connections.every(({ open }) => !open), soon).toBe(true);
    await nextTurns();
    expect(states).toEqual(['connecting', 'closed: closed']);
  });

  test('comes with logging out: nobody is logged in again by a connection', async () => {
    await connected();
    await saoma.logout();
    expect(states.at(-1)).toBe('closed: logout');
    clock.advance(60_000);
    await nextTurns();
    expect([server.logins, clock.alarms]).toEqual([1, 0]);
  });

  test('in the first word of a state leaves nothing behind', async () => {
    let connection: Connection | undefined;
    connection = connect({ onState: () => connection?.close() });
    await expect.poll(() => connection?.state, soon).toBe('closed');
    await nextTurns();
    expect([clock.alarms, wx.listeners]).toEqual([0, 0]);
  });
});
