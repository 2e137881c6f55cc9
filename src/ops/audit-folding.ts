import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { AuditKind } from '../telemetry/audit.ts';
import type { NewEntry } from './audit.ts';

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
  more: number;
  /** When the first of these came, ms. */
  since: number;
  /** Sweeps until they are told of. */
  left: number;
  /** How many that were this time. */
  wait: number;
  /** Whether being told costs of what its kind may write. */
  costs: boolean;
}

/** What a kind may still write. */
interface Budget {
  left: number;
  /** Up to when it was filled, ms of the clock. */
  at: number;
}

/**
 * What strangers cause is told at once when it is new, and then by numbers: those alike are counted for five seconds, then for
 * longer and longer while they go on. Each kind may write so many, and a few more an hour, so that nobody can wash the trail
 * out; what comes beyond that, from however many networks, is one more number.
 */
export class Folding {
  readonly #parts: FoldingParts;
  readonly #folds = new Map<string, Fold>();
  readonly #budgets = new Map<AuditKind, Budget>();
  #willSweep = false;

  constructor(parts: FoldingParts) {
    this.#parts = parts;
  }

  /** One more of what stands under this key; `entry` is asked for when it is the first, and gets the time that it has. */
  take(key: string, kind: AuditKind, entry: (at: number) => NewEntry): void {
    const fold = this.#folds.get(key);
    if (fold) return this.#count(fold);
    const isFull = this.#folds.size >= this.#parts.settings.folds;
    if (isFull || !this.#afford(kind)) return this.#takeBeyond(kind);
    const first = entry(this.#parts.now());
    this.#parts.pass(first);
    this.#open(key, first, true);
  }

  /** Tells of all that was counted, as before an end. */
  flush(): void {
    for (const fold of this.#folds.values()) if (fold.more > 0) this.#tell(fold);
    this.#folds.clear();
  }

  #count(fold: Fold): void {
    if (fold.more++ === 0) fold.since = this.#parts.now();
  }

  /** Too many different ones: who and where is left out. */
  #takeBeyond(kind: AuditKind): void {
    const fold = this.#folds.get(kind) ?? this.#open(kind, beyond(kind), false);
    this.#count(fold);
  }

  #open(key: string, entry: NewEntry, costs: boolean): Fold {
    const fold: Fold = { entry, more: 0, since: 0, left: 1, wait: 1, costs };
    this.#folds.set(key, fold);
    this.#sweepLater();
    return fold;
  }

  #sweepLater(): void {
    if (this.#willSweep) return;
    this.#willSweep = true;
    this.#parts.clock.after(this.#parts.settings.foldFor, () => this.#sweep());
  }

  #sweep(): void {
    this.#willSweep = false;
    for (const [key, fold] of this.#folds) if (--fold.left === 0) this.#settle(key, fold);
    if (this.#folds.size > 0) this.#sweepLater();
  }

  #settle(key: string, fold: Fold): void {
    const { foldFor, foldAtMost } = this.#parts.settings;
    if (fold.more === 0) return void this.#folds.delete(key);
    if (!fold.costs || this.#afford(fold.entry.kind)) this.#tell(fold);
    fold.left = fold.wait = Math.min(2 * fold.wait, Math.floor(foldAtMost / foldFor));
  }

  #tell(fold: Fold): void {
    const { entry, more: count, since } = fold;
    this.#parts.pass({ ...entry, at: this.#parts.now(), detail: { ...entry.detail, count, since } });
    fold.more = 0;
  }

  #afford(kind: AuditKind): boolean {
    const { clock, settings } = this.#parts;
    const now = clock.now();
    const budget = this.#budgets.get(kind) ?? { left: settings.burst, at: now };
    this.#budgets.set(kind, budget);
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

function beyond(kind: AuditKind): NewEntry {
  const nobody = { actor: 'unknown', site: null, account: null, sceneId: null, ip: null };
  return { at: 0, kind, ...nobody, detail: { reason: 'too_many_to_tell' } };
}
