/** Nodes beside each other on one Redis: what a login costs all of them and Redis, and what it costs a node that has no part in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../support/redis-server.ts';
import { sum } from '../figures.ts';
import { logIn } from '../logins.ts';
import type { Ports } from '../logins.ts';
import { combine, readFleet } from '../redis-figures.ts';
import type { Reading } from '../redis-figures.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import type { Target } from '../targets.ts';
import { rowsOf, service } from '../workload.ts';
import type { Row, Workload } from '../workload.ts';

const atOnce = 40;
/** Of these two have a part in the logins. */
const beside = 4;
/** What is said to be flat. */
const [few, many] = [2, 8];

/** What one number of nodes costs, without what it would have cost without any login. */
interface Cost {
  logins: number;
  /** All logins together. */
  load: Reading;
  /** A second in which nothing happens. */
  idle: Reading;
}

interface Costs {
  /** By the number of nodes, all of which have a part in it. */
  all: Map<number, Cost>;
  /** Of `beside` nodes, two of which have a part in it. */
  few: Cost;
}

export const nodes: Workload = {
  name: 'nodes',
  about:
    'page, socket and webhook at different nodes of several, all on one core; what idle nodes cost is taken off',
  deadline: { short: 240_000, full: 1_200_000 },
  async run(stage) {
    const counts = stage.size([few, many], [1, few, beside, many]);
    const measured = {
      [floors.floorRedis.name]: await measureFleet(stage, floors.floorRedis, stage.size([few], counts)),
      [service]: await measureFleet(stage, saoma, counts),
    };
    return tableOf(measured, counts);
  },
};

interface Fleet {
  stage: Stage;
  redis: RedisServer;
  servers: Server[];
}

async function measureFleet(stage: Stage, target: Target, counts: readonly number[]): Promise<Costs> {
  const fleet: Fleet = { stage, redis: await stage.redis(), servers: [] };
  const costs = new Map<number, Cost>();
  let costOfFew: Cost | undefined;
  for (const count of [...new Set([...counts, beside])].sort((a, b) => a - b)) {
    while (fleet.servers.length < count)
      fleet.servers.push(await stage.start(target, { redisUrl: fleet.redis.url }));
    const ports = fleet.servers.map(({ port }) => port);
    if (counts.includes(count)) costs.set(count, await measureCost(fleet, portsOf(ports)));
    if (count === beside) costOfFew = await measureCost(fleet, portsOf(ports.slice(0, few)));
  }
  for (const server of fleet.servers) await stage.stop(server);
  await stage.stop(fleet.redis);
  return { all: costs, few: costOfFew! };
}

/** Of each login the page, the socket and the webhook are at nodes next to each other. */
function portsOf(ports: readonly number[]): Ports {
  const from = (first: number): number[] => ports.map((_, index) => ports[(index + first) % ports.length]!);
  return { pages: ports, sockets: from(1), webhook: from(2) };
}

async function measureCost({ stage, redis, servers }: Fleet, ports: Ports): Promise<Cost> {
  const logins = stage.size(300, 2_000);
  await logIn(ports, stage.size(50, 150) * ports.pages.length, atOnce);
  // What comes after a login shall be over.
  await sleep(1_000);
  const window = stage.size(2_000, 5_000);
  const still = await readFleet(redis, servers);
  await sleep(window);
  const begun = await readFleet(redis, servers);
  await logIn(ports, logins, atOnce);
  // Pages that have just left still cost something.
  await sleep(500);
  const over = await readFleet(redis, servers);
  const seconds = (begun.at - still.at) / 1_000;
  const idle = combine(still, begun, (from, to) => (to - from) / seconds);
  const used = combine(begun, over, (from, to) => to - from);
  const load = combine(idle, used, (perSecond, all) => all - (perSecond * (over.at - begun.at)) / 1_000);
  return { logins, load, idle };
}

type Figure = (load: Reading) => number;

const perLogin: { what: string; unit: string; figure: Figure; isFlat?: boolean }[] = [
  { what: 'CPU of all nodes per login', unit: 'ms', figure: ({ nodes: all }) => sum(all) },
  { what: 'CPU of Redis per login', unit: 'ms', figure: ({ redis }) => redis },
  {
    what: 'commands per login (total_commands_processed)',
    unit: '',
    figure: ({ commands }) => commands,
    isFlat: true,
  },
  { what: '  by commandstats', unit: '', figure: ({ calls }) => calls },
  { what: '  scripts among these', unit: '', figure: ({ scripts }) => scripts },
  { what: 'Redis network bytes per login', unit: 'bytes', figure: ({ bytes }) => bytes, isFlat: true },
];

function tableOf(measured: Record<string, Costs>, counts: readonly number[]): Row[] {
  const columns = [...perNumber(counts), ...flatness(), ...bystanders(), ...idlers(counts)];
  return rowsOf(measured, columns);
}

type Column = Omit<Row, 'of'> & { figure: (of: Costs) => number };

function perNumber(counts: readonly number[]): Column[] {
  return perLogin.flatMap(({ what, unit, figure }) =>
    counts.map((count) => ({
      what: `${what}, ${count} nodes`,
      unit,
      floor: floors.floorRedis.name,
      figure: ({ all }) => figureOf(all.get(count), figure),
    })),
  );
}

function flatness(): Column[] {
  return perLogin.flatMap(({ what, figure, isFlat = false }) => {
    const of = ({ all }: Costs, count: number): number => figureOf(all.get(count), figure);
    const goal = { below: 1.1 };
    const name = `${what}, ${many} nodes : ${few} nodes`;
    return isFlat
      ? [{ what: name, unit: 'x', goal, figure: (costs) => of(costs, many) / of(costs, few) }]
      : [];
  });
}

function bystanders(): Column[] {
  return [
    { what: `CPU of each of ${few} nodes per login`, unit: 'ms', figure: (of) => cpuOfEach(of, 0, few) },
    {
      what: '  of each bystander, its idle CPU taken off',
      unit: 'ms',
      // Nothing, as far as can be measured.
      goal: { below: 0.02 },
      figure: (of) => cpuOfEach(of, few, beside),
    },
  ];
}

function idlers(counts: readonly number[]): Column[] {
  return counts.flatMap((count) => {
    const idle = ({ all }: Costs, figure: Figure): number => {
      const cost = all.get(count);
      return cost ? figure(cost.idle) / count : NaN;
    };
    return [
      {
        what: `idle, CPU of a node, ${count} nodes`,
        unit: 'ms/s',
        figure: (of) => idle(of, ({ nodes: all }) => sum(all)),
      },
      {
        what: `idle, commands of a node, ${count} nodes`,
        unit: '/s',
        figure: (of) => idle(of, ({ commands }) => commands),
      },
    ];
  });
}

function cpuOfEach({ few: cost }: Costs, from: number, to: number): number {
  return figureOf(cost, ({ nodes: all }) => sum(all.slice(from, to)) / (to - from));
}

/** NaN: so many nodes were not measured. */
function figureOf(cost: Cost | undefined, figure: Figure): number {
  return cost ? figure(cost.load) / cost.logins : NaN;
}
