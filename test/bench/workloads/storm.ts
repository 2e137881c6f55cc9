/** Every page loses its socket in one moment, and all come back at once. */
import { Crowd, fitting } from '../crowd.ts';
import type { Server } from '../server.ts';
import { floors, saoma } from '../targets.ts';
import { rowsOf } from '../workload.ts';
import type { Workload } from '../workload.ts';

interface Storm {
  pages: number;
  wall: number;
  cpu: number;
  longestDelay: number;
  inVain: number;
}

const config = { scene: { ttlSeconds: 1_800 } };

export const storm: Workload = {
  name: 'storm',
  about: 'all sockets are cut, and every page attaches again with the same claim',
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    const pages = fitting(stage.size(2_000, 10_000));
    const measure = async (server: Server): Promise<Storm> => {
      const crowd = new Crowd(server.port);
      await crowd.growTo(pages);
      // The first one warms up what comes back.
      await crowd.storm();
      await server.longestDelay();
      const [begun, before] = [performance.now(), server.cpu];
      const inVain = await stage.profiled(server, () => crowd.storm());
      const [wall, cpu] = [performance.now() - begun, server.cpu - before];
      const longestDelay = await server.longestDelay();
      crowd.close();
      return { pages, wall, cpu, longestDelay, inVain };
    };
    const floor = floors.floor.name;
    return rowsOf(await stage.each([floors.floor, saoma], measure, { config }), [
      { what: 'pages', unit: '', figure: (of) => of.pages },
      { what: 'until all were attached again', unit: 'ms', floor, figure: ({ wall }) => wall },
      { what: 'CPU per page', unit: 'ms', floor, figure: (of) => of.cpu / of.pages },
      { what: 'longest delay of the event loop', unit: 'ms', floor, figure: (of) => of.longestDelay },
      { what: 'tries in vain', unit: '', figure: ({ inVain }) => inVain },
    ]);
  },
};
