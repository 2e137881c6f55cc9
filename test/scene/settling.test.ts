import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { openRoom, times } from './support.ts';

const owner = { account: 'main', openid: 'oOwner', followed: false };
type Room = ReturnType<typeof openRoom>;

const touches: { by: string; touch: (room: Room, id: string, claim: string) => Promise<unknown> }[] = [
  { by: 'an attach', touch: ({ scenes }, id, claim) => scenes.attach(id, claim, 'node-a') },
  { by: 'a look', touch: ({ scenes }, id, claim) => scenes.attach(id, claim, null) },
  { by: 'a read', touch: ({ scenes }, id) => scenes.read(id) },
  { by: "WeChat's repeat", touch: async ({ scenes }, id) => scenes.scan(id, owner) },
];

describe('a scan whose wait for the profile is over', () => {
  test.each(touches)('is confirmed by $by', async ({ touch }) => {
    const room = openRoom();
    const { scene, claim } = await room.scanned();
    room.clock.advance(times.profileWait - 1);
    await touch(room, scene.id, claim);
    expect(await room.store.find(scene.id)).toMatchObject({ state: 'scanned', version: 2 });
    room.clock.advance(1);
    const touched = await touch(room, scene.id, claim);
    expect(JSON.stringify(touched)).toContain('"state":"confirmed"');
    expect(await room.store.find(scene.id)).toMatchObject({ state: 'confirmed', version: 3, user: null });
  });

  test.each(['tap', 'number'] as const)('waits for the person with approval %s', async (approval) => {
    const room = openRoom();
    const { scene, claim } = await room.scanned({ approval });
    room.clock.advance(times.profileWait + 1000);
    for (const { touch } of touches) await touch(room, scene.id, claim);
    expect(await room.store.find(scene.id)).toMatchObject({ state: 'scanned', version: 2 });
  });

  test('is confirmed, however long the wait and late the scan', async () => {
    const profileWait = 10_000;
    const room = openRoom({ profileWait });
    const { scene } = await room.open();
    room.clock.advance(times.ttl - 1);
    await room.scenes.scan(scene.id, owner);
    room.clock.advance(profileWait);
    expect(await room.scenes.read(scene.id)).toMatchObject({ state: 'confirmed' });
  });

  test('is confirmed once by 50 touches at once, and all see it', async () => {
    const room = openRoom();
    const { scene } = await room.scanned();
    room.clock.advance(times.profileWait);
    room.told();
    const seen = await Promise.all(Array.from({ length: 50 }, () => room.scenes.read(scene.id)));
    expect(new Set(seen.map((each) => each?.version))).toStrictEqual(new Set([3]));
    expect(room.told()).toStrictEqual(['confirmed 3']);
  });

  test('is not confirmed by somebody with another claim', async () => {
    const { scanned, scenes, store, clock } = openRoom();
    const { scene } = await scanned();
    clock.advance(times.profileWait);
    expect(await scenes.attach(scene.id, randomId(32), 'node-a')).toBeUndefined();
    expect(await store.find(scene.id)).toMatchObject({ state: 'scanned' });
  });
});

describe('attach', () => {
  test('gives the scene to who holds the claim', async () => {
    const { open, scenes, store } = openRoom();
    const { scene, claim } = await open();
    const attached = await scenes.attach(scene.id, claim, 'node-a');
    expect(attached).toStrictEqual({ ...scene, node: 'node-a', attachment: 1, attended: true });
    await scenes.detach(scene.id, 'node-a', 1);
    expect(await store.find(scene.id)).toMatchObject({ node: null });
  });

  test('tells which attachment it is, though another came while the scan was confirmed', async () => {
    const { scanned, scenes, store, clock } = openRoom();
    const { scene, claim } = await scanned();
    clock.advance(times.profileWait);
    const move = store.move.bind(store);
    store.move = async (id, change) => {
      await store.attach(id, scene.claimHash, 'node-b');
      return move(id, change);
    };
    const attached = await scenes.attach(scene.id, claim, 'node-a');
    expect(attached).toMatchObject({ state: 'confirmed', attachment: 1 });
    expect(await store.find(scene.id)).toMatchObject({ node: 'node-b', attachment: 2 });
  });

  test('looks alike for a wrong claim, an unknown scene, a malformed id and one that is gone', async () => {
    const { open, scenes, clock } = openRoom();
    const { scene, claim } = await open();
    expect(await scenes.attach(scene.id, randomId(32), 'node-a')).toBeUndefined();
    expect(await scenes.attach(scene.id, scene.claimHash, 'node-a')).toBeUndefined();
    expect(await scenes.attach(randomId(16), claim, 'node-a')).toBeUndefined();
    expect(await scenes.attach(`${scene.id}x`, claim, 'node-a')).toBeUndefined();
    clock.advance(times.ttl + 60_000);
    expect(await scenes.attach(scene.id, claim, 'node-a')).toBeUndefined();
  });

  test('shows the end of a scene for as long as it is kept', async () => {
    const { open, scenes, clock } = openRoom();
    const { scene, claim } = await open();
    clock.advance(times.ttl + 59_999);
    expect(await scenes.attach(scene.id, claim, 'node-a')).toMatchObject({ state: 'expired', version: 2 });
  });
});

test.each(['', 'nonsense', '__proto__', randomId(16)])('nothing is read of "%s"', async (id) => {
  expect(await openRoom().scenes.read(id)).toBeUndefined();
});
