/**
 * Owns the doubt in Redis's memory. A process that took over the data, a new master or one that was restarted, may lack what
 * was acknowledged last; whoever could profit by it is sent to scan again.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Masters } from './masters.ts';
import { writeLoss } from './record.ts';
import type { Answer, Steps } from './steps.ts';

export interface VettingParts {
  connection: Connection;
  steps: Steps;
  keys: Keys;
  masters: Masters;
  clock: Clock;
  log: Log;
  /** How long a cancelled scene is kept, ms. */
  keepFinal: number;
  /** Told how many scenes were ended for it. */
  lost: (scenes: number) => void;
}

type Verdict = 'sound' | 'changed' | 'kept' | 'more' | 'lost';

/** `ended`: scenes that it ended, if it did. */
type Told = [verdict: Verdict, run: string, ended?: number];

/** What was found out of a Redis process. */
interface Findings {
  run: string;
  /** Whether each step is on its disk before it answers, and always was. */
  isDurable: boolean;
}

const { redis: figures } = settings;
const nothing: Findings = { run: '', isDurable: false };

export class Vetting {
  readonly #parts: VettingParts;
  readonly #underWay = new Map<string, Promise<void>>();
  /** By bucket; looked into anew now and then, since an operator may change it. */
  readonly #findings = new Map<string, Findings>();
  readonly #told = new Set<string>();
  readonly #cancel: string;
  readonly #stops: (() => void)[];

  constructor(parts: VettingParts) {
    this.#parts = parts;
    this.#cancel = writeLoss(parts.keepFinal);
    parts.connection.whenUp(() => this.#vetAll());
    this.#stops = [
      parts.clock.every(figures.vetEvery, () => this.#vetAll()),
      parts.clock.every(figures.lookIntoEvery, () => this.#findings.clear()),
    ];
  }

  /** Runs a step, and once the bucket is sound again, if it answers that it is not. @throws AppError `store_unavailable` */
  async untilSound(bucket: string, step: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 0; tries < figures.triesAtMost; tries++) {
      const answer = await step();
      if (answer[0] !== 'unsound') return answer;
      await this.vet(bucket);
    }
    throw new AppError('store_unavailable');
  }

  /** Returns once the bucket is sound. @throws AppError `store_unavailable` */
  vet(bucket: string): Promise<void> {
    const known = this.#underWay.get(bucket);
    if (known) return known;
    const vetting = this.#vet(bucket).finally(() => this.#underWay.delete(bucket));
    this.#underWay.set(bucket, vetting);
    return vetting;
  }

  close(): void {
    this.#stops.forEach((stop) => stop());
  }

  /** Those that are asked for nothing are found out, too. While Redis is away there is nothing to find out. */
  #vetAll(): void {
    if (!this.#parts.connection.isUp) return;
    for (const bucket of this.#parts.keys.buckets)
      this.vet(bucket).catch((error: unknown) => {
        if (!(error instanceof AppError)) this.#parts.log.error({ err: error, bucket }, 'unexpected');
      });
  }

  async #vet(bucket: string): Promise<void> {
    const findings = this.#findings.get(bucket) ?? nothing;
    const [verdict, run] = await this.#ask(bucket, findings);
    if (verdict === 'sound' && run === findings.run) return;
    const found = { run, isDurable: await this.#isDurable(bucket, run) };
    this.#findings.set(bucket, found);
    const final = await this.#finish(bucket, found);
    if (final !== 'sound' && this.#isFirst(final, run))
      this.#parts.log.warn({ bucket, verdict: final }, 'another redis process holds the data');
  }

  /** The buckets of one process find the same; the operator hears it once. */
  #isFirst(verdict: Verdict, run: string): boolean {
    const known = this.#told.size;
    if (known > 100) this.#told.clear();
    return this.#told.add(`${verdict} ${run}`).size !== known;
  }

  async #finish(bucket: string, findings: Findings): Promise<Verdict> {
    for (let tries = 0; tries < figures.triesAtMost; tries++) {
      const [verdict, , ended] = await this.#ask(bucket, findings);
      if (ended) this.#parts.lost(ended);
      if (verdict === 'changed') break;
      if (verdict !== 'more') return verdict;
    }
    throw new AppError('store_unavailable');
  }

  async #ask(bucket: string, { run, isDurable }: Findings): Promise<Told> {
    const { steps, keys } = this.#parts;
    const given = [run, isDurable ? '1' : '', this.#cancel];
    return (await steps.run('vet', keys.ofBucket(bucket), ...given)) as unknown as Told;
  }

  /**
   * A former replica may be behind, whatever it writes since; and where there are replicas, one of them may be what the next
   * process was, which nobody can see once it was restarted.
   */
  async #isDurable(bucket: string, run: string): Promise<boolean> {
    const { connection, masters, log } = this.#parts;
    try {
      const master = masters.of(bucket);
      return await connection.ask(() => writesAlways(master, run));
    } catch (error) {
      if (this.#isFirst('changed', run))
        log.warn({ err: error }, 'redis does not tell how it writes to its disk: it counts as unsafe');
      return false;
    }
  }
}

async function writesAlways(master: Redis, run: string): Promise<boolean> {
  const [listed, info] = await Promise.all([master.config('GET', '*append*'), master.info()]);
  const valueOf = (name: string): string | undefined => listed[listed.indexOf(name) + 1];
  const always =
    valueOf('appendonly') === 'yes' &&
    valueOf('appendfsync') === 'always' &&
    valueOf('no-appendfsync-on-rewrite') === 'no';
  const isAlone = /master_replid2:0{40}\r/.test(info) && /master_repl_offset:0\r/.test(info);
  return always && isAlone && info.includes(`run_id:${run}`);
}
