import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import { watchEventLoop } from './event-loop.ts';
import { Timings } from './timings.ts';

const prefix = 'saoma_';
/** ms */
const never = 2 ** 31 - 1;
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const shortDurations = [0.0005, 0.001, 0.0025, ...durations];

/** What a gauge shows: one figure, or one for each value of its label. */
type Reading = number | Readonly<Record<string, number>>;

/**
 * Owns the figures of one process, in Prometheus' words: base units, bounded labels, nothing of a single scene or person.
 * docs/monitoring/README.md says what each of them tells.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly contentType = this.#registry.contentType;
  /** How late one timer in a hundred rang in the last minute, s. */
  readonly lagP99: () => number;

  readonly #moves = this.#counter('saoma_scene_moves_total', 'Scenes by the state they reached.', ['state']);
  readonly #ends = this.#counter('saoma_scene_ends_total', 'Scenes that ended without a login, by why.', [
    'cause',
  ]);
  readonly #webhooks = this.#histogram('saoma_webhook_seconds', "Time to answer WeChat's pushes.", [
    'account',
    'status',
  ]);
  readonly #pushes = this.#counter('saoma_webhook_outcomes_total', "WeChat's pushes by what came of them.", [
    'account',
    'outcome',
  ]);
  readonly #wechat = this.#histogram('saoma_wechat_call_seconds', 'Calls of the WeChat API.', [
    'account',
    'api',
    'outcome',
  ]);
  readonly #tokens = this.#counter(
    'saoma_token_refreshes_total',
    'Access tokens that were fetched, or not.',
    ['account', 'outcome'],
  );
  readonly #qrCodes = this.#counter('saoma_qr_codes_total', 'QR codes by how they came to be used, or not.', [
    'account',
    'how',
  ]);
  readonly #refusals = this.#counter('saoma_limit_refusals_total', 'What a limit refused.', ['limit']);
  readonly #messages = this.#counter('saoma_messages_total', 'Messages by what became of them.', ['outcome']);
  readonly #audited = this.#counter('saoma_audit_events_total', 'What the audit trail was told of.', [
    'kind',
  ]);
  readonly #onScreen = this.#histogram(
    'saoma_on_screen_seconds',
    'From sending a snapshot until the page showed it.',
    [],
  );
  readonly #stored = this.#histogram(
    'saoma_scan_seconds',
    "From WeChat's event until its scan was stored.",
    [],
    shortDurations,
  );
  readonly #pushed = this.#histogram(
    'saoma_push_seconds',
    "From WeChat's event until the frame for the browser was written.",
    [],
    shortDurations,
  );
  readonly #redis = new Timings(this.#registry, {
    name: 'saoma_redis_seconds',
    help: 'How long Redis took to answer, as this node saw it.',
    label: 'command',
    buckets: shortDurations,
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix, eventLoopMonitoringPrecision: never });
    this.lagP99 = watchEventLoop(this.#registry, prefix);
  }

  /** Reads a figure whenever somebody asks, by `label` if there are several; `undefined`: it cannot be known just now. */
  gauge(
    name: string,
    help: string,
    read: () => Reading | undefined | Promise<Reading | undefined>,
    label?: string,
  ): void {
    const collect = async (): Promise<void> => show(gauge, label, await read());
    const labelNames = label === undefined ? [] : [label];
    const gauge: Gauge = new Gauge({ name, help, labelNames, registers: [this.#registry], collect });
  }

  /** Which process it is whose figures these are. */
  describe(node: string, version: string): void {
    const labelNames = ['node', 'version'];
    const help = 'Always 1; says which node and which version this is.';
    new Gauge({ name: 'saoma_info', help, labelNames, registers: [this.#registry] }).set(
      { node, version },
      1,
    );
  }

  moved(state: string, count: number): void {
    this.#moves.inc({ state }, count);
  }

  ended(cause: string, count: number): void {
    this.#ends.inc({ cause }, count);
  }

  webhook(account: string, status: number, ms: number, outcome: string): void {
    this.#webhooks.observe({ account, status: String(status) }, ms / 1000);
    this.#pushes.inc({ account, outcome });
  }

  wechatCall(account: string, api: string, outcome: string, seconds: number): void {
    this.#wechat.observe({ account, api, outcome }, seconds);
  }

  /** @param outcome `ok` or `failed` */
  tokenRefresh(account: string, outcome: string): void {
    this.#tokens.inc({ account, outcome });
  }

  /** @param how `ahead`, `on_demand` or `unused` */
  qrCodes(account: string, how: string, codes: number): void {
    this.#qrCodes.inc({ account, how }, codes);
  }

  refused(limit: string, count: number): void {
    this.#refusals.inc({ limit }, count);
  }

  /** @param outcome `delivered`, `queued`, `dropped`, `refused`, `broadcast` or `acknowledged` */
  message(outcome: string, count: number): void {
    this.#messages.inc({ outcome }, count);
  }

  audited(kind: string): void {
    this.#audited.inc({ kind });
  }

  onScreen(ms: number): void {
    this.#onScreen.observe({}, ms / 1000);
  }

  stored(ms: number): void {
    this.#stored.observe({}, ms / 1000);
  }

  pushed(ms: number): void {
    this.#pushed.observe({}, ms / 1000);
  }

  redis(command: string, seconds: number): void {
    this.#redis.observe(command, seconds);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[], buckets = durations): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}

/** What is not known any more is not shown any more. */
function show(gauge: Gauge, label: string | undefined, read: Reading | undefined): void {
  gauge.reset();
  if (typeof read === 'number') return gauge.set(read);
  for (const [value, figure] of Object.entries(read ?? {})) gauge.set({ [label ?? '']: value }, figure);
}
