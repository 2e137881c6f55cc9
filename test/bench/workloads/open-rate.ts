/** Pages that come and stay: how many scenes and sockets can be opened in a second, and what one costs. */
import { Crowd, fitting } from '../crowd.ts';
import type { Server } from '../server.ts';
import { floors, saoma } from '../targets.ts';
import { rowsOf } from '../workload.ts';
import type { Workload } from '../workload.ts';

const warmUp = 1_000;

export const openRate: Workload = {
  name: 'open',
  about: 'POST /api/scenes and the attached socket, 64 at once, nobody leaves',
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    const pages = stage.size(2_000, 10_000);
    const measure = async (server: Server): Promise<{ wall: number; cpu: number }> => {
      const crowd = new Crowd(server.port);
      await crowd.growTo(warmUp);
      const [begun, before] = [performance.now(), server.cpu];
      await stage.profiled(server, () => crowd.growTo(fitting(warmUp + pages)));
      const opened = { wall: (performance.now() - begun) / pages, cpu: (server.cpu - before) / pages };
      crowd.close();
      return opened;
    };
    const floor = floors.floorQr.name;
    return rowsOf(await stage.each([floors.floorQr, saoma], measure), [
      { what: 'pages opened per second', unit: '/s', floor, figure: ({ wall }) => 1_000 / wall },
      { what: 'CPU per page', unit: 'ms', floor, figure: ({ cpu }) => cpu },
    ]);
  },
};
