import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AppError } from '../../src/kit/errors.ts';
import { sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Listener } from './listener.ts';
import { Stage, viewToken } from './stage.ts';

const { liveEvery, refreshEvery, sessionTtl } = settings.ops;

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  stage = await new Stage({ clock }).listen();
});
afterEach(() => stage.close());

async function upgradeByHand({ cookie, origin }: { cookie: string; origin: string }): Promise<net.Socket> {
  const socket = net.connect(Number(new URL(stage.url).port), '127.0.0.1');
  socket.write(
    `GET /ws/ops HTTP/1.1\r\nHost: saoma.test\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  return socket.resume();
}

function refusal(headers: Record<string, string>, query = ''): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/ws/ops${query}`, { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
    socket.on('open', () => resolve(101));
    socket.on('error', () => {});
  });
}

describe('the upgrade', () => {
  test('is for our own page with a session', async () => {
    const cookie = await stage.cookie();
    const { origin } = stage;
    expect(await refusal({ origin })).toBe(403);
    expect(await refusal({ origin, cookie: 'saoma_ops=guessed' })).toBe(403);
    expect(await refusal({ cookie })).toBe(403);
    expect(await refusal({ cookie, origin: 'https://shop.test' })).toBe(403);
    expect(await refusal({ cookie, origin }, '?state=waiting')).toBe(404);
    expect(await refusal({ cookie, origin })).toBe(101);
  });

  test('is answered 503 while the store is away, whatever the cookie', async () => {
    const cookie = await stage.cookie();
    const { origin } = stage;
    vi.spyOn(stage.sessions, 'use').mockRejectedValue(new AppError('store_unavailable'));
    expect(await refusal({ origin, cookie })).toBe(503);
    expect(await refusal({ origin, cookie: `saoma_ops=${'a'.repeat(43)}` })).toBe(503);
    expect(await refusal({ origin })).toBe(403);
    vi.restoreAllMocks();
    expect(await refusal({ origin, cookie })).toBe(101);
  });

  test('two at once keep their own filters', async () => {
    const cookie = await stage.cookie();
    await stage.open();
    await stage.open({ site: 'bank' });
    const [shop, bank] = await Promise.all([
      Listener.open(stage, '?site=shop', cookie),
      Listener.open(stage, '?site=bank', cookie),
    ]);
    await vi.waitFor(() => expect([...shop.of('page'), ...bank.of('page')]).toHaveLength(2));
    expect([shop, bank].map((one) => one.of('page')[0]?.scenes.map(({ site }) => site))).toEqual([
      ['shop'],
      ['bank'],
    ]);
  });
});

describe('the socket', () => {
  test('is closed when somebody speaks on it', async () => {
    const listener = await Listener.open(stage);
    listener.socket.send('hello');
    expect(await listener.closed).toBe(1008);
  });

  test('ends with the session: soon after its expiry, and at once at the sign-out', async () => {
    const expired = await stage.cookie();
    // Used now and then: else it would be over before.
    for (let i = 1; i < 12; i++) {
      clock.advance(sessionTtl / 12);
      await stage.fetch('/ops/session', { headers: { cookie: expired } });
    }
    clock.advance(sessionTtl / 12 - liveEvery);
    const expiring = await Listener.open(stage, '', expired);
    clock.advance(refreshEvery);
    expect(await expiring.closed).toBe(4401);
    const cookie = await stage.cookie();
    const leaving = await Listener.open(stage, '', cookie);
    const staying = await Listener.open(stage);
    const headers = { cookie, origin: stage.origin };
    await stage.fetch('/ops/session', { method: 'DELETE', headers });
    expect(await leaving.closed).toBe(4401);
    clock.advance(refreshEvery);
    await stage.api('overview');
    expect(staying.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('ends soon after a sign-out at another node', async () => {
    const cookie = await stage.cookie();
    const listener = await Listener.open(stage, '', cookie);
    await stage.sessions.end(sha256(cookie.split('=')[1] ?? ''));
    clock.advance(refreshEvery);
    expect(await listener.closed).toBe(4401);
  });

  test('of one too many is closed', async () => {
    for (let i = 0; i < 10; i++) {
      const cookie = await stage.cookie();
      await Promise.all(Array.from({ length: 5 }, () => Listener.open(stage, '', cookie)));
    }
    const extra = await Listener.open(stage);
    expect(await extra.closed).toBe(1013);
  });

  test('of one too many of a session is closed, and that of another session is not', async () => {
    const cookie = await stage.cookie(viewToken);
    const own = await Promise.all(Array.from({ length: 5 }, () => Listener.open(stage, '', cookie)));
    expect(await (await Listener.open(stage, '', cookie)).closed).toBe(1013);
    const other = await Listener.open(stage);
    await vi.waitFor(() => expect(other.of('page')).toHaveLength(1));
    own[0]?.socket.close();
    await own[0]?.closed;
    const again = await Listener.open(stage, '', cookie);
    await vi.waitFor(() => expect(again.of('page')).toHaveLength(1));
  });

  test('of a peer that does not answer pings is given up', async () => {
    const listener = await Listener.open(stage);
    listener.socket.pause();
    clock.advance(settings.socket.deadAfter + settings.socket.pingEvery);
    listener.socket.resume();
    expect(await listener.closed).toBe(1006);
  });

  test('is told to come back at a restart', async () => {
    const listener = await Listener.open(stage);
    stage.ops.close();
    expect(await listener.closed).toBe(1012);
  });

  test('that breaks the protocol harms nobody', async () => {
    const cookie = await stage.cookie();
    const raw = await upgradeByHand({ cookie, origin: stage.origin });
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await once(raw, 'close');
    expect((await stage.api('overview')).status).toBe(200);
  });
});
