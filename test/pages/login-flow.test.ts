import { beforeEach, describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import type { SceneSnapshot } from '../../src/protocol/messages.ts';
import { FakeWorld } from './fake-world.ts';

// The addresses are the browser's; the modules are the same.

interface View {
  phase: string;
  scene: { sceneId: string } | null;
}
interface FlowModule {
  LoginFlow: new (login: object) => { start(): void };
}
const modulePath = '../../public/login/login-flow.js';
const { LoginFlow } = (await import(modulePath)) as FlowModule;

const pending: SceneSnapshot = {
  type: 'scene',
  sceneId: 'abc',
  version: 1,
  state: 'pending',
  expiresAt: 120_000,
};
const kept = { sceneId: 'abc', claim: 'secret', socketUrl: 'ws://x', expiresAt: 120_000 };
const cancelled = (reason: string): SceneSnapshot => ({ ...pending, version: 3, state: 'cancelled', reason });

let world: FakeWorld;
let views: View[];
const show = (view: View) => views.push(view);

beforeEach(() => {
  world = new FakeWorld();
  world.answer = () => Response.json({ ...kept, qr: { svg: '<svg/>' } }, { status: 201 });
  views = [];
});

/** @param scene remembered from before a reload */
async function start(scene: object | null = null): Promise<void> {
  const memory = scene && { scene, unscanned: 1, leaving: false };
  const session = { load: () => memory, save: () => undefined };
  const login = { request: { site: 'shop' }, session, world, show, leave: () => undefined };
  new LoginFlow(login).start();
  await world.pass(0);
  world.socket.opens();
}

const losses: Record<string, () => void> = {
  'is gone': () => world.socket.ends(closeCodes.sceneGone.code),
  'is cancelled, for the store lost what became of it': () => world.socket.says(cancelled('state_lost')),
};

describe.each(Object.entries(losses))('a scene that %s', (_, lose) => {
  test.each([1, 0.5, 0.01])('is followed by a new one when chance (%d of 5 s) says so', async (chance) => {
    await start();
    world.socket.says(pending);
    world.chance = chance;
    views.length = 0;
    lose();
    await world.pass(chance * 5_000 - 1);
    expect(world.requests).toHaveLength(1);
    expect(views.map(({ phase, scene }) => [phase, scene?.sceneId])).toEqual([['preparing', 'abc']]);
    await world.pass(1);
    expect(world.requests).toHaveLength(2);
    expect(views.at(-1)?.phase).toBe('waiting');
    expect(world.sockets).toHaveLength(2);
  });

  test('makes nobody wait who has just loaded the page again', async () => {
    await start(kept);
    lose();
    await world.pass(0);
    expect(world.requests).toHaveLength(1);
  });
});

test('a scene that somebody cancelled is not followed by another', async () => {
  await start();
  world.socket.says(pending);
  world.socket.says(cancelled('operator'));
  await world.pass(10_000);
  expect(world.requests).toHaveLength(1);
  expect(views.at(-1)?.phase).toBe('over');
});
