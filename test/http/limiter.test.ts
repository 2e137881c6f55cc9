import { describe, expect, test, vi } from 'vitest';
import { takeAllOrRefuse, takeOrRefuse } from '../../src/http/limiter.ts';
import type { Limiter } from '../../src/http/limiter.ts';

/** One that answers when the test says so. */
class SlowLimiter implements Limiter {
  readonly giveBack = vi.fn<(key: string) => Promise<void>>().mockResolvedValue();
  readonly taken: string[] = [];
  #answer: (seconds: number) => void = () => {};

  take(key: string): Promise<number> {
    this.taken.push(key);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  say(seconds: number): void {
    this.#answer(seconds);
  }
}

function take(): { limiters: SlowLimiter[]; taking: Promise<void> } {
  const limiters = [new SlowLimiter(), new SlowLimiter(), new SlowLimiter()];
  const taking = takeAllOrRefuse(limiters.map((limiter, index) => ({ limiter, key: `key ${index}` })));
  taking.catch(() => undefined);
  return { limiters, taking };
}

describe('many limits together', () => {
  test('are asked at once', async () => {
    const { limiters, taking } = take();
    expect(limiters.map(({ taken }) => taken)).toEqual([['key 0'], ['key 1'], ['key 2']]);
    for (const limiter of limiters.toReversed()) limiter.say(0);
    await taking;
    for (const { giveBack } of limiters) expect(giveBack).not.toHaveBeenCalled();
  });

  test('refuse together: the longest wait is told, and what the others counted is given back once', async () => {
    const { limiters, taking } = take();
    [7, 0, 60].forEach((seconds, index) => limiters[index]?.say(seconds));
    await expect(taking).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 60 });
    expect(limiters.map(({ giveBack }) => giveBack.mock.calls)).toEqual([[], [['key 1']], []]);
  });

  test('nobody waits for what is given back', async () => {
    const { limiters, taking } = take();
    limiters[0]?.giveBack.mockReturnValue(new Promise(() => {}));
    [0, 5, 0].forEach((seconds, index) => limiters[index]?.say(seconds));
    await expect(taking).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 5 });
  });
});

test('a single limit refuses with its wait', async () => {
  const limiter = new SlowLimiter();
  const taking = takeOrRefuse(limiter, 'a key');
  limiter.say(3);
  await expect(taking).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 3 });
});
