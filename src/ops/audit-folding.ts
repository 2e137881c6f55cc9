import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { AuditEvent } from '../telemetry/audit.ts';
import { isAct } from './audit.ts';
import type { NewEntry } from './audit.ts';
import { entryOf, keyOf } from './audit-entry.ts';

export interface FoldingParts {
  clock: Clock;
  settings: Settings['audit'];
  /** The time of the trail, ms. */
  now: () => number;
  /** Takes what is to be written. */
  pass: (entry: NewEntry) => void;
}

/** One that was told, and those like it that came since. */
interface Fold {
  entry: NewEntry;
  /** Whose budget it costs to tell of them; `undefined`: nobody's. */
  group: string | undefined;
  /** How many more are told by themselves. */
  alone: number;
  more: number;
  /** When the first of these came, ms. */
  since: number;
  /** When it was their turn to be told last, ms of the clock. */
  turn: number;
  /** From that to the next turn, ms. */
  wait: number;
}

/** What a group may still write. */
interface Budget {
  left: number;
  /** Up to when it was filled, ms of the clock. */
  at: number;
}

/**
 * What is alike is told at once when it is new, and then by numbers: it is counted for five seconds, then for longer and longer,
 * and whoever pauses finds it as long as it was. Each kind may write so many, and a few more an hour, so that nobody can wash the
 * trail out; what comes beyond that, from however many networks, is one more number. Of acts the first few are told by
 * themselves, and each operator has a budget of his own: nobody's acts hide another's.
 */
export class Folding {
  readonly #parts: FoldingParts;
  readonly #folds = new Map<string, Fold>();
  /** By kind, those of acts by operator as well: not more than are configured. */
  readonly #budgets = new Map<string, Budget>();
  #willSweep = false;

  constructor(parts: FoldingParts) {
    this.#parts = parts;
  }

  /** @param network where it came from */
  take(event: AuditEvent, network: string | null): void {
    const key = keyOf(event, network);
    const fold = this.#known(key);
    const group = groupOf(event);
    if (fold && (fold.alone === 0 || !this.#afford(group))) return this.#count(fold, event, network);
    // In this order: to look for room may take a while, which nobody can afford often.
    if (!fold && !(this.#afford(group) && this.#findRoom())) return this.#takeBeyond(event, group);
    const entry = entryOf(event, network, this.#parts.now());
    this.#parts.pass(entry);
    this.#tookTurn(fold ?? this.#open(key, entry, group));
  }

  /** Tells of all that was counted, as before an end. */
  flush(): void {
    for (const fold of this.#folds.values()) if (fold.more > 0) this.#tell(fold);
    this.#folds.clear();
  }

  /** What an operator did says what he did last; what the first stranger of many wrote may as well stand for all. */
  #count(fold: Fold, event: AuditEvent, network: string | null): void {
    if (isAct(event.kind)) fold.entry = entryOf(event, network, 0);
    this.#countOne(fold);
  }

  #countOne(fold: Fold): void {
    if (fold.more++ === 0) fold.since = this.#parts.now();
    this.#sweepLater();
  }

  #tookTurn(fold: Fold): void {
    fold.turn = this.#parts.clock.now();
    fold.alone--;
  }

  /** Too many different ones: who and where is left out, but for the name of an operator. */
  #takeBeyond({ kind, actor, role }: AuditEvent, group: string): void {
    const who = isAct(kind) ? { actor, role } : { actor: 'unknown' };
    const entry = (): NewEntry => entryOf({ kind, ...who, reason: 'too_many_to_tell' }, null, 0);
    this.#countOne(this.#known(group) ?? this.#open(group, entry(), undefined));
  }

  #open(key: string, entry: NewEntry, group: string | undefined): Fold {
    const { settings, clock } = this.#parts;
    const alone = isAct(entry.kind) ? settings.actsToldAlone : 1;
    const fold = { entry, group, alone, more: 0, since: 0, turn: clock.now(), wait: settings.foldFor };
    this.#folds.set(key, fold);
    this.#sweepLater();
    return fold;
  }

  #known(key: string): Fold | undefined {
    const fold = this.#folds.get(key);
    if (!fold || !this.#isOver(fold)) return fold;
    this.#folds.delete(key);
    return undefined;
  }

  /** Those that come no more give way. */
  #findRoom(): boolean {
    if (this.#folds.size < this.#parts.settings.folds) return true;
    for (const [key, fold] of this.#folds)
      if (fold.more === 0 && this.#isPast(fold, fold.wait)) return this.#folds.delete(key);
    return false;
  }

  #isOver(fold: Fold): boolean {
    return fold.more === 0 && this.#isPast(fold, this.#parts.settings.foldKnown);
  }

  /** Whether its last turn was so long ago; also when the clock was set back since, which stops nothing. */
  #isPast({ turn }: Fold, wait: number): boolean {
    const age = this.#parts.clock.now() - turn;
    return age >= wait || age < 0;
  }

  #sweepLater(): void {
    if (this.#willSweep) return;
    this.#willSweep = true;
    this.#parts.clock.after(this.#parts.settings.foldFor, () => this.#sweep());
  }

  #sweep(): void {
    this.#willSweep = false;
    let isAnyLeft = false;
    for (const [key, fold] of this.#folds) {
      if (this.#isOver(fold)) this.#folds.delete(key);
      if (fold.more > 0 && this.#isPast(fold, fold.wait)) this.#settle(fold);
      isAnyLeft ||= fold.more > 0;
    }
    if (isAnyLeft) this.#sweepLater();
  }

  #settle(fold: Fold): void {
    if (fold.group === undefined || this.#afford(fold.group)) this.#tell(fold);
    fold.turn = this.#parts.clock.now();
    fold.wait = Math.min(2 * fold.wait, this.#parts.settings.foldAtMost);
  }

  #tell(fold: Fold): void {
    const { entry, more: count, since } = fold;
    this.#parts.pass({ ...entry, at: this.#parts.now(), detail: { ...entry.detail, count, since } });
    fold.more = 0;
  }

  #afford(group: string): boolean {
    const { clock, settings } = this.#parts;
    const now = clock.now();
    const budget = this.#budgets.get(group) ?? { left: settings.burst, at: now };
    this.#budgets.set(group, budget);
    // Whoever sets the clock back does not stop it.
    const at = Math.min(budget.at, now);
    const more = Math.floor((now - at) / settings.oneMoreEvery);
    budget.left = Math.min(settings.burst, budget.left + more);
    budget.at = budget.left === settings.burst ? now : at + more * settings.oneMoreEvery;
    if (budget.left === 0) return false;
    budget.left--;
    return true;
  }
}

/** Those that share a budget. */
function groupOf({ kind, actor, role }: AuditEvent): string {
  return isAct(kind) ? [kind, actor, role].join('\n') : kind;
}
