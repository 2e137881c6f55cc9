/**
 * Owns how late the process is. prom-client's own measure wakes the process a hundred times a second, which costs more than ten
 * thousand waiting browsers; this one rides on a rhythm that is there in any case.
 */
import { createHistogram } from 'node:perf_hooks';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** As often as the sockets' wheel turns, ms. */
const every = 100;

/** As many as are looked at for `lately`: a minute's. */
const samples = 600;

/**
 * `…_eventloop_lag_{p50,p99,max}_seconds` by how much later than it should a timer rings, since the figures were read last.
 * @returns how late one timer in a hundred rang in the last minute, s, whoever reads the figures
 */
export function watchEventLoop(register: Registry, prefix: string): () => number {
  for (const { name } of register.getMetricsAsArray())
    if (name.startsWith(`${prefix}nodejs_eventloop_lag_`)) register.removeSingleMetric(name);
  const late = createHistogram();
  const lately = new Float64Array(samples);
  let count = 0;
  let due = performance.now() + every;
  const timer = setInterval(() => {
    const now = performance.now();
    late.record(Math.max(1, Math.round((now - due) * 1e6)));
    lately[count++ % samples] = Math.max(0, now - due);
    due = now + every;
  }, every);
  timer.unref();
  const gauge = (name: string, help: string, read: () => number): void => {
    const own: Gauge = new Gauge({
      name: `${prefix}nodejs_eventloop_lag_${name}_seconds`,
      help,
      registers: [register],
      collect: () => own.set(late.count === 0 ? 0 : read() / 1e9),
    });
  };
  gauge('p50', 'How late timers ring: half of them.', () => late.percentile(50));
  gauge('p99', 'How late timers ring: one in a hundred.', () => late.percentile(99));
  gauge('max', 'How late timers ring: the latest since this was read last.', () => readOnce(late));
  return () => percentile99(lately.slice(0, count)) / 1000;
}

/** The last that is read; what follows is counted anew. */
function readOnce(late: ReturnType<typeof createHistogram>): number {
  const { max } = late;
  late.reset();
  return max;
}

function percentile99(unsorted: Float64Array): number {
  const sorted = unsorted.sort();
  return sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0;
}
