import type { Overview } from './overview.ts';

/** How many minutes of its series go to a dashboard that has seen the rest: the one before may have grown a last time. */
const minutesOfNews = 2;

/** An overview as dashboards are sent it: the whole hour first, and then what is new of it. */
export class OverviewMessage {
  readonly #overview: Overview;
  #whole: string | undefined;
  #news: string | undefined;

  constructor(overview: Overview) {
    this.#overview = overview;
  }

  get whole(): string {
    return (this.#whole ??= this.#written(this.#overview.series));
  }

  get news(): string {
    return (this.#news ??= this.#written(this.#overview.series.slice(-minutesOfNews)));
  }

  #written(series: Overview['series']): string {
    return JSON.stringify({ type: 'overview', ...this.#overview, series });
  }
}
