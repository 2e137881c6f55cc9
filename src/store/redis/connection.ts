/**
 * Owns the way to Redis: what is asked for when it is away fails at once, every answer has a deadline, and no more questions
 * are open than a bound allows. Whoever asks hears `store_unavailable`, and never of Redis.
 */
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { Log } from '../../telemetry/log.ts';
import { openClient } from './client.ts';
import type { Client, ClientOptions } from './client.ts';
import { Complaints } from './complaints.ts';
import type { ScriptName } from './scripts.ts';

const { redis: figures } = settings;

/** What Redis says when it cannot serve for a while; every other refusal is a fault of ours. */
const passing = /^(LOADING|CLUSTERDOWN|MASTERDOWN|READONLY|MISCONF|OOM|NOREPLICAS|TRYAGAIN|BUSY|UNBLOCKED)/;

type Scripted = Record<ScriptName, (keys: number, ...given: (string | number)[]) => Promise<unknown>>;

/** Hears how long Redis took for what it was asked, until we stopped to wait. */
export type ObserveRedis = (what: string, seconds: number) => void;

export interface ConnectionParts extends ClientOptions {
  clock: Clock;
  log: Log;
  observe?: ObserveRedis | undefined;
}

export class Connection {
  readonly client: Client;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stopProbing: () => void;
  readonly #whenUp: (() => void)[] = [];
  readonly #complaints: Complaints;
  readonly #observe: ObserveRedis;
  /** Which of the databases is meant. */
  readonly #db: number;
  #open = 0;
  /** When anything was answered last, ms. */
  #answeredAt = 0;
  #probing = false;
  /** How far Redis's clock is ahead of ours, ms. */
  #ahead = 0;
  #downSince: number | undefined;

