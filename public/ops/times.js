/** Owns how times and time spans are written. Times are ms since the epoch; they are shown in this machine's time zone. */

/** @typedef {(ms: number) => string} Format */

export class Times {
  /** The time zone, as it is said once for all times on the page. */
  zone;
  /** @type {Format} */
  #clock;
  /** @type {Format} */
  #exact;
  /** @type {Format} */
  #whole;

  /** @param {string} lang BCP 47 */
  constructor(lang) {
    const clock = /** @type {const} */ ({
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    const day = /** @type {const} */ ({ year: 'numeric', month: 'short', day: 'numeric' });
    this.#clock = format(lang, clock);
    this.#exact = format(lang, { ...clock, fractionalSecondDigits: 3 });
    this.#whole = format(lang, { ...day, ...clock, timeZoneName: 'shortOffset' });
    this.zone = zoneName();
  }

  /** @param {number} ms */
  clock(ms) {
    return this.#clock(ms);
  }

  /** To the millisecond. @param {number} ms */
  exact(ms) {
    return this.#exact(ms);
  }

  /** With date and time zone. @param {number} ms */
  whole(ms) {
    return this.#whole(ms);
  }
}

/**
 * Whole seconds between two times, never less than none: two clocks may differ.
 * @param {number} ms
 */
export function seconds(ms) {
  return Math.max(0, Math.floor(ms / 1000));
}

/**
 * @param {string} lang
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {Format}
 */
function format(lang, options) {
  const made = new Intl.DateTimeFormat(lang, options);
  return (ms) => made.format(ms);
}

function zoneName() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' }).formatToParts();
  const offset = (parts.find(({ type }) => type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC');
  return timeZone === 'UTC' ? timeZone : `${timeZone} (${offset})`;
}
