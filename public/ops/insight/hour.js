/** Owns the last hour as the charts draw it: sixty whole minutes, also where nobody told us of one. */

/** @typedef {import('../overviews.js').Minute} Minute */
/**
 * @typedef {object} Point
 * @property {number} minute ms, when it began
 * @property {Minute | null} told `null`: nobody told us of it
 * @property {boolean} running it is not over yet
 */

const minute = 60_000;
const minutes = 60;

/**
 * @param {readonly Minute[]} series oldest first
 * @param {number} now ms
 * @returns {Point[]} oldest first
 */
export function lastHour(series, now) {
  const told = new Map(series.map((one) => [one.minute, one]));
  const newest = Math.max(series.at(-1)?.minute ?? 0, Math.floor(now / minute) * minute);
  return Array.from({ length: minutes }, (_, index) => {
    const at = newest - (minutes - 1 - index) * minute;
    return { minute: at, told: told.get(at) ?? null, running: at === newest };
  });
}

/**
 * @param {readonly Point[]} points
 * @param {(minute: Minute) => number | null} value
 */
export function sumOf(points, value) {
  return points.reduce((sum, { told }) => sum + (told ? (value(told) ?? 0) : 0), 0);
}

/**
 * The point with the largest value; `undefined` when there is none above zero.
 * @param {readonly Point[]} points
 * @param {(minute: Minute) => number | null} value
 */
export function highest(points, value) {
  /** @type {{ point: Point, value: number } | undefined} */
  let found;
  for (const point of points) {
    const own = point.told ? (value(point.told) ?? 0) : 0;
    if (own > (found?.value ?? 0)) found = { point, value: own };
  }
  return found;
}
