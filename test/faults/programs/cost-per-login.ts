import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import type { Fleet } from '../fleet.ts';
import { closedLoop } from '../load.ts';
import { cpuOf } from '../process-figures.ts';
import type { Row } from '../report.ts';
import { SiteBackend } from '../site.ts';
import type { Program } from '../stage.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { untilWaiting } from '../waiting.ts';

const atOnce = 20;
const patience = 20_000;
/** Whole rounds of what nodes do again and again, so that each window has the same share of it, ms. */
const round = settings.redis.vetEvery;
const growsAtMost = 1.1;

/** What was used up so far: commands, bytes, and ms of computing time. */
interface Reading {
  at: number;
  commands: number;
  scripts: number;
  bytes: number;
  redis: number;
  nodes: number[];
}

/** What one number of nodes costs. */
interface Cost {
  nodes: number;
  logins: number;
  /** A second without any login. */
  idle: Reading;
  /** All logins together, without what would have been used without them. */
  load: Reading;
}

/** A push wakes one node, so a login costs the same however many nodes there are. */
export const costPerLogin: Program = {
  about: 'Redis commands and bytes, and computing time, per login with more and more nodes',
  async run(stage) {
    const redis = await stage.redis();
    // The short form has no time for more; from 2 to 8 is what has to be flat.
    const counts = stage.size([8, 2], [2, 4, 8, 1]);
    const fleet = await stage.fleet({ nodes: 8, redisUrl: redis.url });
    const town = stage.town(fleet);
    // Programs are slower before they are warm, and the first two do the work whatever the number.
    await settle(stage.size(40, 1_000), () => logIn(town, fleet, 8));
    const costs: Cost[] = [];
    for (const nodes of counts) {
      await resize(fleet, nodes);
      await settle(atOnce, () => logIn(town, fleet, nodes));
      costs.push(await measure({ town, fleet, redis, nodes, logins: stage.size(250, 2_000) }));
    }
    const [two, eight] = [2, 8].map((nodes) => {
      const cost = costs.find((one) => one.nodes === nodes)!;
      return cost.load.commands / cost.logins;
    });
    const report = stage.report(
      town,
      fleet,
      { newQr: 'forbidden' },
      table(costs.sort((a, b) => a.nodes - b.nodes)),
    );
    const faults = [...report.faults];
    if (eight! > two! * growsAtMost)
      faults.push(`a login takes ${two!.toFixed(1)} commands with 2 nodes, and ${eight!.toFixed(1)} with 8`);
    return { ...report, faults };
  },
};

interface Measured {
  town: Town;
  fleet: Fleet;
  redis: RedisServer;
  nodes: number;
  logins: number;
}

/** Leaves so many nodes, and starts those that are missing. */
async function resize({ nodes }: Fleet, count: number): Promise<void> {
  await Promise.all(nodes.slice(count).map((node) => node.terminate()));
  for (const node of nodes.slice(0, count)) if (node.pid === undefined) await node.start();
}

/** Scripts are loaded, programs warm. */
async function settle(logins: number, login: () => Promise<void>): Promise<void> {
  await closedLoop(logins, atOnce, login);
  await sleep(500);
}

async function measure({ town, fleet, redis, nodes, logins }: Measured): Promise<Cost> {
  const pids = fleet.nodes.slice(0, nodes).map(({ pid }) => pid ?? 0);
  const still = await read(redis, pids);
  await sleep(round);
  const begun = await read(redis, pids);
  await closedLoop(logins, atOnce, () => logIn(town, fleet, nodes));
  const took = performance.now() - begun.at;
  await sleep(Math.ceil(took / round) * round - took);
  const over = await read(redis, pids);
  const idle = combine(still, begun, (from, to) => (to - from) / ((begun.at - still.at) / 1_000));
  const used = combine(begun, over, (from, to) => to - from);
  const load = combine(idle, used, (perSecond, all) => all - (perSecond * (over.at - begun.at)) / 1_000);
  return { nodes, logins, idle, load };
}

/** The socket is at the first node, the scan and the exchange come to the second; the others have no part in it. */
async function logIn(town: Town, fleet: Fleet, nodes: number): Promise<void> {
  const [first, second] = [fleet.node(0).port, fleet.node(Math.min(1, nodes - 1)).port];
  const page = town.page({ port: () => first });
  const scene = await untilWaiting(page);
  const push = town.phones.push(newOpenid(), scene);
  const postedAt = performance.now();
  const answer = await town.phones.deliver(push, second);
  town.history.note({ kind: 'scanned', openid: push.openid, scene, answer, postedAt, attempts: 1 });
  const code = await page.until(() => page.code, performance.now() + patience);
  if (code !== undefined) await town.backend.exchangeOnce(code, SiteBackend.newKey(), second);
  page.close();
}

async function read(redis: RedisServer, pids: readonly number[]): Promise<Reading> {
  const stats = await redis.info('stats');
  const commands = await redis.info('commandstats');
  const figure = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(stats)?.[1]);
  return {
    at: performance.now(),
    commands: figure('total_commands_processed'),
    scripts: Number(/^cmdstat_evalsha:calls=(\d+)/m.exec(commands)?.[1] ?? 0),
    bytes: figure('total_net_input_bytes') + figure('total_net_output_bytes'),
    redis: cpuOf(redis.pid),
    nodes: pids.map(cpuOf),
  };
}

function combine(a: Reading, b: Reading, by: (a: number, b: number) => number): Reading {
  return {
    at: by(a.at, b.at),
    commands: by(a.commands, b.commands),
    scripts: by(a.scripts, b.scripts),
    bytes: by(a.bytes, b.bytes),
    redis: by(a.redis, b.redis),
    nodes: a.nodes.map((one, index) => by(one, b.nodes[index] ?? 0)),
  };
}

function table(costs: readonly Cost[]): Row[] {
  const row = (what: string, figure: (cost: Cost) => number, digits = 1): Row => [
    what,
    costs.map((cost) => figure(cost).toFixed(digits).padStart(9)).join(''),
  ];
  const perLogin = (what: string, figure: (load: Reading) => number, digits?: number): Row =>
    row(what, ({ load, logins }) => figure(load) / logins, digits);
  return [
    row('nodes', ({ nodes }) => nodes, 0),
    row('logins', ({ logins }) => logins, 0),
    perLogin('a login: Redis commands, those in scripts included', ({ commands }) => commands),
    perLogin('  scripts', ({ scripts }) => scripts),
    perLogin('  Redis network bytes', ({ bytes }) => bytes, 0),
    perLogin('  computing time of Redis, ms', ({ redis }) => redis, 2),
    perLogin('  of all nodes, ms', ({ nodes }) => sum(nodes), 2),
    perLogin('  of nodes that have no part in it, ms', ({ nodes }) => sum(nodes.slice(2)), 2),
    row('idle, a second: Redis commands', ({ idle }) => idle.commands),
    row('  Redis network bytes', ({ idle }) => idle.bytes, 0),
    row('  computing time of Redis, ms', ({ idle }) => idle.redis),
    row('  of a node, ms', ({ idle }) => sum(idle.nodes) / idle.nodes.length),
  ];
}

function sum(list: readonly number[]): number {
  return list.reduce((total, one) => total + one, 0);
}
