import { ClaimSocket } from '../claim-holder.ts';
import type { Fleet } from '../fleet.ts';
import { FrameCutter } from '../frame-cutter.ts';
import { closedLoop } from '../load.ts';
import { percentile, tally } from '../report.ts';
import { SiteBackend } from '../site.ts';
import type { Program } from '../stage.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { untilWaiting } from '../waiting.ts';

const patience = 20_000;
const atOnce = 10;

/** However much of the result got through: the page has its code, always the same one, and it works once. */
export const frameCut: Program = {
  about: 'the connection is cut after each byte of the frame that carries the result; the page comes back',
  async run(stage) {
    const redis = await stage.redis();
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const cutter = await FrameCutter.start(fleet.anyPort);
    stage.atEnd(() => cutter.close());
    const wrong: string[] = [];
    const logIn = async (bytes?: number): Promise<string> => {
      const { scene, says } = await logInCut(town, { fleet, cutter, bytes });
      if (says !== undefined) wrong.push(`cut after ${bytes} bytes: ${says}`);
      return scene;
    };
    const length = cutter.cuts.get(await logIn())?.length ?? 0;
    const step = stage.size(20, 1);
    const places = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
    places.push(length);
    await closedLoop(places.length, atOnce, async (index) => void (await logIn(places[index])));
    const passed = [...cutter.cuts.values()].map(({ passed: bytes }) => bytes).sort((a, b) => a - b);
    const missing = places.filter((bytes) => !passed.includes(bytes));
    const again = town.history.sightings.filter((one) => one.kind === 'exchanged' && one.status === 400);
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['bytes of the frame', length],
      ['cut after so many bytes', `${passed[0]} to ${percentile(passed, 1)}, ${places.length} places`],
      ['the code tried a second time, answered', tally(again.map(() => '400'))],
    ]);
    const faults = [
      ...report.faults,
      ...wrong.slice(0, 5),
      ...(missing.length > 0 ? [`nothing was cut after ${missing.join(', ')} bytes`] : []),
    ];
    return { ...report, faults };
  },
};

interface Scenery {
  fleet: Fleet;
  cutter: FrameCutter;
  /** Where the frame is cut; not at all. */
  bytes: number | undefined;
}

/** One login by way of the cutter. `says`: what was not as it must be. */
async function logInCut(
  town: Town,
  { fleet, cutter, bytes }: Scenery,
): Promise<{ scene: string; says: string | undefined }> {
  // It may come back at once: when is another program's subject.
  const page = town.page({ socketPort: () => cutter.port, random: () => town.chance.next() / 20 });
  const scene = await untilWaiting(page);
  if (bytes !== undefined) cutter.cutAfter(scene, bytes);
  await town.phones.scan(newOpenid(), scene);
  const code = await page.until(() => page.code, performance.now() + patience);
  page.close();
  if (code === undefined) return { scene, says: 'the page has no code' };
  // Also where the frame got through in the end, and the page needed no second one.
  const socket = new ClaimSocket(fleet.anyPort(), page.held.at(-1)!);
  await socket.answer();
  socket.drop();
  const { snapshot } = socket;
  const spent = await town.backend.exchange(code);
  const again = await town.backend.exchange(code, SiteBackend.newKey());
  if (snapshot?.code !== code) return { scene, says: `attached again it is ${JSON.stringify(snapshot)}` };
  const isOnce = spent.status === 200 && again.status === 400;
  return { scene, says: isOnce ? undefined : `exchanged: ${spent.status}, then ${again.status}` };
}
