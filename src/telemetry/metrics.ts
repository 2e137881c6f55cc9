import { Counter, Gauge, Histogram, Registry, Summary, collectDefaultMetrics } from 'prom-client';

import { watchEventLoop } from './event-loop.ts';

const prefix = 'saoma_';
/** ms */
const never = 2 ** 31 - 1;
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Owns the figures of one process, in Prometheus' words: base units, bounded labels, nothing of a single scene or person. */
export class Metrics {
  readonly #registry = new Registry();
  readonly contentType = this.#registry.contentType;

  readonly #moves = this.#counter('saoma_scene_moves_total', 'Scenes by the state they reached.', ['state']);
  readonly #webhooks = this.#histogram('saoma_webhook_seconds', "Time to answer WeChat's pushes.", [
    'account',
    'status',
  ]);
  readonly #wechat = this.#histogram('saoma_wechat_call_seconds', 'Calls of the WeChat API.', [
    'account',
    'api',
    'outcome',
  ]);
  readonly #qrCodes = this.#counter('saoma_qr_codes_total', 'QR codes by how they came to be used, or not.', [
    'account',
    'how',
  ]);
  readonly #onScreen = this.#histogram(
    'saoma_on_screen_seconds',
    'From sending a snapshot until the page showed it.',
    [],
  );
  readonly #push = new Summary({
    name: 'saoma_push_seconds',
    help: 'From the stored scan until its frame was written.',
    percentiles: [0.5, 0.95, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix, eventLoopMonitoringPrecision: never });
    watchEventLoop(this.#registry, prefix);
  }

  /** Reads a figure whenever somebody asks. */
  gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    });
  }

  moved(state: string): void {
    this.#moves.inc({ state });
  }

  webhook(account: string, status: number, ms: number): void {
    this.#webhooks.observe({ account, status: String(status) }, ms / 1000);
  }

  wechatCall(account: string, api: string, outcome: string, seconds: number): void {
    this.#wechat.observe({ account, api, outcome }, seconds);
  }

  /** @param how `ahead`, `on_demand` or `unused` */
  qrCodes(account: string, how: string, codes: number): void {
    this.#qrCodes.inc({ account, how }, codes);
  }

  onScreen(ms: number): void {
    this.#onScreen.observe({}, ms / 1000);
  }

  pushed(ms: number): void {
    this.#push.observe(ms / 1000);
  }

  /** Of the last ten minutes, seconds; `null` before the first push. */
  async pushLatency(): Promise<{ p50: number; p95: number; p99: number } | null> {
    const { values } = await this.#push.get();
    const at = (quantile: number): number =>
      values.find(({ labels }) => labels.quantile === quantile)?.value ?? 0;
    const isEmpty = !values.some(
      ({ metricName, value }) => metricName === 'saoma_push_seconds_count' && value > 0,
    );
    return isEmpty ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: durations, registers: [this.#registry] });
  }
}
