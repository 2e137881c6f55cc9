import { setTimeout as sleep } from 'node:timers/promises';

/** Waits `ms`; false when `signal` ended the wait early. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
