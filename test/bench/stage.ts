/** Owns the surroundings of one workload: everything it starts ends with it, however it ends. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Chance } from '../faults/chance.ts';
import { WechatApi } from '../faults/wechat.ts';
import { RedisServer } from '../support/redis-server.ts';
import type { Server } from './server.ts';
import type { Surroundings, Target } from './targets.ts';

export interface StageOptions {
  /** The workload's. */
  name: string;
  isFull: boolean;
  /** From 0. */
  repetition: number;
  /** Where profiles of the service go, if any are wanted. */
  profiles?: string | undefined;
}

interface Process {
  stop(): Promise<void>;
}

export class Stage {
  /** The same in every run, so that two runs can be compared; another in each repetition. */
  readonly chance: Chance;
  readonly isFull: boolean;
  readonly repetition: number;
  readonly #options: StageOptions;
  readonly #running = new Set<Process>();
  #wechat: WechatApi | undefined;
  #isOver = false;
  #profiled = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.isFull = options.isFull;
    this.repetition = options.repetition;
    this.chance = new Chance(options.repetition + 1);
  }

  /** By the form of the run. */
  size<T>(short: T, full: T): T {
    return this.isFull ? full : short;
  }

  /** The one that every target of the workload asks. */
  async wechat(): Promise<WechatApi> {
    this.#wechat ??= this.#keep(await WechatApi.start());
    return this.#wechat;
  }

  async redis(): Promise<RedisServer> {
    return this.#keep(await RedisServer.start());
  }

  async start(target: Target, around: Omit<Surroundings, 'wechatUrl'> = {}): Promise<Server> {
    const { url } = await this.wechat();
    if (this.#isOver) throw new Error('the workload was given up');
    return this.#keep(await target.start({ wechatUrl: url, ...around }));
  }

  /** Starts a target for as long as it is measured; never are there two. */
  async with<T>(
    target: Target,
    measure: (server: Server) => Promise<T>,
    around: Omit<Surroundings, 'wechatUrl'> = {},
  ): Promise<T> {
    const server = await this.start(target, around);
    try {
      return await measure(server);
    } catch (cause) {
      const state = server.isRunning ? 'still runs' : 'has ended';
      throw new Error(`${target.name}, whose process ${state}: ${String(cause)}`, { cause });
    } finally {
      await this.stop(server);
    }
  }

  /** Measures each of them, one after the other. */
  async each<T>(
    targets: readonly Target[],
    measure: (server: Server, target: Target) => Promise<T>,
    around: Omit<Surroundings, 'wechatUrl'> = {},
  ): Promise<Record<string, T>> {
    const measured: Record<string, T> = {};
    for (const target of targets)
      measured[target.name] = await this.with(target, (server) => measure(server, target), around);
    return measured;
  }

  /** Measures all of them so many times, in turns: what befalls the machine meanwhile befalls each of them alike. */
  async inTurns<T>(
    targets: readonly Target[],
    turns: number,
    { begin, measure }: { begin: (server: Server) => Promise<void>; measure: (server: Server) => Promise<T> },
  ): Promise<Record<string, T[]>> {
    const servers: Server[] = [];
    for (const target of targets) servers.push(await this.start(target));
    for (const server of servers) await begin(server);
    const measured: Record<string, T[]> = Object.fromEntries(servers.map(({ name }) => [name, []]));
    for (let turn = 0; turn < turns; turn++)
      for (const server of servers) measured[server.name]!.push(await measure(server));
    for (const server of servers) await this.stop(server);
    return measured;
  }

  /** Where profiles are wanted, one of what this process does meanwhile. */
  async profiled<T>(server: Server, act: () => Promise<T>): Promise<T> {
    const { profiles, name } = this.#options;
    if (profiles === undefined) return act();
    mkdirSync(profiles, { recursive: true });
    const file = `${name}-${server.name}-${this.repetition}-${this.#profiled++}.cpuprofile`.replaceAll(
      /[ +]+/g,
      '-',
    );
    await server.profile();
    const result = await act();
    await server.profile(resolve(join(profiles, file)));
    return result;
  }

  async stop(process: Process): Promise<void> {
    this.#running.delete(process);
    await process.stop();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled([...this.#running].map((process) => this.stop(process)));
  }

  #keep<P extends Process>(process: P): P {
    // Whoever gave the workload up has stopped what ran until then.
    if (this.#isOver) void process.stop();
    this.#running.add(process);
    return process;
  }
}
