import type { Clock } from './clock.ts';

/**
 * Asks anew only when that was done `freshFor` ms ago: whoever asks meanwhile shares the answer, a failure too. For questions
 * that strangers can have asked as often as they like.
 */
export function lately<T>(clock: Clock, freshFor: number, ask: () => Promise<T>): () => Promise<T> {
  let asked = -Infinity;
  let answer: Promise<T>;
  return () => {
    // Whoever sets the clock back does not stop it.
    if (Math.abs(clock.now() - asked) < freshFor) return answer;
    asked = clock.now();
    return (answer = ask());
  };
}
