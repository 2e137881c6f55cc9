/**
 * Owns how many QR codes should be made ahead. Arrivals are random, so while a code is being made so many more are wanted, of a
 * Poisson distribution whatever the spread of WeChat's answers: its mean is the arrival rate times how long a code takes.
 */
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';

/** Beyond the mean, in standard deviations: one page in some thousands finds no code ready. */
const spread = 4;
/** Of the codes that are expected to be wanted before they are too old, one in so many is made ahead at most. */
const certainty = 2;
/** How much the last code tells of how long the next takes. */
const news = 1 / 8;

type Figures = Settings['qrPool'];

export class QrDemand {
  readonly #clock: Clock;
  readonly #figures: Figures;
  /** Notices a rush within seconds. */
  readonly #recent: FadingCount;
  /** How many are expected for as long as a code is kept. */
  readonly #lasting: FadingCount;
  /** ms */
  #leadTime: number;

  constructor(clock: Clock, figures: Figures) {
    this.#clock = clock;
    this.#figures = figures;
    this.#recent = new FadingCount(figures.rushWindow);
    this.#lasting = new FadingCount(figures.keptFor);
    this.#leadTime = figures.leadTimeAtFirst;
  }

  /** A code was made. @param ms how long it took */
  took(ms: number): void {
    const { leadTimeAtLeast, leadTimeAtMost } = this.#figures;
    const believed = Math.min(Math.max(ms, leadTimeAtLeast), leadTimeAtMost);
    this.#leadTime += news * (believed - this.#leadTime);
  }

  /**
   * A code is wanted now. How many should be ready or on their way for those who come after; 0: too few will come. This one is
   * no sign of how many: at any rate there is always one who has just come.
   */
  wanted(): number {
    const target = this.#target();
    const now = this.#clock.now();
    this.#recent.add(now);
    this.#lasting.add(now);
    return target;
  }

  #target(): number {
    const now = this.#clock.now();
    const perMs = Math.max(this.#recent.perMs(now), this.#lasting.perMs(now));
    const meanwhile = perMs * this.#leadTime;
    const enough = Math.ceil(meanwhile + spread * Math.sqrt(meanwhile)) + 1;
    const safe = Math.floor(this.#lasting.at(now) / certainty);
    return Math.min(enough, safe, this.#figures.atMost);
  }
}

/** Counts what happened lately: what is `window` ms old counts 1/e, so that at a steady rate it tells how many there are in a window. */
class FadingCount {
  readonly #window: number;
  #count = 0;
  #countedAt = 0;

  constructor(window: number) {
    this.#window = window;
  }

  at(now: number): number {
    const passed = Math.max(0, now - this.#countedAt);
    return this.#count * Math.exp(-passed / this.#window);
  }

  perMs(now: number): number {
    return this.at(now) / this.#window;
  }

  add(now: number): void {
    this.#count = this.at(now) + 1;
    this.#countedAt = now;
  }
}
