/**
 * Owns the QR codes of one account that are made ahead in this process, each for one scene only. What is taken is replaced, and
 * nothing else makes codes: a pool that nobody takes from stays as it is, and its codes grow too old.
 */
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { QrDay } from '../wechat/qr-code.ts';
import type { QrDemand } from './qr-demand.ts';

/** A code as WeChat made it, and as we drew it. */
export interface MadeCode {
  qr: { url: string; svg: string };
  /** ms */
  expiresAt: number;
}

/** A code that nobody has seen yet; its scene is still to be made. */
export interface AheadCode extends MadeCode {
  sceneId: string;
}

export interface QrPoolParts {
  /** Asks WeChat for the code of a scene-to-be. @param lifetime ms */
  make: (sceneId: string, lifetime: number) => Promise<MadeCode>;
  newId: (bytes: number) => string;
  demand: QrDemand;
  /** The account's codes of today, those of all nodes as far as they are known here. */
  today: () => QrDay;
  /** Told of codes that were made ahead and served nobody. Never rejects. */
  unused: (codes: number) => Promise<void>;
  /** How much longer than its scene a code lives, ms. */
  margin: number;
  clock: Clock;
  figures: Settings['qrPool'];
}

export class QrPool {
  readonly #parts: QrPoolParts;
  /** The oldest first. */
  #stock: AheadCode[] = [];
  #making = 0;
  /** The last code could not be made: then one at a time is tried. */
  #isAiling = false;
  #isClosed = false;
  #callOff: (() => void) | undefined;

  constructor(parts: QrPoolParts) {
    this.#parts = parts;
  }

  /** How many codes are ready. */
  get inStock(): number {
    return this.#stock.length;
  }

  /** The oldest code that outlives a scene of `ttl` ms, from now on the caller's; `undefined`: none is ready. */
  take(ttl: number): AheadCode | undefined {
    this.#dropOld(ttl);
    return this.#stock.shift();
  }

  /** It was taken, and nobody saw it. */
  giveBack(code: AheadCode, ttl: number): void {
    if (this.#isClosed) return this.discard();
    this.#stock.unshift(code);
    this.#watch(ttl);
  }

  /** One that was taken shall serve nobody. */
  discard(): void {
    void this.#parts.unused(1);
  }

  /** Somebody was given a code, be it from here or not: makes what is missing then. @param ttl of the scenes to come, ms */
  replenish(ttl: number): void {
    const target = this.#parts.demand.wanted();
    // Counted beforehand: one that fails at once would be missing again.
    for (let missing = this.#missing(target); missing > 0; missing--) void this.#make(ttl);
  }

  /** Resolves when the codes that nobody had are counted. What is still being made is counted when it comes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff?.();
    const left = this.#stock.splice(0).length;
    if (left > 0) await this.#parts.unused(left);
  }

  #missing(target: number): number {
    if (this.#isClosed) return 0;
    const { inFlight } = this.#parts.figures;
    const places = (this.#isAiling ? 1 : inFlight) - this.#making;
    const held = this.#stock.length + this.#making;
    return Math.min(target - held, places, this.#affordable() - held);
  }

  /** How many codes may be held here, were all of them to serve nobody. Late in a day's codes they are for live pages only. */
  #affordable(): number {
    const { unusedPerDay, untilMade } = this.#parts.figures;
    const { made, unused } = this.#parts.today();
    return made < untilMade ? unusedPerDay - unused : 0;
  }

  /** Whoever comes next tries again; WeChat's faults are reported where they are met. */
  async #make(ttl: number): Promise<void> {
    const { make, newId, figures, margin } = this.#parts;
    this.#making++;
    try {
      const sceneId = newId(16);
      this.#keep({ sceneId, ...(await make(sceneId, figures.keptFor + ttl + margin)) }, ttl);
      this.#isAiling = false;
    } catch {
      this.#isAiling = true;
    } finally {
      this.#making--;
    }
  }

  #keep(code: AheadCode, ttl: number): void {
    if (this.#isClosed) return this.discard();
    this.#stock.push(code);
    this.#watch(ttl);
  }

  #dropOld(ttl: number): void {
    const needed = this.#parts.clock.now() + ttl + this.#parts.margin;
    const kept = this.#stock.filter(({ expiresAt }) => expiresAt >= needed);
    const dropped = this.#stock.length - kept.length;
    if (dropped === 0) return;
    this.#stock = kept;
    void this.#parts.unused(dropped);
  }

  /** So that what grows too old is counted even when nobody comes any more. */
  #watch(ttl: number): void {
    const [oldest] = this.#stock;
    if (!oldest || this.#callOff) return;
    const { clock, margin } = this.#parts;
    const goodFor = oldest.expiresAt - ttl - margin - clock.now();
    this.#callOff = clock.after(Math.max(0, goodFor) + 1, () => {
      this.#callOff = undefined;
      this.#dropOld(ttl);
      this.#watch(ttl);
    });
  }
}