  constructor({ clock, log, observe = () => {}, ...options }: ConnectionParts) {
    this.#clock = clock;
    this.#observe = observe;
    this.#log = log;
    this.#downSince = clock.now();
    this.client = openClient(options);
    this.#complaints = new Complaints(clock, log);
    this.#db = options.target.kind === 'single' ? options.target.db : 0;
    // Each attempt to connect that fails is an error event; that we are not connected is seen by the status.
    this.client.on('error', (error: Error) => this.#complaints.hear(error));
    this.client.on('ready', () => this.#probe());
    this.client.on('close', () => this.#down('the connection is lost'));
    // A Cluster stays up when one of its masters is another.
    for (const event of ['+node', '-node']) this.client.on(event, () => this.#tellUp());
    this.#stopProbing = clock.every(figures.probeEvery, () => this.#probe());
  }

  /** Whether Redis answers. */
  get isUp(): boolean {
    return this.#downSince === undefined;
  }

  /** Runs the task each time that Redis answers again, or one of its nodes; the first time included. */
  whenUp(task: () => void): void {
    this.#whenUp.push(task);
  }

  /** For how long it has not, ms. */
  get awayFor(): number {
    return this.#downSince === undefined ? 0 : this.#clock.now() - this.#downSince;
  }

  /** Redis's time, ms, as well as we know it. */
  now(): number {
    return this.#clock.now() + this.#ahead;
  }

  /** Until when a step that is asked for now may happen, by Redis's clock, ms. */
  latest(): number {
    return this.now() + figures.answerWithin;
  }

  /** Runs a script. @throws AppError `store_unavailable` */
  run(script: ScriptName, keys: readonly string[], given: readonly (string | number)[]): Promise<unknown> {
    return this.ask((client) => call(client, script, keys, given), script);
  }

  /** Asks Redis something. @param what it is, for the metrics: one of a few. @throws AppError `store_unavailable` */
  async ask<T>(question: (client: Client) => Promise<T>, what = 'other'): Promise<T> {
    if (!this.isUp || this.#open >= figures.openAtMost) throw new AppError('store_unavailable');
    const asked = performance.now();
    try {
      return await this.#inTime(question(this.client));
    } finally {
      this.#observe(what, (performance.now() - asked) / 1000);
    }
  }

  /** The answer, or `store_unavailable` when it does not come in time. One that comes later makes room, and is not heard. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    this.#open++;
    const callOff: (() => void)[] = [];
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        this.#late();
        reject(new AppError('store_unavailable'));
      };
      // In a process that was busy the timer rings before an answer that lies there is read: it gets one turn more.
      const readFirst = (): void => void callOff.push(this.#clock.after(1, giveUp));
      callOff.push(this.#clock.after(figures.giveUpAfter, readFirst));
    });
    try {
      return await Promise.race([this.#counted(answer), late]);
    } catch (error) {
      throw this.#asUnavailable(error);
    } finally {
      callOff.forEach((end) => end());
    }
  }

  /** Makes room again, whenever it comes. */
  async #counted<T>(answer: Promise<T>): Promise<T> {
    try {
      const given = await answer;
      this.#answeredAt = this.#clock.now();
      return given;
    } finally {
      this.#open--;
    }
  }

  #asUnavailable(error: unknown): unknown {
    if (error instanceof AppError) return error;
    if (!isReply(error)) return new AppError('store_unavailable', { cause: error });
    if (!passing.test(error.message)) return error;
    this.#complaints.hear(error);
    return new AppError('store_unavailable', { cause: error });
  }

  /** One master of a Cluster may be silent, or one connection slow, while all else is answered. */
  #late(): void {
    if (this.#clock.now() - this.#answeredAt >= figures.giveUpAfter) this.#down('it does not answer');
  }

  #down(why: string): void {
    if (this.#downSince !== undefined) return;
    this.#downSince = this.#clock.now();
    this.#log.error({ why }, 'redis is away');
  }

  /** Also how the clocks are compared. One at a time: a silent Redis shall find no heap of them. */
  #probe(): void {
    if (this.#probing || this.client.status !== 'ready') return;
    this.#probing = true;
    void this.#askTheTime().finally(() => {
      this.#probing = false;
    });
  }

  async #askTheTime(): Promise<void> {
    const asked = this.#clock.now();
    try {
      const [seconds, micros] = await this.client.time();
      this.#compareClocks(asked, Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
      if (!this.isUp) this.#up(await this.client.info('server'), await this.#connectedTo());
    } catch (error) {
      if (isReply(error)) this.#complaints.hear(error);
      // Else the connection broke, and says so itself.
    }
  }

  #compareClocks(asked: number, time: number): void {
    const now = this.#clock.now();
    // A slow answer says little of the clock.
    if (now - asked > figures.answerWithin) return;
    this.#ahead = Math.round(time - (asked + now) / 2);
    this.#answeredAt = now;
  }

  /** The database that we are in: ioredis stays in the first when there is no such database. */
  async #connectedTo(): Promise<number> {
    if (this.#db === 0) return 0;
    return Number(/\bdb=(\d+)/.exec(await this.client.client('INFO'))?.[1]);
  }

  #up(server: string, db: number): void {
    const version = /redis_version:(\d+)\S*/.exec(server);
    if (Number(version?.[1]) < 7) return this.#complaints.hear(new Error(version?.[0]));
    if (db !== this.#db) return this.#complaints.hear(new Error('ERR DB index is out of range'));
    this.#log.info({ ms: this.awayFor }, 'redis is there');
    this.#downSince = undefined;
    this.#tellUp();
  }

  #tellUp(): void {
    if (this.isUp) for (const task of this.#whenUp) task();
  }

  close(): void {
    this.#stopProbing();
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }
}

/** Runs a script by any connection of ours. */
export function call(
  client: Client,
  script: ScriptName,
  keys: readonly string[],
  given: readonly (string | number)[],
): Promise<unknown> {
  return (client as unknown as Scripted)[script](keys.length, ...keys, ...given);
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
