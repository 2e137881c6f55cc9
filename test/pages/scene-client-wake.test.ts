import { beforeEach, expect, test } from 'vitest';
import { WatchedClient, pending, scanned } from './watched-client.ts';

// The addresses are the browser's; the modules are the same.

let world: WatchedClient;

beforeEach(() => {
  world = new WatchedClient();
});

test.each([
  { what: 'a sleep', does: () => world.sleep(60_000), opens: 1 },
  { what: 'a short pause of the machine', does: () => world.sleep(8_000), opens: 0 },
  { what: 'a new network', does: async () => world.happens('online'), opens: 1 },
  { what: 'its return from the cache', does: async () => world.happens('restored'), opens: 1 },
])('after $what it opens $opens new sockets', async ({ does, opens }) => {
  world.watch();
  world.attach();
  await world.pass(5_000);
  await does();
  expect(world.sockets).toHaveLength(1 + opens);
});

test('on return to the tab it asks, and opens a new socket after a long time', async () => {
  world.answer = () => Response.json(scanned);
  world.watch();
  world.attach();
  await world.pass(2_000);
  world.happens('hidden');
  await world.pass(10_000);
  world.happens('visible');
  await world.pass(0);
  expect(world.seen.at(-1)).toEqual(scanned);
  expect(world.sockets).toHaveLength(1);
  world.happens('hidden');
  await world.sleep(40_000);
  expect(world.sockets).toHaveLength(1);
  world.happens('visible');
  expect(world.sockets).toHaveLength(2);
});

test('on return to the tab it opens a new socket when the question finds no network', async () => {
  world.watch();
  world.attach();
  await world.pass(2_000);
  world.happens('hidden');
  world.happens('visible');
  await world.pass(0);
  expect(world.sockets).toHaveLength(2);
});

test('tells of a lost link only when it lasts', async () => {
  world.watch();
  world.attach();
  world.links.length = 0;
  world.socket.ends(1006);
  await world.pass(5_900);
  expect(world.links).toEqual([]);
  await world.pass(200);
  expect(world.links).toEqual([false]);
  world.attach();
  expect(world.links).toEqual([false, true]);
});

test('asks for the end when it does not come by itself, once', async () => {
  world.answer = () => Response.json(pending);
  world.watch();
  world.attach();
  await world.pass(610_000);
  expect(world.requests).toEqual([602_000]);
});
