import type { Clock } from '../../src/kit/clock.ts';

interface Alarm {
  at: number;
  ring: () => void;
}

/** Time that stands still until the test moves it; whatever falls due on the way runs in order. */
export class FakeClock implements Clock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many tasks wait for their time. */
  get alarms(): number {
    return this.#alarms.size;
  }

  after(ms: number, task: () => void): () => void {
    const alarm: Alarm = {
      at: this.#now + ms,
      ring: () => {
        this.#alarms.delete(alarm);
        task();
      },
    };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  every(ms: number, task: () => void): () => void {
    const alarm: Alarm = {
      at: this.#now + ms,
      ring: () => {
        alarm.at += ms;
        task();
      },
    };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at;
      next.ring();
    }
    this.#now = end;
  }

  #next(end: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
