/**
 * Owns a histogram for what happens many times in each login. prom-client's own sorts and joins the labels at every observation;
 * this one finds its row by one word, and makes nothing.
 */
import type { Histogram, Registry } from 'prom-client';

interface Row {
  /** By bucket; the last is of what took longer than all. */
  counts: Float64Array;
  sum: number;
}

export interface TimingsOptions {
  name: string;
  help: string;
  /** What the rows are told apart by: of few values. */
  label: string;
  /** Where the buckets end, s, ascending. */
  buckets: readonly number[];
}

interface Value {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

export class Timings {
  readonly name: string;
  readonly #options: TimingsOptions;
  readonly #rows = new Map<string, Row>();

  constructor(register: Registry, options: TimingsOptions) {
    this.name = options.name;
    this.#options = options;
    // All that a registry asks of a metric is here.
    register.registerMetric(this as unknown as Histogram);
  }

  observe(what: string, seconds: number): void {
    const row = this.#rows.get(what) ?? this.#begin(what);
    const { buckets } = this.#options;
    let bucket = 0;
    while (bucket < buckets.length && seconds > buckets[bucket]!) bucket++;
    row.counts[bucket]!++;
    row.sum += seconds;
  }

  /** As prom-client wants it. */
  async get(): Promise<object> {
    const { name, help } = this.#options;
    const values = [...this.#rows].flatMap(([what, row]) => this.#valuesOf(what, row));
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }

  reset(): void {
    this.#rows.clear();
  }

  #begin(what: string): Row {
    const row = { counts: new Float64Array(this.#options.buckets.length + 1), sum: 0 };
    this.#rows.set(what, row);
    return row;
  }

  #valuesOf(what: string, { counts, sum }: Row): Value[] {
    const { name, label, buckets } = this.#options;
    const labels = { [label]: what };
    let total = 0;
    const values = [...counts].map((count, bucket) => {
      total += count;
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: buckets[bucket] ?? '+Inf' },
        value: total,
      };
    });
    return [
      ...values,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  }
}
