import { beforeEach, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { WatchedClient, pending, scanned } from './watched-client.ts';

// The addresses are the browser's; the modules are the same.

let world: WatchedClient;

beforeEach(() => {
  world = new WatchedClient();
});

test('asks every 2 s once sockets failed twice without opening, and still tries them', async () => {
  world.answer = () => Response.json(pending);
  world.watch();
  world.socket.ends(1006);
  await world.pass(5_000);
  expect(world.requests).toEqual([]);
  world.socket.ends(1006);
  await world.pass(6_000);
  expect(world.requests).toEqual([5_000, 7_000, 9_000, 11_000]);
  await world.pass(4_000);
  expect(world.sockets).toHaveLength(3);
  world.attach();
  const { length } = world.requests;
  await world.pass(20_000);
  expect(world.requests).toHaveLength(length);
  expect(world.links).not.toContain(false);
});

test('after a good socket it takes one more failure: a server that leaves opens none', async () => {
  world.answer = () => Response.json(pending);
  world.watch();
  world.attach();
  world.socket.ends(closeCodes.restart.code);
  for (const wait of [5_000, 10_000, 20_000]) {
    await world.pass(wait);
    expect(world.requests).toEqual([]);
    world.socket.ends(1006);
  }
  await world.pass(2_000);
  expect(world.requests).toEqual([35_000, 37_000]);
  world.attach();
  expect(world.links.at(-1)).toBe(true);
});

test('on a new network nothing is known of sockets any more', async () => {
  world.answer = () => Response.json(pending);
  world.watch();
  world.attach();
  await world.pass(2_000);
  world.happens('online');
  world.socket.ends(1006);
  await world.pass(5_000);
  world.socket.ends(1006);
  await world.pass(0);
  expect(world.requests).toEqual([7_000]);
});

test('asks at once where there are no sockets at all', async () => {
  world.hasSockets = false;
  world.answer = () => Response.json(scanned);
  world.watch();
  await world.pass(0);
  expect(world.seen).toEqual([scanned]);
});

test('asks more slowly while requests fail, and obeys Retry-After', async () => {
  world.hasSockets = false;
  world.watch();
  await world.pass(20_000);
  expect(world.requests).toEqual([0, 4_000, 12_000]);
  world.answer = () => new Response('', { status: 503, headers: { 'retry-after': '60' } });
  await world.pass(30_000);
  expect(world.requests.at(-1)).toBe(28_000);
  await world.pass(30_000);
  expect(world.requests.at(-1)).toBe(28_000);
});

test.each([
  { status: 404, end: 'lost' },
  { status: 403, end: 'failed' },
])('a request answered with $status ends it: $end', async ({ status, end }) => {
  world.hasSockets = false;
  world.answer = () => new Response('', { status });
  world.watch();
  await world.pass(60_000);
  expect(world.ends).toEqual([end]);
  expect(world.requests).toHaveLength(1);
});
