/** Complete logins, one after the other in so many lanes: what each of them costs the process that serves it. */
import { logIn, onePort } from '../logins.ts';
import type { LoginsDone } from '../logins.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import { rowsOf, timesOf } from '../workload.ts';
import type { Goal, Row, Workload } from '../workload.ts';

export interface LoginCost {
  logins: number;
  /** ms of computing time, all of them together. */
  cpu: number;
  done: LoginsDone;
}

interface Size {
  warmUp: number;
  logins: number;
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
    const size = { warmUp: stage.size(1_600, 4_000), atOnce, logins: stage.size(1_000, 6_000) };
    const targets = [floors.floor, floors.floorQr, floors.floorQrDrawn, floors.packages, saoma];
    const costs = await stage.each(targets, (server) => measureLogins(stage, server, size));
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
    const size = { warmUp: 1, atOnce: 4, logins: 20 };
    return tableOf(await stage.each([floors.floor, saoma], (server) => measureLogins(stage, server, size)), {
      floor: floors.floor.name,
    });
  },
};

/** The same again, beside the floor that also draws the picture which the service answers with. */
const drawn = { what: '  beside the floor that draws', unit: 'ms', floor: floors.floorQrDrawn.name };

async function measureLogins(stage: Stage, server: Server, size: Size): Promise<LoginCost> {
  const ports = onePort(server.port);
  await logIn(ports, size.warmUp, size.atOnce);
  return stage.profiled(server, async () => {
    const before = server.cpu;
    const done = await logIn(ports, size.logins, size.atOnce);
    return { logins: size.logins, cpu: server.cpu - before, done };
  });
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
        figure: ({ done, logins: count }) => (count * 1_000) / done.wall,
      },
    ]),
    ...timesOf(costs, 'scan posted -> confirmed at the page', ({ done }) => done.confirmed),
  ];
}
