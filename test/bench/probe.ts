/** Owns what a measured process says of itself; loaded before its program, and silent until it is asked. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Question = { ask: 'heap' } | { ask: 'loop' } | { ask: 'profile'; file?: string };

export interface Saying {
  /** Bytes, after a forced collection. */
  heap?: number;
  rss?: number;
  /** The longest delay of the event loop since it was asked last, ms. */
  loop?: number;
  profiled?: boolean;
}

const delay = monitorEventLoopDelay({ resolution: 1 });
const session = new Session();
let isProfiling = false;

process.on('message', (question: Question) => {
  if (question.ask === 'heap') void sayHeap();
  else if (question.ask === 'loop') sayLoop();
  else if (question.ask === 'profile') profile(question.file);
});
// The program decides how long it lives, but never beyond who measures it.
process.channel?.unref();
process.on('disconnect', () => process.exit(0));

/** What a collection finds dead may hold on to more by finalizers, which run in between. */
async function sayHeap(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, rss } = process.memoryUsage();
  say({ heap: heapUsed, rss });
}

function sayLoop(): void {
  const longest = delay.max / 1e6;
  delay.enable();
  delay.reset();
  say({ loop: longest });
}

/** Begins, and ends with a file for Chromium's developer tools. */
function profile(file: string | undefined): void {
  if (file === undefined) {
    if (!isProfiling) session.connect();
    isProfiling = true;
    session.post('Profiler.enable');
    session.post('Profiler.start', () => say({ profiled: false }));
    return;
  }
  session.post('Profiler.stop', (_error, { profile: found }) => {
    writeFileSync(file, JSON.stringify(found));
    say({ profiled: true });
  });
}

function say(saying: Saying): void {
  process.send?.(saying);
}
