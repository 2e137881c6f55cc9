import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { MoveName, Scene } from '../../src/scene/scene.ts';
import type { Known } from '../../src/scene/store.ts';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime, settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

interface Visit {
  scene: OpenedScene;
  socket: LoginSocket;
}

const all = (): boolean => true;
const { rereadAtOnce, rereadAfter } = settings.socket;

let room: Room;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  room = await startRoom({ clock });
});
afterEach(() => room.close());

describe('wake-ups that may have been missed', () => {
  test('what changed is shown, once, and the rest is left alone', async () => {
    const [scanned, same] = [await visit(), await visit()];
    await quietly('scan', scanned);
    room.hub.missed(all);
    await scanned.socket.reach('scanned');
    await settle(same.socket);
    expect(same.socket.snapshots).toHaveLength(1);
    room.hub.missed(all);
    await settle(scanned.socket);
    expect(scanned.socket.snapshots).toHaveLength(2);
  });

  test('only the scenes that it concerns are read', async () => {
    const [mine, other] = [await visit(), await visit()];
    const asked = watchNews();
    room.hub.missed((id) => id === mine.scene.sceneId);
    await settle(other.socket);
    expect(asked).toEqual([[{ id: mine.scene.sceneId, version: 1 }]]);
  });

  test('the end of a scene is shown', async () => {
    const { scene, socket } = await visit();
    await quietly('cancel', { scene });
    room.hub.missed(all);
    expect(await socket.closed).toBe(1000);
    expect(socket.snapshots.at(-1)?.state).toBe('cancelled');
  });

  test('of a scene that is gone the browser asks for a new one', async () => {
    const { scene, socket } = await visit();
    answerNews(() => [{ id: scene.sceneId, scene: undefined }]);
    room.hub.missed(all);
    expect(await socket.closed).toBe(4401);
  });

  test('what changes during an attach is shown after it', async () => {
    const scene = await room.browser().open('shop');
    const letGo = room.store.hold('attach');
    const socket = await room.browser().attach(scene);
    await settle(socket);
    await quietly('scan', { scene });
    room.hub.missed(all);
    await settle(socket);
    letGo();
    await socket.reach('scanned');
    expect(socket.snapshots.map(({ version }) => version)).toEqual([1, 2]);
  });

  test('a thousand and one are read 500 at a time', async () => {
    const visits: Visit[] = [];
    while (visits.length < 2 * rereadAtOnce)
      visits.push(...(await Promise.all(Array.from({ length: 100 }, visit))));
    visits.push(await visit());
    const asked = watchNews();
    room.hub.missed(all);
    await settle(visits[0]!.socket);
    await expect.poll(() => asked.map(({ length }) => length)).toEqual([rereadAtOnce, rereadAtOnce, 1]);
  });

  test('told again and again while they are read, each is read once more', async () => {
    const visits = [await visit(), await visit()];
    const asked = watchNews();
    const letGo = room.store.hold('news');
    for (let times = 0; times < 100; times++) room.hub.missed(all);
    letGo();
    await Promise.all(visits.map(({ socket }) => settle(socket)));
    expect(asked.map(({ length }) => length)).toEqual([2, 2]);
  });

  test('a store that is away is asked again until it answers, and nobody is sent away', async () => {
    const { scene, socket } = await visit();
    await quietly('scan', { scene });
    room.store.broken.add('news');
    room.hub.missed(all);
    await settle(socket);
    for (let times = 0; times < 3; times++) await passTime(clock, rereadAfter, socket);
    expect(room.store.calls.filter((verb) => verb === 'news')).toHaveLength(4);
    expect(socket.snapshots).toHaveLength(1);
    room.store.broken.delete('news');
    await passTime(clock, rereadAfter, socket);
    await socket.reach('scanned');
    await passTime(clock, 3 * rereadAfter, socket);
    expect(room.store.calls.filter((verb) => verb === 'news')).toHaveLength(5);
  });

  test('what else goes wrong is logged, and tried again', async () => {
    const { scene, socket } = await visit();
    await quietly('scan', { scene });
    const { news } = room.store;
    room.store.news = () => Promise.reject(new Error('of a kind that nobody expects'));
    room.hub.missed(all);
    await settle(socket);
    expect(room.logged.join()).toContain('of a kind that nobody expects');
    room.store.news = news;
    await passTime(clock, rereadAfter, socket);
    await socket.reach('scanned');
  });
});

