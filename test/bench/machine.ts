/** Owns what must be known of a run to compare its figures with those of another. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { cores } from './cores.ts';

const GiB = 2 ** 30;

/** @param isPinned whether this process is bound to its core */
export function aboutThisRun(isPinned: boolean): string[] {
  const pinning = isPinned
    ? `measured processes on core ${cores.server}; load, WeChat API and Redis on core ${cores.load}`
    : 'NOT pinned to cores: figures will vary';
  const memory = `${(totalmem() / GiB).toFixed(1)} GiB`;
  return [
    `${new Date().toISOString()}, commit ${commit()}`,
    `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, ${memory}, Linux ${release()}, Node ${process.version}`,
    pinning,
  ];
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain') === '' ? '' : ' with changes';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
