/** Owns what Linux tells of a process. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of /proc/<pid>/stat, ms; the same on every Linux. */
const tick = 10;

/** Computing time so far, ms. */
export function cpuOf(pid: number): number {
  // The name of the program, in brackets, may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tick;
}

/** As `cpuOf`, of the threads that it still has, to the microsecond; where the kernel does not count so, as `cpuOf`. */
export function fineCpuOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const spent = threads.map(
      (id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0],
    );
    return spent.reduce((total, ns) => total + Number(ns), 0) / 1e6;
  } catch {
    return cpuOf(pid);
  }
}

/** Memory in use, MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}
