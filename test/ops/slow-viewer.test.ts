import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { settings } from '../../src/kit/settings.ts';
import { Live } from '../../src/ops/live.ts';
import { Rates, readOverview } from '../../src/ops/overview.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A peer that reads only when the test lets it. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly close = vi.fn<(code: number) => void>();
  readonly terminate = vi.fn<() => void>();
  readonly ping = vi.fn<() => void>();

  send(message: string): void {
    this.sent.push(message);
    this.bufferedAmount += message.length;
  }

  get types(): string[] {
    return this.sent.map((message) => JSON.parse(message).type);
  }
}

const { liveEvery } = settings.ops;
const { queueBytes } = settings.socket;

let clock: FakeClock;
let store: MemorySceneStore;
let live: Live;
let socket: SlowSocket;
let ids = 0;

beforeEach(async () => {
  clock = new FakeClock();
  store = new MemorySceneStore({ clock, maxPending: 0, settings: settings.scene });
  const sources = { node: 'a', version: '1', startedAt: 0, sockets: () => 0, pushLatency: async () => null };
  const parts = { store, rates: new Rates(clock), clock, sources };
  live = new Live({
    store,
    clock,
    log: createLog('silent', { write: () => {} }),
    readOverview: () => readOverview(parts),
    liveEvery,
  });
  socket = new SlowSocket();
  live.open(socket as unknown as WebSocket, {}, () => true);
  await turn();
});
afterEach(() => {
  live.close();
  store.close();
});

async function open(): Promise<Scene> {
  const browser = { ip: '203.0.113.77', userAgent: 'x'.repeat(200), origin: 'https://shop.test' };
  const hashes = { claimHash: 'c', codeHash: 'd', codeChallenge: null, siteState: null };
  const id = String(ids++).padStart(22, 'A');
  const draft = { id, site: 'shop', account: 'main', approval: 'scan' as const, browser, ...hashes };
  const scene = await store.add(draft, 120_000);
  live.changed(scene);
  return scene;
}

test('who cannot keep up is told nothing until there is room, and then everything at once', async () => {
  expect(socket.types).toEqual(['page', 'overview']);
  while (socket.bufferedAmount <= queueBytes) {
    for (let i = 0; i < 50; i++) await open();
    clock.advance(liveEvery);
  }
  const told = socket.sent.length;
  for (let i = 0; i < 1000; i++) {
    await open();
    clock.advance(10);
  }
  expect(socket.sent).toHaveLength(told);
  socket.bufferedAmount = 0;
  const newest = await open();
  clock.advance(liveEvery);
  expect(socket.types.slice(told)).toEqual(['page']);
  expect(JSON.parse(socket.sent.at(-1)!).scenes).toHaveLength(500);
  expect(socket.sent.at(-1)).toContain(newest.id);
});

test('while nobody looks, nothing is done', async () => {
  const list = vi.spyOn(store, 'list');
  socket.emit('close');
  clock.advance(60_000);
  await turn();
  expect(list).not.toHaveBeenCalled();
  expect(socket.ping.mock.calls.length + socket.sent.length).toBe(2);
});

test('a store that is away silences the dashboard, and it goes on afterwards', async () => {
  const list = vi.spyOn(store, 'list').mockRejectedValue(new Error('away'));
  clock.advance(10_000);
  await turn();
  list.mockRestore();
  const told = socket.sent.length;
  await open();
  clock.advance(2000);
  await turn();
  expect(socket.types.slice(told)).toContain('changes');
  expect(socket.types.slice(told)).toContain('overview');
});
