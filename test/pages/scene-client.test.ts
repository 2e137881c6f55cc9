import { beforeEach, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { WatchedClient, pending, scanned } from './watched-client.ts';

// The addresses are the browser's; the modules are the same.

let world: WatchedClient;

beforeEach(() => {
  world = new WatchedClient();
});

test('attaches with the claim, and acknowledges only where something was heard', () => {
  const client = world.watch();
  client.ack(1);
  expect(world.socket.sent).toEqual([]);
  world.attach();
  client.ack(1);
  expect(world.socket.sent).toEqual([
    { type: 'attach', claim: 'secret' },
    { type: 'ack', version: 1 },
  ]);
  expect(world.seen).toEqual([pending]);
});

test('comes back after up to 5 s, then twice as long each time, 30 s at most, and from the start after a good attach', async () => {
  world.watch();
  const waits: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    world.socket.opens();
    world.socket.ends(closeCodes.restart.code);
    const [count, since] = [world.sockets.length, world.time];
    while (world.sockets.length === count) await world.pass(1_000);
    waits.push(world.time - since);
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
  world.attach();
  world.socket.ends(1006);
  await world.pass(5_000);
  expect(world.sockets).toHaveLength(7);
});

test('once somebody scanned it comes back within 5 s each time: the code does not live long', async () => {
  world.watch();
  world.attach(scanned);
  for (let round = 0; round < 4; round += 1) {
    world.socket.ends(closeCodes.restart.code);
    const count = world.sockets.length;
    await world.pass(5_000);
    expect(world.sockets).toHaveLength(count + 1);
    world.socket.opens();
  }
});

test.each([
  closeCodes.goingAway.code,
  closeCodes.failed.code,
  closeCodes.restart.code,
  closeCodes.overloaded.code,
  closeCodes.noAttach.code,
  1006,
])('comes back after %i when chance says so, the first time too', async (code) => {
  world.watch();
  for (const chance of [0.5, 0.1]) {
    world.attach();
    world.chance = chance;
    world.socket.ends(code);
    const count = world.sockets.length;
    await world.pass(chance * 5_000 - 1);
    expect(world.sockets).toHaveLength(count);
    await world.pass(1);
    expect(world.sockets).toHaveLength(count + 1);
  }
  expect(world.ends).toEqual([]);
});

test('comes back at once when chance says so', async () => {
  world.chance = 0;
  world.watch();
  world.attach();
  world.socket.ends(closeCodes.restart.code);
  await world.pass(0);
  expect(world.sockets).toHaveLength(2);
});

test.each([
  { code: closeCodes.sceneGone.code, end: 'lost' },
  { code: closeCodes.replaced.code, end: 'replaced' },
  { code: closeCodes.tooMany.code, end: 'tooMany' },
  { code: closeCodes.badMessage.code, end: 'failed' },
  { code: closeCodes.tooBig.code, end: 'failed' },
])('ends after $code: $end', async ({ code, end }) => {
  world.watch();
  world.attach();
  world.socket.ends(code);
  await world.pass(120_000);
  expect(world.ends).toEqual([end]);
  expect(world.sockets).toHaveLength(1);
  expect(world.timers).toBe(0);
});

test('ends with a final snapshot', async () => {
  world.watch();
  world.attach();
  world.socket.says({ ...pending, version: 2, state: 'expired' });
  world.socket.ends(closeCodes.done.code);
  await world.pass(120_000);
  expect(world.ends).toEqual([]);
  expect(world.timers).toBe(0);
});

test('does not believe a "done" without a final snapshot', async () => {
  world.watch();
  world.attach();
  world.socket.ends(closeCodes.done.code);
  await world.pass(5_000);
  expect(world.sockets).toHaveLength(2);
});

test('gives up on a socket that says nothing', async () => {
  world.watch();
  world.socket.opens();
  await world.pass(13_000);
  expect(world.sockets).toHaveLength(2);
  expect(world.sockets[0]?.closed).toBe(true);
});

test('hears nothing more from a socket it has let go', () => {
  world.watch();
  world.attach();
  const [old] = world.sockets;
  world.time += 60_000;
  world.happens('online');
  old?.says(scanned);
  old?.ends(closeCodes.replaced.code);
  expect(world.seen).toEqual([pending]);
  expect(world.ends).toEqual([]);
});

test('begins anew with each socket: the scan may be lost, and the code has to be scanned again', async () => {
  world.watch();
  world.attach(scanned);
  world.socket.ends(closeCodes.overloaded.code);
  await world.pass(60_000);
  world.attach(pending);
  expect(world.seen).toEqual([scanned, pending]);
  world.socket.says(scanned);
  world.socket.says(pending);
  expect(world.seen).toEqual([scanned, pending, scanned]);
});

test('ignores an older snapshot, from wherever it comes', async () => {
  world.watch();
  world.attach(scanned);
  world.answer = () => Response.json(pending);
  await world.pass(2_000);
  world.happens('visible');
  await world.pass(0);
  world.socket.says(pending);
  expect(world.seen).toEqual([scanned]);
});
