/** Owns which core a process is bound to: what is measured has one of its own, and all that makes the load has the other. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const taskset = '/usr/bin/taskset';

export const cores = { server: 0, load: 1 };

/** A container may be given other cores than these. */
const canPin = existsSync(taskset) && Object.values(cores).every(isOurs);

/** What to put before a command, so that it runs on this core; nothing where that cannot be done. */
export function pinnedTo(core: number): string[] {
  return canPin ? [taskset, '-c', String(core)] : [];
}

/** Binds this process, with every thread it has, and whatever it starts from now on. @returns whether that worked */
export function pinThisProcess(): boolean {
  const pid = String(process.pid);
  return canPin && spawnSync(taskset, ['-acp', String(cores.load), pid], { stdio: 'ignore' }).status === 0;
}

function isOurs(core: number): boolean {
  return spawnSync(taskset, ['-c', String(core), process.execPath, '--version']).status === 0;
}
