/** Pages that come by chance while WeChat is far away: how long they have no QR code, and how many codes nobody saw. */
import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import { ask } from '../../faults/http.ts';
import type { WechatApi } from '../../faults/wechat.ts';
import { within } from '../deadline.ts';
import { Lines } from '../lines.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import type { Target } from '../targets.ts';
import { Visitor } from '../visitor.ts';
import { rowsOf, service, timesOf } from '../workload.ts';
import type { Row, Workload } from '../workload.ts';

const delay = 150;
const perSecond = 20;
const lastOneWithin = 10_000;
/** Codes that are being made when nobody comes any more. */
const lastCodesWithin = 1_000;

interface Shown {
  /** ms, of each page. */
  times: number[];
  /** Warm-up included. */
  pages: number;
  made: number;
  /** As the service counts them, by how they were used. */
  counted: Record<string, number> | undefined;
}

export const qr: Workload = {
  name: 'qr',
  about: `${perSecond} pages a second (Poisson), qrcode/create takes ${delay} ms; from POST /api/scenes to its answer`,
  deadline: { short: 240_000, full: 600_000 },
  isOnce: true,
  async run(stage) {
    const wechat = await stage.wechat();
    await wechat.delay({ 'qrcode/create': delay });
    const measure = (server: Server, target: Target): Promise<Shown> =>
      measureQr(stage, server, wechat, secondsFor(stage, target));
    return tableOf(await stage.each([floors.floorQr, saoma], measure));
  },
};

/** The others ask WeChat while the page waits; there is not much to see. */
function secondsFor(stage: Stage, target: Target): { warmUp: number; measured: number } {
  if (target !== saoma) return { warmUp: 1, measured: 3 };
  return { warmUp: 5, measured: stage.size(11, 120) };
}

async function measureQr(
  stage: Stage,
  server: Server,
  wechat: WechatApi,
  seconds: { warmUp: number; measured: number },
): Promise<Shown> {
  const before = await wechat.minted();
  const lines = new Lines(server.port);
  const early = await arrive(stage, lines, seconds.warmUp);
  const times = await stage.profiled(server, () => arrive(stage, lines, seconds.measured));
  lines.close();
  await sleep(lastCodesWithin);
  const made = (await wechat.minted()) - before;
  const counted = server.name === service ? await readCounts(server) : undefined;
  return { times, pages: early.length + times.length, made, counted };
}

/** They come independently of each other, for so many seconds. @returns what each waited, ms */
async function arrive(stage: Stage, lines: Lines, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const pages: Promise<void>[] = [];
  const open = async (): Promise<void> => {
    const visitor = new Visitor();
    const begun = performance.now();
    await lines.use((line) => visitor.open(line));
    times.push(performance.now() - begun);
  };
  const end = performance.now() + seconds * 1_000;
  for (let due = performance.now(); ;) {
    due += (-Math.log(1 - stage.chance.next()) * 1_000) / perSecond;
    if (due > end) break;
    await sleep(Math.max(due - performance.now(), 0));
    pages.push(open());
  }
  await within(lastOneWithin, 'every page has its code', Promise.all(pages));
  return times;
}

async function readCounts({ port }: Server): Promise<Record<string, number>> {
  const { text } = await ask({ port, method: 'GET', path: '/metrics', within: 5_000 });
  const found = text.matchAll(/^saoma_qr_codes_total\{.*how="(\w+)".*\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, how, count]) => [how, Number(count)]));
}

function tableOf(shown: Record<string, Shown>): Row[] {
  const counted =
    (how: string) =>
    (of: Shown): number =>
      of.counted ? (of.counted[how] ?? 0) : NaN;
  const day = settings.wechat.qrPerDay;
  return [
    ...timesOf(shown, 'QR code at the page', ({ times }) => times, {
      floor: floors.floorQr.name,
      p99: { below: 20 },
    }),
    ...rowsOf(shown, [
      { what: 'pages served, warm-up included', unit: '', figure: ({ pages }) => pages },
      { what: 'codes made by WeChat', unit: '', figure: ({ made }) => made },
      { what: '  served from those made ahead', unit: '', figure: counted('ahead') },
      { what: '  made while the page waited', unit: '', figure: counted('on_demand') },
      { what: '  counted as unused', unit: '', figure: counted('unused') },
      {
        what: '  still in stock',
        unit: '',
        figure: (of) => of.made - of.pages - counted('unused')(of),
      },
      {
        what: "made and shown to nobody, of a day's codes",
        unit: '%',
        figure: ({ made, pages }) => ((made - pages) / day) * 100,
      },
    ]),
  ];
}
