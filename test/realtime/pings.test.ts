import { expect, test } from 'vitest';
import type { Clock } from '../../src/kit/clock.ts';
import { settings } from '../../src/kit/settings.ts';
import { Pings } from '../../src/realtime/pings.ts';

const { pingEvery, deadAfter } = settings.socket;

/** A clock whose timers ring as late as they are told to. */
class LateClock implements Clock {
  time = 0;
  ring: () => void = () => undefined;
  now = (): number => this.time;
  after = (): (() => void) => () => undefined;
  every = (_ms: number, task: () => void): (() => void) => {
    this.ring = task;
    return () => undefined;
  };
}

/** A browser that answers each ping at once, and says nothing by itself. */
class Peer {
  pings = 0;
  heardAt: number;
  wasCut = false;
  longest = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.heardAt = clock.now();
  }

  get silentFor(): number {
    return this.#clock.now() - this.heardAt;
  }

  ping(): void {
    this.longest = Math.max(this.longest, this.silentFor);
    this.heardAt = this.#clock.now();
  }

  giveUp(): void {
    this.wasCut = true;
  }
}

function live(every: number): Peer[] {
  const clock = new LateClock();
  const pings = new Pings(clock, settings.socket);
  const peers = Array.from({ length: 600 }, () => new Peer(clock));
  for (const peer of peers) pings.add(peer);
  while (clock.time < 4 * deadAfter) {
    clock.time += every;
    clock.ring();
  }
  return peers;
}

test.each([
  { name: 'in time', every: 250 },
  { name: 'a little late', every: 260 },
  { name: 'late by more than itself', every: 830 },
  { name: 'seconds late', every: 7_000 },
])('rounds that come $name ping everybody in time, and cut off nobody who answers', ({ every }) => {
  const peers = live(every);
  expect(peers.filter(({ wasCut }) => wasCut)).toStrictEqual([]);
  expect(Math.max(...peers.map(({ longest }) => longest))).toBeLessThanOrEqual(pingEvery + every);
});

test('one round pings a small part only', () => {
  const clock = new LateClock();
  const pings = new Pings(clock, settings.socket);
  const peers = Array.from({ length: 1_000 }, () => new Peer(clock));
  for (const peer of peers) pings.add(peer);
  clock.time += 250;
  clock.ring();
  expect(peers.filter(({ heardAt }) => heardAt === 250)).toHaveLength(10);
});
