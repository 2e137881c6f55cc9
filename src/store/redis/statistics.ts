import { settings } from '../../kit/settings.ts';
import { minuteLength } from '../../ops/statistics.ts';
import type { Minute, Report, StatisticsStore } from '../../ops/statistics.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface RedisStatisticsParts {
  connection: Connection;
  keys: Keys;
  /** The name of this node. */
  node: string;
}

const { keptFor } = settings.statistics;

/** Adds up what all nodes counted: a hash for each minute, which Redis forgets a bit more than an hour later. */
export class RedisStatistics implements StatisticsStore {
  readonly #parts: RedisStatisticsParts;

  constructor(parts: RedisStatisticsParts) {
    this.#parts = parts;
  }

  now(): number {
    return this.#parts.connection.now();
  }

  async add({ number, minutes }: Report): Promise<void> {
    const { connection, keys, node } = this.#parts;
    const names = [keys.counted(node), ...minutes.map(({ minute }) => keys.minute(minute))];
    const given = [number, keptFor, ...minutes.map(({ counts }) => JSON.stringify(counts))];
    await connection.run('count-minutes', names, given);
  }

  async since(minute: number): Promise<Minute[]> {
    const { connection, keys } = this.#parts;
    const minutes = minutesFrom(Math.max(minute, this.now() - keptFor), this.now());
    const hashes = await connection.ask(
      (client) => Promise.all(minutes.map((one) => client.hgetall(keys.minute(one)))),
      'read-minutes',
    );
    return minutes.flatMap((one, i) => countsOf(one, hashes[i]!));
  }
}

/** Also one that a node whose clock is a little ahead of ours may have begun already. */
function minutesFrom(from: number, now: number): number[] {
  const first = Math.ceil(from / minuteLength);
  const last = Math.floor(now / minuteLength) + 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * minuteLength);
}

function countsOf(minute: number, hash: Record<string, string>): Minute[] {
  const counts = Object.entries(hash).map(([name, count]) => [name, Number(count)] as const);
  return counts.length === 0 ? [] : [{ minute, counts: Object.fromEntries(counts) }];
}
