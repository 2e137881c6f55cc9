import { QrDemand } from '../../src/channel/qr-demand.ts';
import { QrPool } from '../../src/channel/qr-pool.ts';
import type { AheadCode, MadeCode } from '../../src/channel/qr-pool.ts';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const { qrPool: figures } = settings;
export const ttl = 120_000;
export const margin = 60_000;
export const leadTime = 150;
const soon = () => new Promise(setImmediate);

/** A pool whose codes come after 150 ms of a held clock, or as `wechat` says. */
export function openPool() {
  const clock = new FakeClock();
  const demand = new QrDemand(clock, figures);
  const asked: { sceneId: string; lifetime: number }[] = [];
  const today = { made: 0, unused: 0 };
  const wechat = { fails: false, failsAtOnce: false, underWay: 0, most: 0, lifetime: Infinity };
  const make = (sceneId: string, lifetime: number): Promise<MadeCode> => {
    if (wechat.failsAtOnce) throw new Error('no');
    asked.push({ sceneId, lifetime });
    wechat.most = Math.max(wechat.most, ++wechat.underWay);
    const expiresAt = clock.now() + Math.min(lifetime, wechat.lifetime);
    return new Promise((resolve, reject) => {
      clock.after(leadTime, () => {
        wechat.underWay--;
        demand.took(leadTime);
        if (wechat.fails) reject(new Error('WeChat is away'));
        else resolve({ qr: { url: `https://qr.test/${sceneId}`, svg: '<svg/>' }, expiresAt });
      });
    });
  };
  const unused = async (codes: number): Promise<void> => void (today.unused += codes);
  const parts = { make, newId: randomId, demand, today: () => today, unused, margin, clock, figures };
  const pool = new QrPool(parts);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await soon();
  };
  /** One comes and takes a code, if there is any. */
  const visit = (): AheadCode | undefined => {
    const code = pool.take(ttl);
    pool.replenish(ttl);
    return code;
  };
  /** So many come, `every` ms. What they had. */
  const come = async (count: number, every: number): Promise<(AheadCode | undefined)[]> => {
    const codes: (AheadCode | undefined)[] = [];
    for (let i = 0; i < count; i++) {
      await pass(every);
      codes.push(visit());
    }
    return codes;
  };
  return { pool, clock, asked, today, wechat, pass, visit, come };
}
