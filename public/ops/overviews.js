/** Owns what is known of the whole service: the last overview, and the last hour minute by minute, for all who show them. */

/**
 * @typedef {import('/protocol/messages.js').SceneState} SceneState
 * @typedef {{ p50: number, p95: number, p99: number } | null} Latency seconds; `null` while nothing was measured
 *
 * @typedef {object} Minute
 * @property {number} minute ms, when it began
 * @property {number} opened
 * @property {number} scanned
 * @property {number} confirmed
 * @property {number} consumed
 * @property {number} ended
 * @property {number | null} pushP50 seconds
 * @property {number | null} pushP95 seconds
 *
 * @typedef {object} NodeRow
 * @property {string} node
 * @property {number} sockets
 * @property {number} [messageSockets]
 * @property {string} version
 * @property {number} uptimeSeconds
 * @property {number | null} [lagP99Seconds]
 *
 * @typedef {object} AccountRow
 * @property {string} account
 * @property {string} kind
 * @property {{ state: 'valid' | 'none' | 'failing', expiresAt: number | null }} token
 * @property {{ used: number, budget: number } | null} qr `null`: as many as it likes
 * @property {null | { errcode: number, remedy: string, at: number, node: string }} fault
 *
 * @typedef {object} Overview times in ms, by the server's clock
 * @property {Record<SceneState, number>} counts
 * @property {{ minute: Record<SceneState, number>, hour: Record<SceneState, number> }} rates how many reached the state
 * @property {{ minute: Record<string, number>, hour: Record<string, number> }} ends how many ended, by cause
 * @property {{ minute: Record<string, number>, hour: Record<string, number> }} [messages] by what became of them
 * @property {{ scan: Latency, push: Latency }} latency
 * @property {Minute[]} series the last hour, oldest first; the current minute comes last
 * @property {NodeRow[]} nodes oldest first
 * @property {AccountRow[]} accounts
 * @property {'memory' | 'redis'} store
 * @property {string} version
 * @property {number} now
 */

const minutesKept = 60;

export class Overviews {
  /** @type {Overview | null} */
  #last = null;
  /** @type {Map<number, Minute>} */
  #minutes = new Map();
  /** @type {Set<(overview: Overview) => void>} */
  #listeners = new Set();

  /**
   * Tells the listener at once what is known already. The answer ends it.
   * @param {(overview: Overview) => void} listener
   */
  on(listener) {
    this.#listeners.add(listener);
    if (this.#last) listener(this.#last);
    return () => void this.#listeners.delete(listener);
  }

  /** @param {Overview} overview of whose series only the minutes that may have changed are there */
  take(overview) {
    for (const minute of overview.series) this.#minutes.set(minute.minute, minute);
    const series = [...this.#minutes.values()].sort((a, b) => a.minute - b.minute).slice(-minutesKept);
    this.#minutes = new Map(series.map((minute) => [minute.minute, minute]));
    const whole = { ...overview, series };
    this.#last = whole;
    for (const listener of this.#listeners) listener(whole);
    return whole;
  }

  /** Nobody listens any more, and nothing is known to whoever comes next. */
  clear() {
    this.#last = null;
    this.#minutes.clear();
    this.#listeners.clear();
  }
}
