/** Owns what a workload is, and the rows in which it says what it measured. */
import { quantile } from './figures.ts';
import type { Stage } from './stage.ts';

export interface Workload {
  /** As it is named on the command line. */
  name: string;
  /** One line for the reader of its table. */
  about: string;
  /** When it is given up, ms for one repetition. */
  deadline: { short: number; full: number };
  /** Too long for the short form: there it runs only when it is asked for by name. */
  isLong?: boolean;
  /** One repetition says enough, whatever the form. */
  isOnce?: boolean;
  run(stage: Stage): Promise<Row[]>;
}

/** One figure, of each target that was measured. */
export interface Row {
  /** Unique in its workload. */
  what: string;
  unit: string;
  /** By the name of the target; NaN: there is none. */
  of: Record<string, number>;
  /** The target that the service is compared with. */
  floor?: string;
  goal?: Goal;
}

/** What the service is to reach: a multiple of the floor of its row at most, or less than so much. */
export type Goal = { ratio: number; stretch?: number } | { below: number };

export const service = 'saoma';

/** Turns figures by target into rows. */
export function rowsOf<T>(
  measured: Record<string, T>,
  columns: readonly (Omit<Row, 'of'> & { figure: (of: T) => number })[],
): Row[] {
  return columns.map(({ figure, ...row }) => ({
    ...row,
    of: Object.fromEntries(Object.entries(measured).map(([target, of]) => [target, figure(of)])),
  }));
}

/** The rows of one list of times: how long most of them took, and the slowest. */
export function timesOf<T>(
  measured: Record<string, T>,
  what: string,
  times: (of: T) => readonly number[],
  more: { floor?: string; p50?: Goal; p99?: Goal; max?: Goal } = {},
): Row[] {
  const { floor } = more;
  const row = (name: string, share: number, goal?: Goal) => ({
    what: `${what}: ${name}`,
    unit: 'ms',
    ...(floor !== undefined && { floor }),
    ...(goal && { goal }),
    figure: (of: T) => quantile(times(of), share),
  });
  const rows = [
    row('p50', 0.5, more.p50),
    row('p95', 0.95),
    row('p99', 0.99, more.p99),
    row('max', 1, more.max),
  ];
  return rowsOf(measured, rows);
}
