/** Complete logins, one after the other in so many lanes: what each of them costs the process that serves it. */
import { sum } from '../figures.ts';
import { logIn, onePort } from '../logins.ts';
import type { LoginsDone } from '../logins.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import type { Target } from '../targets.ts';
import { rowsOf, timesOf } from '../workload.ts';
import type { Goal, Row, Workload } from '../workload.ts';

export interface LoginCost {
  logins: number;
  /** ms of computing time, all of them together. */
  cpu: number;
  /** From the first request to the last answer, ms. */
  wall: number;
  /** Of each login, ms. */
  confirmed: number[];
}

interface Size {
  warmUp: number;
  /** In each turn. */
  logins: number;
  turns: number;
  atOnce: number;
}

const atOnce = 64;
/** ms; that of a WeChat nearby. One that answered in no time would never have two people asked for together. */
const delay = 20;

export const logins: Workload = {
  name: 'logins',
  about: `complete logins, ${atOnce} at once, each call of WeChat takes ${delay} ms`,
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    await (await stage.wechat()).delay({ 'user/info': delay, 'qrcode/create': delay });
    const size = { warmUp: stage.size(1_600, 4_000), atOnce, turns: 5, logins: stage.size(200, 1_200) };
    const targets = [floors.floor, floors.floorQr, floors.floorQrDrawn, floors.packages, saoma];
    const costs = await measureLogins(stage, targets, size);
    return tableOf(costs, { floor: floors.floorQr.name, goal: { ratio: 1.5, stretch: 1.3 } });
  },
};

/** As little as shows that everything works. */
export const check: Workload = {
  name: 'check',
  about: 'a few logins, to see that the bench works; says nothing about speed',
  deadline: { short: 240_000, full: 600_000 },
  isLong: true,
  isOnce: true,
  async run(stage) {
    const size = { warmUp: 1, atOnce: 4, turns: 2, logins: 10 };
    const costs = await measureLogins(stage, [floors.floor, saoma], size);
    return tableOf(costs, { floor: floors.floor.name });
  },
};

/** The same again, beside the floor that also draws the picture which the service answers with. */
const drawn = { what: '  beside the floor that draws', unit: 'ms', floor: floors.floorQrDrawn.name };

async function measureLogins(
  stage: Stage,
  targets: readonly Target[],
  { warmUp, logins: count, turns, atOnce: lanes }: Size,
): Promise<Record<string, LoginCost>> {
  const logInAt = ({ port }: Server, many: number): Promise<LoginsDone> => logIn(onePort(port), many, lanes);
  const costs = await stage.inTurns(targets, turns, {
    begin: async (server) => void (await logInAt(server, warmUp)),
    measure: (server) =>
      stage.profiled(server, async () => {
        const before = server.cpu;
        const { wall, confirmed } = await logInAt(server, count);
        return { logins: count, cpu: server.cpu - before, wall, confirmed };
      }),
  });
  return Object.fromEntries(Object.entries(costs).map(([target, turnsOf]) => [target, together(turnsOf)]));
}

function together(turns: readonly LoginCost[]): LoginCost {
  return {
    logins: sum(turns.map(({ logins: count }) => count)),
    cpu: sum(turns.map(({ cpu }) => cpu)),
    wall: sum(turns.map(({ wall }) => wall)),
    confirmed: turns.flatMap(({ confirmed }) => confirmed),
  };
}

function tableOf(costs: Record<string, LoginCost>, { floor, goal }: { floor: string; goal?: Goal }): Row[] {
  return [
    ...rowsOf(costs, [
      {
        what: 'CPU per login (seconds per 1,000)',
        unit: 'ms',
        floor,
        ...(goal && { goal }),
        figure: (cost) => cost.cpu / cost.logins,
      },
      ...(goal ? [{ ...drawn, figure: (cost: LoginCost) => cost.cpu / cost.logins }] : []),
      {
        what: 'logins per second',
        unit: '/s',
        floor,
        figure: ({ wall, logins: count }) => (count * 1_000) / wall,
      },
    ]),
    ...timesOf(costs, 'scan posted -> confirmed at the page', ({ confirmed }) => confirmed),
  ];
}
