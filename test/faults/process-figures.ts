/** Owns what Linux tells of a process. */
import { readFileSync } from 'node:fs';

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

/** Memory in use, MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}
