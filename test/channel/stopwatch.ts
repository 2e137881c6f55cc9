/**
 * How long `task` occupies the event loop, ms. On a busy machine it also waits for its turn, so where the processor's
 * time is less than the clock's, that counts.
 */
export function occupation(task: () => void): number {
  const start = performance.now();
  const used = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(used);
  return Math.min(performance.now() - start, (user + system) / 1000);
}

/** The least of a few runs: whatever else this process does meanwhile, such as collecting garbage, is not the task's. */
export function leastOccupation(task: () => void, runs = 3): number {
  return Math.min(...Array.from({ length: runs }, () => occupation(task)));
}
