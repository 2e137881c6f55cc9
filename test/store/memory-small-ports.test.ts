import { describe, expect, test } from 'vitest';
import { createLimiter } from '../../src/http/limiter.ts';
import type { MakeLimiter } from '../../src/http/limiter.ts';
import { MemoryNodeRegistry } from '../../src/store/memory/node-registry.ts';
import { MemoryQrMeter } from '../../src/store/memory/qr-meter.ts';
import { MemorySessionStore } from '../../src/store/memory/session-store.ts';
import { allowed, conformLimiter } from '../conformance/limiter.ts';
import { conformNodeRegistry, info } from '../conformance/node-registry.ts';
import { conformQrMeter } from '../conformance/qr-meter.ts';
import { conformSessionStore } from '../conformance/session-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const close = (): void => undefined;
const onceRound = 2 ** 32;
const operator = { role: 'view', name: 'Mei', proof: 'abcdefgh' } as const;

function openSessions(each = 1000) {
  const clock = new FakeClock();
  const sessions = new MemorySessionStore(clock, each);
  return { clock, sessions, now: () => clock.now(), pass: async (ms: number) => clock.advance(ms), close };
}

function openNodes(silentFor: number) {
  const clock = new FakeClock();
  const nodes = new MemoryNodeRegistry(clock, silentFor);
  return { clock, nodes, pass: async (ms: number) => clock.advance(ms), close };
}

function openLimiters() {
  const clock = new FakeClock();
  const limiter: MakeLimiter = (_name, points, seconds) => createLimiter(points, seconds, clock);
  return { clock, limiter, pass: async (ms: number) => clock.advance(ms), close };
}

conformQrMeter('the memory meter of QR codes', async () => ({ meter: new MemoryQrMeter(), close }));
conformSessionStore('the memory session store', async (each) => openSessions(each));
conformNodeRegistry('the memory node registry', async (silentFor) => openNodes(silentFor));
conformLimiter('the limiter in memory', async () => openLimiters());

describe('of memory only', () => {
  test('a session ends to the millisecond', async () => {
    const { clock, sessions } = openSessions();
    await sessions.begin('a', operator, 1000, 5000);
    await sessions.begin('b', operator, 5000, 1000);
    clock.advance(999);
    expect([await sessions.use('a'), await sessions.use('b')]).not.toContain(undefined);
    clock.advance(1);
    expect(await sessions.use('a')).toBeUndefined();
    clock.advance(998);
    expect(await sessions.use('b')).toBeDefined();
    clock.advance(1000);
    expect(await sessions.use('b')).toBeUndefined();
  });

  test('the oldest session gives way when there are too many, and one that is over before one that lives', async () => {
    const { clock, sessions } = openSessions(2);
    const living = async () => {
      const lives = await Promise.all(['a', 'b', 'c', 'd'].map((hash) => sessions.use(hash)));
      return ['a', 'b', 'c', 'd'].filter((_, index) => lives[index]);
    };
    await sessions.begin('a', operator, 5000, 9000);
    await sessions.begin('b', operator, 9000, 9000);
    expect(await living()).toEqual(['a', 'b']);
    await sessions.begin('c', operator, 9000, 9000);
    expect(await living()).toEqual(['b', 'c']);
    clock.advance(9000);
    await sessions.begin('d', operator, 9000, 9000);
    expect(await living()).toEqual(['d']);
  });

  test('a node dies to the millisecond', async () => {
    const { clock, nodes } = openNodes(1000);
    await nodes.beat(info('a'));
    clock.advance(999);
    expect(await nodes.list()).toHaveLength(1);
    clock.advance(1);
    expect(await nodes.list()).toEqual([]);
  });

  test('a limit ends to the millisecond', async () => {
    const { clock, limiter } = openLimiters();
    const one = limiter('a name', 1, 60);
    expect(await allowed(one, 5)).toBe(1);
    clock.advance(59_999);
    expect(await one.take('a key')).toBe(1);
    clock.advance(1);
    expect(await allowed(one, 5)).toBe(1);
  });

  test('and so it does when the dial goes round', async () => {
    const clock = new FakeClock(onceRound * 400 + onceRound / 2 - 1);
    const day = createLimiter(1, 86_400, clock);
    expect(await allowed(day, 5)).toBe(1);
    clock.advance(86_399_999);
    expect(await allowed(day, 5)).toBe(0);
    clock.advance(1);
    expect(await allowed(day, 5)).toBe(1);
  });

  test('nobody waits for a clock that was set back', async () => {
    let setBack = 0;
    class SettableClock extends FakeClock {
      override now(): number {
        return super.now() - setBack;
      }
    }
    const limiter = createLimiter(1, 60, new SettableClock());
    expect(await allowed(limiter, 5)).toBe(1);
    setBack = 3_600_000;
    expect(await allowed(limiter, 5)).toBe(1);
  });

  // It looks after them for as long as there are any.
  test('a limiter forgets what is over, by itself', async () => {
    const { clock, limiter } = openLimiters();
    const many = limiter('a name', 5, 60);
    await Promise.all(Array.from({ length: 25_000 }, (_, key) => many.take(`${key}`)));
    clock.advance(59_000);
    expect(clock.alarms).toBe(1);
    clock.advance(5_000);
    expect(clock.alarms).toBe(0);
    expect(await allowed(many, 50, '24999')).toBe(5);
  });

  test('what began again is not forgotten with what began before', async () => {
    const { clock, limiter } = openLimiters();
    const two = limiter('a name', 2, 2);
    await allowed(two, 1, 'a');
    clock.advance(500);
    await allowed(two, 1, 'b');
    clock.advance(1_500);
    await allowed(two, 2, 'a');
    clock.advance(1_999);
    expect(await allowed(two, 1, 'a')).toBe(0);
  });

  test('nor does it keep what was all given back', async () => {
    const { clock, limiter } = openLimiters();
    const day = limiter('a name', 5, 86_400);
    for (const key of ['a', 'b']) await allowed(day, 3, key);
    for (const key of ['a', 'a', 'a', 'b', 'b', 'b']) await day.giveBack(key);
    clock.advance(1_000);
    expect(clock.alarms).toBe(0);
    expect(await allowed(day, 50, 'a')).toBe(5);
  });
});
