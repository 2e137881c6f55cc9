/** Owns how much happens at once, and what happens again and again beside it. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A closed loop: `atOnce` of the tasks run, and each that ends makes room for the next. */
export async function closedLoop(
  count: number,
  atOnce: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}

/** An open loop: tasks begin at this rate, whatever becomes of those before. Resolves once all are over. */
export async function openLoop(
  count: number,
  perSecond: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  const begun = performance.now();
  const under: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    const wait = begun + (index * 1_000) / perSecond - performance.now();
    if (wait > 1) await sleep(wait);
    under.push(task(index));
  }
  await Promise.all(under);
}

/** A closed loop without a count: new tasks begin for as long as `during` takes. Resolves once the last is over. */
export async function throughout(
  during: Promise<unknown>,
  atOnce: number,
  task: () => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted) await task();
  };
  const done = during.finally(() => over.abort());
  await Promise.all([done, ...Array.from({ length: atOnce }, lane)]);
}

/** Begins the act every so many ms, never two at once, for as long as `during` takes; rejects as soon as either does. */
export async function every(
  ms: number,
  act: () => Promise<unknown>,
  during: Promise<unknown>,
): Promise<void> {
  const over = new AbortController();
  const acting = async (): Promise<void> => {
    for (let due = performance.now() + ms; await sleptUntil(due, over.signal); due += ms) await act();
  };
  const done = during.finally(() => over.abort());
  await Promise.all([done, acting()]);
}

async function sleptUntil(due: number, signal: AbortSignal): Promise<boolean> {
  await sleep(Math.max(due - performance.now(), 0), undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
