import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

const hour = 3_600_000;

describe.each([
  { name: 'ahead of', storeTime: 1_700_000_000_000 + hour },
  { name: 'behind', storeTime: 1_700_000_000_000 - hour },
])("the store's clock is an hour $name the node's", ({ storeTime }) => {
  let clock: FakeClock;
  let storeClock: FakeClock;
  let room: Room;
  let scene: OpenedScene;
  let latencies: number[];
  beforeEach(async () => {
    [clock, storeClock, latencies] = [new FakeClock(1_700_000_000_000), new FakeClock(storeTime), []];
    room = await startRoom({ clock, storeClock, pushed: (ms) => void latencies.push(ms) });
    scene = await room.browser().open('shop');
  });
  afterEach(() => room.close());

  test('a scene ends when its time is over, and not before', async () => {
    const socket = await attach();
    await pass(119_900, socket);
    expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending']);
    await pass(200, socket);
    expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending', 'expired']);
  });

  test('a scan is confirmed when its wait is over, and not before', async () => {
    const socket = await attach();
    await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
    await pass(1_400, socket);
    expect(socket.snapshots.at(-1)?.state).toBe('scanned');
    await pass(200, socket);
    await socket.reach('confirmed');
    expect(latencies).toEqual([0]);
  });

  test('a browser has its five seconds for the claim, and no more', async () => {
    const socket = await room.browser().connect(`/ws/scenes/${scene.sceneId}`);
    await pass(4_900, socket);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    await pass(200, socket);
    expect(await socket.closed).toBe(4408);
  });

  async function attach(): Promise<LoginSocket> {
    const socket = await room.browser().attach(scene);
    await socket.reach('pending');
    return socket;
  }

  /** On both, in steps in which every ping is answered. */
  async function pass(ms: number, socket: LoginSocket): Promise<void> {
    for (let left = ms; left > 0; left -= 20_000) {
      storeClock.advance(Math.min(left, 20_000));
      clock.advance(Math.min(left, 20_000));
      await settle(socket);
    }
  }
});
