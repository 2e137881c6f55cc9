/** Owns the wait for what nobody tells of. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether it came to be within so many ms; looked at every so many. */
export async function sooner(isSo: () => boolean, within: number, every = 20): Promise<boolean> {
  const end = performance.now() + within;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(every);
  }
  return true;
}
