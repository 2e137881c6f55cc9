import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { MemoryReplayMemory } from '../../src/store/memory/replay-memory.ts';
import { conformReplayMemory } from '../conformance/replay-memory.ts';
import { FakeClock } from '../support/fake-clock.ts';

const push = (timestamp: number) => ({ digest: randomId(20), body: 'a body', timestamp });

function openMemory({ limit = 1000, startedAt = 1_700_000_000_000 } = {}) {
  const clock = new FakeClock(startedAt);
  const replays = new MemoryReplayMemory(clock, limit);
  return {
    clock,
    replays,
    now: () => clock.now(),
    pass: async (ms: number) => clock.advance(ms),
    close: () => replays.close(),
  };
}

conformReplayMemory('the memory replay memory', async () => openMemory());

describe('of memory only', () => {
  test.each([
    { startedAt: 1_700_000_000_000, timestamp: 1_699_999_999_000, recall: 'unknowable' },
    { startedAt: 1_700_000_000_000, timestamp: 1_700_000_000_000, recall: 'fresh' },
    { startedAt: 1_700_000_000_999, timestamp: 1_700_000_000_000, recall: 'fresh' },
    { startedAt: 1_700_000_000_999, timestamp: 1_699_999_999_000, recall: 'unknowable' },
    { startedAt: 1_700_000_000_999, timestamp: 1_700_000_001_000, recall: 'fresh' },
    { startedAt: 1_700_000_000_000, timestamp: 0, recall: 'unknowable' },
  ])('started at $startedAt, a push of $timestamp is $recall', async ({ startedAt, timestamp, recall }) => {
    const { replays, clock, close } = openMemory({ startedAt });
    expect(await replays.bind(push(timestamp), clock.now() + 1000)).toBe(recall);
    close();
  });

  test('what is unknowable takes no place, and stays unknowable', async () => {
    const { replays, clock, close } = openMemory({ limit: 1 });
    const old = push(clock.now() - 5000);
    expect(await replays.bind(old, clock.now() + 1000)).toBe('unknowable');
    expect(await replays.bind(old, clock.now() + 1000)).toBe('unknowable');
    expect(await replays.bind(push(clock.now()), clock.now() + 1000)).toBe('fresh');
    close();
  });

  test('full, it refuses what is new, still knows what it knows, and has room again with time', async () => {
    const { replays, clock, close } = openMemory({ limit: 3 });
    const pushes = [1, 2, 3].map(() => push(clock.now()));
    for (const one of pushes) await replays.bind(one, clock.now() + 60_000);
    await expect(replays.bind(push(clock.now()), clock.now() + 60_000)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await replays.bind(pushes[0]!, clock.now() + 60_000)).toBe('same');
    clock.advance(70_000);
    expect(await replays.bind(push(clock.now()), clock.now() + 60_000)).toBe('fresh');
    close();
  });

  test('a digest is known to its last millisecond, that one included, whenever the sweep comes', async () => {
    const { replays, clock, close } = openMemory();
    const given = push(clock.now());
    const until = clock.now() + 20_000;
    await replays.bind(given, until);
    clock.advance(20_000);
    expect(await replays.bind({ ...given, body: 'another' }, until)).toBe('other');
    clock.advance(10_000);
    expect(await replays.bind(given, until)).toBe('unknowable');
    close();
  });

  test('a repeat does not lengthen it', async () => {
    const { replays, clock, close } = openMemory({ limit: 1 });
    const given = push(clock.now());
    await replays.bind(given, clock.now() + 1000);
    await replays.bind(given, clock.now() + 60_000);
    clock.advance(20_000);
    expect(await replays.bind(push(clock.now()), clock.now() + 1000)).toBe('fresh');
    close();
  });
});