describe('a scene of which the store lost what was shown', () => {
  const before = new Map<string, Scene>();

  async function lost(move: MoveName): Promise<Visit> {
    const { scene, socket } = await visit();
    before.set(scene.sceneId, (await room.store.find(scene.sceneId))!);
    await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
    await socket.reach('scanned');
    if (move === 'confirm') {
      await room.scenes.confirm(scene.sceneId, null);
      await socket.reach('confirmed');
    }
    return { scene, socket };
  }

  test.each(['scan', 'confirm'] as const)(
    'its %s: is cancelled, and the browser asks for a new one',
    async (move) => {
      const { scene, socket } = await lost(move);
      const shown = socket.snapshots.length;
      answerNews((known) => known.map(({ id }) => ({ id, scene: before.get(id) })));
      room.hub.missed(all);
      expect(await socket.closed).toBe(4401);
      expect(socket.snapshots).toHaveLength(shown);
      expect(await room.store.find(scene.sceneId)).toMatchObject({
        state: 'cancelled',
        reason: 'state_lost',
      });
    },
  );

  test('is so when its deadline shows it', async () => {
    const { scene, socket } = await lost('scan');
    room.store.find = async (id) => before.get(id);
    await passTime(clock, 1_600, socket);
    expect(await socket.closed).toBe(4401);
    expect(room.store.calls).toContain('move');
    expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending', 'scanned']);
    expect(await room.scenes.attach(scene.sceneId, scene.claim, null)).toMatchObject({
      reason: 'state_lost',
    });
  });

  test('is cancelled later when the store is away just then; until then nothing of it is shown', async () => {
    const { scene, socket } = await lost('scan');
    answerNews((known) => known.map(({ id }) => ({ id, scene: before.get(id) })));
    room.store.broken.add('move');
    room.hub.missed(all);
    await settle(socket);
    room.hub.moved((await room.store.find(scene.sceneId))!);
    await settle(socket);
    expect(socket.snapshots).toHaveLength(2);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    room.store.broken.delete('move');
    clock.advance(rereadAfter);
    expect(await socket.closed).toBe(4401);
    expect(await room.store.find(scene.sceneId)).toMatchObject({ state: 'cancelled', reason: 'state_lost' });
  });

  test('a scene that changed while it was read is not lost', async () => {
    const { scene, socket } = await visit();
    await quietly('scan', { scene });
    const letGo = room.store.hold('news');
    room.hub.missed(all);
    await settle(socket);
    await room.scenes.confirm(scene.sceneId, null);
    await socket.reach('confirmed');
    letGo();
    await settle(socket);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    expect(socket.snapshots.map(({ version }) => version)).toEqual([1, 3]);
  });
});

async function visit(): Promise<Visit> {
  const scene = await room.browser().open('shop');
  const socket = await room.browser().attach(scene);
  await socket.reach('pending');
  return { scene, socket };
}

/** A move that nobody is told of. */
async function quietly(move: MoveName, { scene }: Pick<Visit, 'scene'>): Promise<void> {
  await room.store.move(scene.sceneId, { move, keep: 60_000 });
}

function answerNews(answer: (known: readonly Known[]) => { id: string; scene: Scene | undefined }[]): void {
  room.store.news = async (known) => answer(known);
}

/** What the store is asked from now on. */
function watchNews(): (readonly Known[])[] {
  const asked: (readonly Known[])[] = [];
  const { news } = room.store;
  room.store.news = (known) => {
    asked.push(known);
    return news(known);
  };
  return asked;
}
