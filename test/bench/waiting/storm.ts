/** Owns the moment in which many pages lose their sockets, and all of them come back at once. */
import type { Crowd } from '../crowd.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors } from '../targets.ts';
import { rowsOf } from '../workload.ts';
import type { Row } from '../workload.ts';

export interface Storm {
  pages: number;
  wall: number;
  cpu: number;
  longestDelay: number;
  inVain: number;
}

/** The others go on waiting. */
export async function measureStorm(stage: Stage, server: Server, crowd: Crowd): Promise<Storm> {
  const pages = stage.size(2_000, 10_000);
  // The first one warms up what comes back.
  await crowd.storm(pages);
  await server.longestDelay();
  const [begun, before] = [performance.now(), server.cpu];
  const inVain = await stage.profiled(server, () => crowd.storm(pages));
  const [wall, cpu] = [performance.now() - begun, server.cpu - before];
  return { pages, wall, cpu, longestDelay: await server.longestDelay(), inVain };
}

export function rowsOfStorm(storms: Record<string, Storm>): Row[] {
  const floor = floors.floor.name;
  return rowsOf(storms, [
    { what: 'sockets cut', unit: '', figure: (of) => of.pages },
    { what: 'until all were attached again', unit: 'ms', floor, figure: ({ wall }) => wall },
    { what: 'CPU per page that came back', unit: 'ms', floor, figure: (of) => of.cpu / of.pages },
    { what: 'longest delay of the event loop then', unit: 'ms', floor, figure: (of) => of.longestDelay },
    { what: 'tries in vain', unit: '', figure: ({ inVain }) => inVain },
  ]);
}
