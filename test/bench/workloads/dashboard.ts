/** Operators look at many pending scenes: what a page of the list takes, and what the logins notice of it. */
import { closedLoop } from '../../faults/load.ts';
import { Lines } from '../lines.ts';
import { logIn } from '../logins.ts';
import type { Ports } from '../logins.ts';
import { Operator, opsToken } from '../operator.ts';
import { readFleet } from '../redis-figures.ts';
import type { Reading } from '../redis-figures.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { saoma, siteOf } from '../targets.ts';
import { Visitor } from '../visitor.ts';
import { rowsOf, service, timesOf } from '../workload.ts';
import type { Row, Workload } from '../workload.ts';

const pending = 20_000;
/** They share all but the few of the rare one. */
const sites = ['books', 'tools', 'toys', 'wine'];
const rare = { site: 'rare', scenes: 20 };
const atOnce = 64;
/** Few enough that a login waits for nothing but its own steps. */
const loginsAtOnce = 4;

const config = { scene: { ttlSeconds: 1_800 }, sites: [...sites, rare.site].map(siteOf) };
const env = { OPS_TOKEN: opsToken };

interface Measured {
  newest: number[];
  rare: number[];
  following: number[];
  /** Of scan -> frame, ms. */
  alone: number[];
  lookedOn: number[];
  /** What all pages of the list used up. */
  used: Reading;
  pages: number;
}

export const dashboard: Workload = {
  name: 'dashboard',
  about: `the operators' list with ${pending} pending scenes, two nodes on one Redis, one live viewer`,
  deadline: { short: 240_000, full: 600_000 },
  isLong: true,
  isOnce: true,
  async run(stage) {
    return tableOf({ [service]: await measure(stage) });
  },
};

async function measure(stage: Stage): Promise<Measured> {
  const redis = await stage.redis();
  const around = { redisUrl: redis.url, config, env };
  const servers = [await stage.start(saoma, around), await stage.start(saoma, around)] as const;
  await fill(servers[0]);
  const ports = portsOf(servers);
  await logIn(ports, stage.size(300, 1_000), loginsAtOnce);
  const logins = stage.size(500, 3_000);
  const { confirmed: alone } = await logIn(ports, logins, loginsAtOnce);
  const operators = servers.map(({ port }) => new Operator(port));
  const [first, second] = operators as [Operator, Operator];
  const leave = await first.lookOn();
  const { confirmed: lookedOn } = await logIn(ports, logins, loginsAtOnce);
  const before = await readFleet(redis, servers);
  const looks = await readAll(stage, [first, second]);
  const used = await readFleet(redis, servers);
  if (leave() === 0) throw new Error('the viewer saw nothing');
  for (const operator of operators) operator.close();
  for (const server of servers) await stage.stop(server);
  await stage.stop(redis);
  return { ...looks, alone, lookedOn, used: difference(before, used) };
}

/** The rare ones first: whoever looked for them from the newest on would meet all others before. */
async function fill({ port }: Server): Promise<void> {
  const lines = new Lines(port);
  const open = (siteId: string) => lines.use((line) => new Visitor().open(line, siteId));
  await closedLoop(rare.scenes, atOnce, () => open(rare.site));
  await closedLoop(pending - rare.scenes, atOnce, (i) => open(sites[i % sites.length]!));
  lines.close();
}

/** The webhook is at the node that nobody's page is at. */
function portsOf([one, other]: readonly [Server, Server]): Ports {
  return { pages: [one.port], sockets: [one.port], webhook: [other.port] };
}

type Looks = Pick<Measured, 'newest' | 'rare' | 'following' | 'pages'>;

async function readAll(stage: Stage, operators: readonly [Operator, Operator]): Promise<Looks> {
  const times = stage.size(100, 300);
  for (const operator of operators) await readAgain([operator], '', 10);
  const newest = await readAgain(operators, '', times);
  const ofRare = await readAgain(operators, `site=${rare.site}&state=pending`, times, rare.scenes);
  const following = await follow(operators[1], `site=${sites[0]}`, times);
  return { newest, rare: ofRare, following, pages: newest.length + ofRare.length + following.length + 20 };
}

/** One after the other, at the nodes in turn. @param total what each page must say, if that is known */
async function readAgain(
  operators: readonly Operator[],
  query: string,
  count: number,
  total?: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const { page, took } = await operators[i % operators.length]!.look(query);
    if (page.scenes.length === 0) throw new Error('an empty page');
    if (total !== undefined && page.total !== total) throw new Error(`${page.total} instead of ${total}`);
    times.push(took);
  }
  return times;
}

/** Page after page, from the newest on; over again when there are no more. */
async function follow(operator: Operator, query: string, count: number): Promise<number[]> {
  const times: number[] = [];
  let cursor = '';
  for (let i = 0; i < count; i++) {
    const { page, took } = await operator.look(`${query}&cursor=${cursor}`);
    times.push(took);
    cursor = page.nextCursor ?? '';
  }
  return times;
}

function difference(before: Reading, after: Reading): Reading {
  return { ...after, redis: after.redis - before.redis, commands: after.commands - before.commands };
}

function tableOf(measured: Record<string, Measured>): Row[] {
  const goal = { p99: { below: 100 } };
  return [
    ...timesOf(measured, 'newest page', ({ newest }) => newest, goal),
    ...timesOf(measured, 'page of a rare site', ({ rare: times }) => times, goal),
    ...timesOf(measured, 'page by cursor', ({ following }) => following, goal),
    ...rowsOf(measured, [
      {
        what: 'Redis CPU per page, the viewer included',
        unit: 'ms',
        figure: ({ used, pages }) => used.redis / pages,
      },
      { what: 'commands per page', unit: '', figure: ({ used, pages }) => used.commands / pages },
    ]),
    ...timesOf(measured, 'scan posted -> confirmed, nobody looks', ({ alone }) => alone),
    ...timesOf(measured, 'scan posted -> confirmed, one looks on', ({ lookedOn }) => lookedOn),
  ];
}
