import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { MemoryMiniSessionStore } from '../../src/store/memory/mini-session-store.ts';
import { conformMiniSessionStore } from '../conformance/mini-session-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const mei = { openid: 'oMei', unionid: null, sealedKey: 'sealed' };

function open(sessionsAtMost = 1000) {
  const clock = new FakeClock();
  const sessions = new MemoryMiniSessionStore(clock, { ...settings.miniProgram, sessionsAtMost });
  const living = async (...hashes: string[]): Promise<string[]> => {
    const found = await Promise.all(hashes.map((hash) => sessions.use('mini', hash)));
    return hashes.filter((_, index) => found[index]);
  };
  return { clock, sessions, living, pass: async (ms: number) => clock.advance(ms), close: () => undefined };
}

conformMiniSessionStore('the mini-program sessions in memory', async () => open());

describe('of memory only', () => {
  const lives = { idle: 1000, ttl: 5000 };

  test('a session ends to the millisecond', async () => {
    const { clock, sessions, living } = open();
    await sessions.begin('mini', 'a', mei, lives);
    clock.advance(999);
    expect(await living('a')).toEqual(['a']);
    clock.advance(1000);
    expect(await living('a')).toEqual([]);
  });

  test('beyond its bound the one that nobody used for longest gives way', async () => {
    const { sessions, living } = open(3);
    for (const hash of ['a', 'b', 'c']) await sessions.begin('mini', hash, mei, lives);
    await living('a');
    await sessions.begin('mini', 'd', mei, lives);
    expect(await living('a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd']);
  });

  test('what is over takes no place of what lives', async () => {
    const { clock, sessions, living } = open(2);
    await sessions.begin('mini', 'a', mei, lives);
    await sessions.begin('mini', 'b', mei, lives);
    clock.advance(1000);
    await sessions.begin('mini', 'c', mei, lives);
    await sessions.begin('mini', 'd', mei, lives);
    expect(await living('a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });
});
