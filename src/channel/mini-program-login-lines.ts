/**
 * Owns whose login code is tried next, of one mini program at one node. WeChat's places for them are few, and a wrong code keeps one
 * as long as a right one does: an address has some of them, one past its refusals a single one, and the rest of its codes wait for
 * their turn in a line of that address. The lines take turns, so that a long one makes nobody else wait.
 */
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';

interface Line {
  readonly address: string;
  underWay: number;
  /** Each goes when it is called; the first came first. */
  readonly waiting: Set<() => void>;
  /** It is past its refusals. */
  isSlow: boolean;
}

const { miniProgram: figures, wechat, http } = settings;

export class LoginLines {
  readonly #clock: Clock;
  /** By address: those with anybody in them, and those that are slow. */
  readonly #lines = new Map<string, Line>();
  /** Whoever waits in these may go as soon as a place is free; the next turn is the first's. */
  readonly #turns = new Set<Line>();
  #free: number = wechat.loginCallsInFlight;
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `attempt` at its turn. @throws AppError `rate_limited` when that does not come in time */
  async run<T>(address: string, attempt: () => Promise<T>): Promise<T> {
    const line = this.#lineOf(address);
    await this.#enter(line);
    try {
      return await attempt();
    } finally {
      this.#leave(line);
    }
  }

  /** For so long (ms) this address has no more than one code at WeChat. */
  slowDown(address: string, ms: number): void {
    const line = this.#lineOf(address);
    if (line.isSlow) return;
    line.isSlow = true;
    if (!mayHaveAnother(line)) this.#turns.delete(line);
    this.#clock.after(ms, () => {
      line.isSlow = false;
      this.#takeTurns(line);
    });
  }

  #lineOf(address: string): Line {
    const known = this.#lines.get(address);
    if (known) return known;
    const line = { address, underWay: 0, waiting: new Set<() => void>(), isSlow: false };
    this.#lines.set(address, line);
    return line;
  }

  #enter(line: Line): Promise<void> | void {
    if (this.#free > 0 && mayHaveAnother(line)) return this.#take(line);
    if (this.#hasRoomFor(line)) return this.#wait(line);
    this.#tidy(line);
    throw tooMany();
  }

  /** When too many wait in all, each address has one who may: so a few addresses do not keep the others out. */
  #hasRoomFor({ waiting }: Line): boolean {
    if (this.#waiting >= figures.loginsWaiting) return false;
    const areMany = this.#waiting >= figures.loginsWaiting / 2;
    return waiting.size < (areMany ? 1 : figures.loginsWaitingEach);
  }

  #wait(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const callOff = this.#clock.after(figures.loginPatience, () => {
        this.#forget(line, go);
        reject(tooMany());
      });
      const go = (): void => {
        callOff();
        this.#take(line);
        this.#forget(line, go);
        resolve();
      };
      line.waiting.add(go);
      this.#waiting++;
      this.#takeTurns(line);
    });
  }

  #forget(line: Line, waiting: () => void): void {
    line.waiting.delete(waiting);
    this.#waiting--;
    if (line.waiting.size === 0) this.#turns.delete(line);
    this.#tidy(line);
  }

  #take(line: Line): void {
    line.underWay++;
    this.#free--;
  }

  #leave(line: Line): void {
    line.underWay--;
    this.#free++;
    this.#takeTurns(line);
  }

  /** `line` may be able to have another turn, which comes after everybody else's. */
  #takeTurns(line: Line): void {
    this.#queue(line);
    for (const next of this.#turns) {
      if (this.#free === 0) break;
      this.#turns.delete(next);
      for (const go of next.waiting) {
        go();
        break;
      }
      this.#queue(next);
    }
    this.#tidy(line);
  }

  #queue(line: Line): void {
    if (line.waiting.size > 0 && mayHaveAnother(line)) this.#turns.add(line);
  }

  #tidy({ address, underWay, waiting, isSlow }: Line): void {
    if (underWay === 0 && waiting.size === 0 && !isSlow) this.#lines.delete(address);
  }
}

function mayHaveAnother({ underWay, isSlow }: Line): boolean {
  return underWay < (isSlow ? figures.loginsAtOnceWhenSlow : figures.loginsAtOnce);
}

function tooMany(): AppError {
  return new AppError('rate_limited', { retryAfter: http.retryAfterSeconds });
}
