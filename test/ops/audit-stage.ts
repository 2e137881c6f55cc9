import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import type { AuditBatch, AuditEntry, AuditPage, AuditQuery, AuditTrail } from '../../src/ops/audit.ts';
import { AuditLog } from '../../src/ops/audit-log.ts';
import { MemoryAuditTrail } from '../../src/store/memory/audit-trail.ts';
import type { AuditEvent } from '../../src/telemetry/audit.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A trail that a test can break. */
export class WaywardTrail implements AuditTrail {
  readonly #inner: AuditTrail;
  isAway = false;
  /** What it does instead of answering; `undefined`: nothing. */
  fault: Error | undefined;
  /** How many entries each call brought. */
  readonly calls: number[] = [];

  constructor(inner: AuditTrail) {
    this.#inner = inner;
  }

  async add(batch: AuditBatch): Promise<void> {
    this.calls.push(batch.entries.length);
    if (this.isAway) throw new AppError('store_unavailable');
    if (this.fault) throw this.fault;
    await this.#inner.add(batch);
  }

  page(query: AuditQuery): Promise<AuditPage> {
    return this.#inner.page(query);
  }
}

/** A node's log over a trail in memory; time stands still until the test moves it. */
export class AuditStage {
  readonly clock = new FakeClock();
  readonly trail: WaywardTrail;
  readonly log: AuditLog;
  readonly lines: string[] = [];
  lost = 0;

  constructor(figures: Partial<Settings['audit']> = {}) {
    const all = { ...settings.audit, ...figures };
    this.trail = new WaywardTrail(new MemoryAuditTrail(this.clock, all));
    this.log = new AuditLog({
      trail: this.trail,
      now: () => this.clock.now(),
      clock: this.clock,
      settings: all,
      log: createLog('info', { write: (line) => void this.lines.push(line) }),
      dropped: (entries) => void (this.lost += entries),
    });
  }

  /** So much later, ms, with whatever had to be written on the way. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      await settled();
      this.clock.advance(Math.min(left, 1000));
    }
    await settled();
  }

  /** What is written by now, oldest first. */
  async entries(): Promise<AuditEntry[]> {
    await settled();
    const found: AuditEntry[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.trail.page({ limit: 500, ...(cursor !== undefined && { cursor }) });
      found.push(...page.entries);
      cursor = page.nextCursor;
    }
    return found.toReversed();
  }
}

/** Everything that waits for nothing but its turn is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export function forged(rest: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: 'webhook_forged',
    actor: 'wechat',
    account: 'main',
    ip: '203.0.113.77',
    reason: 'signature',
    ...rest,
  };
}

export function signedIn(rest: Partial<AuditEvent> = {}): AuditEvent {
  const facts = { by: 'token' };
  return { kind: 'operator_signed_in', actor: 'token', role: 'view', ip: '198.51.100.7', facts, ...rest };
}

export function cancelledBy(actor: string): AuditEvent {
  return {
    kind: 'scene_cancelled',
    actor,
    site: 'shop',
    account: 'main',
    sceneId: 'A'.repeat(22),
    ip: '198.51.100.7',
  };
}
