/** Owns what Linux tells of a process, and of connections. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of /proc/<pid>/stat, ms; the same on every Linux. */
const tick = 10;

/** The state of a connection in /proc/net/tcp of which neither end has let go. */
const established = '01';

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

/** Throws where this process may not open so many files: Node takes as many as the system grants, and that may be too few. */
export function demandOpenFiles(count: number): void {
  const granted = Number(
    /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1],
  );
  if (granted < count)
    throw new Error(`it takes ${count} open files in one process, and ${granted} are granted`);
}

/** The open connections at these ports of this machine, each as the two ports of its ends: a port alone may have several. */
export function openConnections(ports: readonly number[]): Set<string> {
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  const open = lines.flatMap((line) => {
    const [, ours = '', theirs = '', state] = /^\s*\d+: \w+:(\w{4}) \w+:(\w{4}) (\w\w) /.exec(line) ?? [];
    const port = parseInt(ours, 16);
    return state === established && ports.includes(port) ? [`${port} ${parseInt(theirs, 16)}`] : [];
  });
  return new Set(open);
}

/** What the system keeps for all connections of this machine, MiB. */
export function keptForConnections(): number {
  const pages = /^TCP:.* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1];
  return Math.round((Number(pages) * 4_096) / 2 ** 20);
}
