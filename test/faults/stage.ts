/** Owns what a program plays on: its chance, its servers, and their end, however the program ends. */
import { RedisServer } from '../support/redis-server.ts';
import type { RedisServerOptions } from '../support/redis-server.ts';
import type { Chance } from './chance.ts';
import { judge } from './checker.ts';
import type { Law } from './checker.ts';
import { Fleet } from './fleet.ts';
import type { FleetOptions } from './fleet.ts';
import { reportOn, tally } from './report.ts';
import type { Report, Row } from './report.ts';
import { Town } from './visitor.ts';

export interface Program {
  /** What it shows, in one line. */
  about: string;
  run(stage: Stage): Promise<Report>;
}

export class Stage {
  /** The long form, whose figures are in the documentation; otherwise the short one of the tests. */
  readonly full: boolean;
  readonly chance: Chance;
  readonly #towns: Town[] = [];
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(full: boolean, chance: Chance) {
    this.full = full;
    this.chance = chance;
  }

  /** One figure for each form. */
  size<T>(short: T, full: T): T {
    return this.full ? full : short;
  }

  async redis(options?: RedisServerOptions): Promise<RedisServer> {
    const redis = await RedisServer.start(options);
    this.atEnd(() => redis.stop());
    return redis;
  }

  async fleet(options: Omit<FleetOptions, 'chance'>): Promise<Fleet> {
    const fleet = await Fleet.start({ ...options, chance: this.chance });
    this.atEnd(() => fleet.stop());
    return fleet;
  }

  town(fleet: Fleet): Town {
    const town = new Town(fleet, this.chance);
    this.#towns.push(town);
    return town;
  }

  /** All that was seen, as lines of JSON. */
  historyLines(): string {
    const sightings = this.#towns.flatMap(({ history }) => history.sightings);
    return sightings.map((one) => `${JSON.stringify(one)}\n`).join('');
  }

  /** Runs when the program is over, the last first. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }

  /** Judges the town's history; a node that ended by itself, or logged something that must not be, is a fault as well. */
  report({ history }: Town, fleet: Fleet, law: Law, more: Row[] = []): Report {
    const troubles = fleet.troubles();
    const report = reportOn(history, judge(history.sightings, law), [
      ['node starts', fleet.nodes.map(({ starts }) => starts).join(', ')],
      ['logged as errors', tally(troubles.map(({ says }) => says))],
      ...more,
    ]);
    const crashes = fleet.nodes.flatMap(({ port, crashes: ends }) =>
      ends.map((ending) => `the node on port ${port} ended by itself: ${JSON.stringify(ending)}`),
    );
    const logged = troubles.filter(({ isFault }) => isFault).map(({ says }) => `logged: ${says}`);
    return { rows: report.rows, faults: [...report.faults, ...crashes, ...logged.slice(0, 5)] };
  }
}
