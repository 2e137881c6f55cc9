import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Mock } from 'vitest';
import type { WebSocket } from 'ws';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { LastHour } from '../../src/ops/last-hour.ts';
import { Live } from '../../src/ops/live.ts';
import { LivingNodes } from '../../src/ops/living-nodes.ts';
import { readOverview } from '../../src/ops/overview.ts';
import { Tally } from '../../src/ops/tally.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { MemoryNodeRegistry } from '../../src/store/memory/node-registry.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { MemoryStatistics } from '../../src/store/memory/statistics.ts';
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
let lives: Mock<(session: string) => Promise<boolean>>;
let ids = 0;

beforeEach(async () => {
  clock = new FakeClock();
  lives = vi.fn<(session: string) => Promise<boolean>>().mockResolvedValue(true);
  store = new MemorySceneStore({ clock, maxPending: 0, settings: settings.scene });
  const nodes = new LivingNodes(new MemoryNodeRegistry(clock, Infinity), clock, 1000);
  const statistics = new MemoryStatistics(clock, settings.statistics.keptFor);
  const log = createLog('silent', { write: () => {} });
  const lastHour = new LastHour(statistics, new Tally({ store: statistics, clock, log }));
  const about = {
    accounts: [],
    miniPrograms: [],
    node: 'node-a',
    storeKind: 'memory',
    version: '1.2.3',
  } as const;
  const parts = { store, lastHour, clock, nodes, ...about };
  live = new Live({
    store,
    clock,
    log: createLog('silent', { write: () => {} }),
    readOverview: () => readOverview(parts),
    sessions: { lives },
    surroundings: { nodeLives: () => true, kindOf: () => null },
    liveEvery,
  });
  socket = new SlowSocket();
  live.open(socket as unknown as WebSocket, {}, 'a session');
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

test('while nobody can tell whether its session lives, a dashboard is told nothing; then everything at once', async () => {
  lives.mockRejectedValue(new AppError('store_unavailable'));
  clock.advance(settings.ops.refreshEvery);
  await turn();
  const told = socket.sent.length;
  socket.bufferedAmount = 0;
  const unseen = await open();
  clock.advance(settings.ops.refreshEvery);
  await turn();
  expect(socket.sent).toHaveLength(told);
  expect(socket.close).not.toHaveBeenCalled();

  lives.mockResolvedValue(true);
  clock.advance(settings.ops.refreshEvery);
  await turn();
  clock.advance(liveEvery);
  expect(socket.types.slice(told)).toContain('page');
  expect(socket.sent.slice(told).join()).toContain(unseen.id);
});

test('a session that is over elsewhere is noticed within two seconds, and asked about once for all its dashboards', async () => {
  const second = new SlowSocket();
  live.open(second as unknown as WebSocket, {}, 'a session');
  lives.mockResolvedValue(false);
  clock.advance(2000);
  await turn();
  expect(socket.close).toHaveBeenCalledWith(4401);
  expect(second.close).toHaveBeenCalledWith(4401);
  expect(lives.mock.calls).toEqual([['a session']]);
});

test('the whole hour comes first, then two minutes of it, and the whole again to who missed something', async () => {
  const series = () =>
    socket.sent
      .map((message) => JSON.parse(message) as { type: string; series: unknown[] })
      .filter(({ type }) => type === 'overview')
      .map((overview) => overview.series.length);
  const refresh = async (): Promise<void> => {
    clock.advance(settings.ops.refreshEvery);
    await turn();
  };
  await refresh();
  await refresh();
  expect(series()).toEqual([60, 2, 2]);
  socket.bufferedAmount = queueBytes + 1;
  await refresh();
  socket.bufferedAmount = 0;
  clock.advance(liveEvery);
  await refresh();
  await refresh();
  expect(series()).toEqual([60, 2, 2, 60, 2]);
});
