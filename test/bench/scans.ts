/** Owns the open loop of scans: waiting pages are scanned at a steady rate, whatever becomes of those before. */
import { openLoop } from '../faults/load.ts';
import type { Crowd } from './crowd.ts';
import { within } from './deadline.ts';
import { Lines } from './lines.ts';

export interface Scans {
  count: number;
  perSecond: number;
  /** What a page waits for before it leaves. */
  until: 'scanned' | 'confirmed';
}

/** ms since the event was written: until WeChat had its answer, and until the page had read the frame. */
export interface ScanTimes {
  answered: number[];
  scanned: number[];
  confirmed: number[];
}

const lastOneWithin = 20_000;

export async function scanAll(
  crowd: Crowd,
  port: number,
  { count, perSecond, until }: Scans,
): Promise<ScanTimes> {
  const times: ScanTimes = { answered: [], scanned: [], confirmed: [] };
  const lines = new Lines(port);
  const all = openLoop(count, perSecond, () => scanOne(crowd, lines, until, times));
  try {
    await within((count * 1_000) / perSecond + lastOneWithin, `every page is ${until}`, all);
  } finally {
    lines.close();
  }
  return times;
}

async function scanOne(crowd: Crowd, lines: Lines, until: Scans['until'], times: ScanTimes): Promise<void> {
  const visitor = crowd.take();
  const shown = visitor.until(until);
  const { posted, status } = await lines.use(async (line) => {
    const begun = performance.now();
    const answer = await visitor.scan(line);
    times.answered.push(performance.now() - begun);
    return { posted: begun, ...answer };
  });
  if (status !== 200) throw new Error(`a scan was refused: ${status}`);
  await shown;
  if (until === 'confirmed') times.confirmed.push(visitor.at('confirmed') - posted);
  times.scanned.push(visitor.at('scanned') - posted);
  visitor.leave();
}
