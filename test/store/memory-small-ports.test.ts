import { describe, expect, test } from 'vitest';
import { createLimiter } from '../../src/http/limiter.ts';
import { MemoryNodeRegistry } from '../../src/store/memory/node-registry.ts';
import { MemoryQrMeter } from '../../src/store/memory/qr-meter.ts';
import { MemorySessionStore } from '../../src/store/memory/session-store.ts';
import { conformLimiter } from '../conformance/limiter.ts';
import { conformNodeRegistry, info } from '../conformance/node-registry.ts';
import { conformQrMeter } from '../conformance/qr-meter.ts';
import { conformSessionStore } from '../conformance/session-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const close = (): void => undefined;

function openSessions(most = 1000) {
  const clock = new FakeClock();
  const sessions = new MemorySessionStore(clock, most);
  return { clock, sessions, pass: async (ms: number) => clock.advance(ms), close };
}

function openNodes(silentFor: number) {
  const clock = new FakeClock();
  const nodes = new MemoryNodeRegistry(clock, silentFor);
  return { clock, nodes, pass: async (ms: number) => clock.advance(ms), close };
}

conformQrMeter('the memory meter of QR codes', async () => ({ meter: new MemoryQrMeter(), close }));
conformSessionStore('the memory session store', async () => openSessions());
conformNodeRegistry('the memory node registry', async (silentFor) => openNodes(silentFor));
conformLimiter('the limiter in memory', async () => ({
  limiter: (_name, points, seconds) => createLimiter(points, seconds),
  // The library looks at the clock of the world.
  pass: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  close,
}));

describe('of memory only', () => {
  test('a session ends to the millisecond', async () => {
    const { clock, sessions } = openSessions();
    await sessions.begin('a', 1000);
    clock.advance(999);
    expect(await sessions.lives('a')).toBe(true);
    clock.advance(1);
    expect(await sessions.lives('a')).toBe(false);
  });

  test('the oldest session gives way when there are too many, and one that is over before one that lives', async () => {
    const { clock, sessions } = openSessions(2);
    const living = async () => {
      const lives = await Promise.all(['a', 'b', 'c', 'd'].map((hash) => sessions.lives(hash)));
      return ['a', 'b', 'c', 'd'].filter((_, index) => lives[index]);
    };
    await sessions.begin('a', 5000);
    await sessions.begin('b', 9000);
    expect(await living()).toEqual(['a', 'b']);
    await sessions.begin('c', 9000);
    expect(await living()).toEqual(['b', 'c']);
    clock.advance(9000);
    await sessions.begin('d', 9000);
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
});
