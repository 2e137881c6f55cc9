import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/kit/id.ts';
import type { Scene } from '../../src/scene/scene.ts';
import type { Browser, LoginSocket, OpenedScene } from '../support/browser.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

let room: Room;
let browser: Browser;
let scene: OpenedScene;
let latencies: number[];
beforeEach(async () => {
  latencies = [];
  room = await startRoom({ pushed: (ms) => void latencies.push(ms) });
  browser = room.browser();
  scene = await browser.open('shop');
});
afterEach(() => room.close());

describe('the store tells of a newer socket', () => {
  test('on another node: the one that is here is closed', async () => {
    const socket = await attached();
    const { attachment } = await attachElsewhere();
    room.hub.replaced(scene.sceneId, attachment);
    expect(await socket.closed).toBe(4409);
    await settled();
    expect(await stored()).toMatchObject({ node: 'node-b', attachment: 2 });
    expect(room.store.calls).not.toContain('detach');
  });

  test.each([0, 1])('that is not newer (%i): nothing happens', async (attachment) => {
    const socket = await attached();
    room.hub.replaced(scene.sceneId, attachment);
    room.hub.replaced('A'.repeat(22), 9);
    await settle(socket);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
  });

  test('before it has answered the attach of the older', async () => {
    const letGo = room.store.hold('attach');
    const socket = await browser.attach(scene);
    await settle(socket);
    room.hub.replaced(scene.sceneId, 2);
    letGo();
    expect(await socket.closed).toBe(4409);
  });

  test('before it has answered the attach of the newer, which is the same socket', async () => {
    const socket = await attached();
    const letGo = room.store.hold('attach');
    socket.send({ type: 'attach', claim: scene.claim });
    await settle(socket);
    room.hub.replaced(scene.sceneId, 2);
    letGo();
    await settle(socket);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    expect(socket.snapshots).toHaveLength(2);
  });

  test('while a stranger tries a claim: the older is closed all the same', async () => {
    const socket = await attached();
    const letGo = room.store.hold('attach');
    const stranger = await browser.attach({ sceneId: scene.sceneId, claim: 'wrong' });
    await settle(stranger);
    room.hub.replaced(scene.sceneId, 2);
    letGo();
    expect(await stranger.closed).toBe(4401);
    expect(await socket.closed).toBe(4409);
  });

  test('not at all, but the next move shows it', async () => {
    const socket = await attached();
    await attachElsewhere();
    await scan();
    expect(await socket.closed).toBe(4409);
    expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending']);
  });
});

describe('a wake-up from another node', () => {
  test('is shown, and measured by the clock of the store', async () => {
    const socket = await attached();
    const moved = await scanElsewhere();
    room.hub.moved(moved);
    expect((await socket.reach('scanned')).version).toBe(2);
    room.hub.moved(moved);
    await settle(socket);
    expect(latencies).toEqual([0]);
  });

  test('for a scene whose socket is not here does nothing', async () => {
    room.hub.moved(await scanElsewhere());
    expect(latencies).toEqual([]);
  });
});

test('the newer of two sockets stays, though the answer to the older comes last', async () => {
  const answerFirst = room.store.hold('attach');
  const older = await browser.attach(scene);
  await settle(older);
  room.store.hold('attach')();
  const newer = await attached();
  answerFirst();
  expect(await older.closed).toBe(4409);
  await scan();
  await newer.reach('scanned');
  expect(await stored()).toMatchObject({ node: 'node-a', attachment: 2 });
});

describe('an attach that does not last leaves the socket that is here in its place', () => {
  test("from another site's page, with the right claim", async () => {
    const socket = await attached();
    const foreign = await room.browser('https://bank.example').attach(scene);
    expect(await foreign.closed).toBe(4401);
    await goesOn(socket, 2);
  });

  test('of a browser that has gone meanwhile', async () => {
    const socket = await attached();
    const letGo = room.store.hold('attach');
    const fleeting = await browser.attach(scene);
    await settle(fleeting);
    fleeting.raw.terminate();
    await expect.poll(() => room.hub.sockets).toBe(1);
    letGo();
    await goesOn(socket, 2);
  });
});

describe('when a socket leaves', () => {
  test('that attached twice, its node has it no longer', async () => {
    const socket = await attached();
    socket.send({ type: 'attach', claim: scene.claim });
    await settle(socket);
    socket.raw.terminate();
    await expect.poll(async () => (await stored())?.node).toBeNull();
  });

  test('between two attaches of its own, too', async () => {
    const socket = await attached();
    const letGo = room.store.hold('attach');
    socket.send({ type: 'attach', claim: scene.claim });
    await settle(socket);
    socket.raw.terminate();
    await expect.poll(() => room.hub.sockets).toBe(0);
    letGo();
    await expect.poll(async () => (await stored())?.node).toBeNull();
  });

  test('after the end of its scene, the store is not bothered with it', async () => {
    const socket = await attached();
    socket.send({ type: 'cancel' });
    expect(await socket.closed).toBe(1000);
    await expect.poll(() => room.hub.sockets).toBe(0);
    await settled();
    expect(room.store.calls).not.toContain('detach');
  });
});

async function goesOn(socket: LoginSocket, attachment: number): Promise<void> {
  await settled();
  expect(await stored()).toMatchObject({ node: 'node-a', attachment });
  await scan();
  await socket.reach('scanned');
  socket.raw.terminate();
  await expect.poll(async () => (await stored())?.node).toBeNull();
}

async function attached(): Promise<LoginSocket> {
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  return socket;
}

async function attachElsewhere(): Promise<Scene> {
  return (await room.store.attach(scene.sceneId, sha256(scene.claim), 'node-b'))!.scene;
}

async function scan(): Promise<void> {
  await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
}

/** Nobody here is told of it. */
async function scanElsewhere(): Promise<Scene> {
  const change = { move: 'scan', set: { openid: 'oVisitor' }, keep: 60_000 } as const;
  return (await room.store.move(scene.sceneId, change))!.scene;
}

function stored(): Promise<Scene | undefined> {
  return room.store.find(scene.sceneId);
}

/** Whatever the hub has begun is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}
