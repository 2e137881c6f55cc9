/** Owns how figures and times are written: as the language does it, in this machine's time zone. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** So long it is now, and by such steps it is told up to a minute. */
const restless = 10 * second;

export class Format {
  #count;
  #share;
  #decimal;
  #clock;
  #stamp;
  #ago;

  /** @param {'zh' | 'en'} lang */
  constructor(lang) {
    const locale = lang === 'en' ? 'en-GB' : 'zh-CN';
    this.#count = new Intl.NumberFormat(locale);
    this.#share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
    this.#decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.#stamp = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'medium',
      hourCycle: 'h23',
    });
    this.#ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  }

  /** @param {number} count */
  count(count) {
    return this.#count.format(count);
  }

  /**
   * A part of the whole, in per cent; a little is never told as nothing, nor nearly all as all.
   * @param {number} part
   * @param {number} whole
   */
  share(part, whole) {
    if (whole <= 0) return '–';
    const share = part / whole;
    if (share > 0 && share < 0.01) return `< ${this.#share.format(0.01)}`;
    if (share < 1 && share > 0.99) return `> ${this.#share.format(0.99)}`;
    return this.#share.format(share);
  }

  /** @param {number | null | undefined} seconds */
  seconds(seconds) {
    if (seconds === null || seconds === undefined) return '–';
    if (seconds < 0.001) return '< 1 ms';
    if (seconds < 0.01) return `${this.#decimal.format(seconds * 1000)} ms`;
    return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${this.#decimal.format(seconds)} s`;
  }

  /**
   * Hours and minutes.
   * @param {number} at ms
   */
  clock(at) {
    return this.#clock.format(at);
  }

  /**
   * Date and time to the second.
   * @param {number} at ms
   */
  stamp(at) {
    return this.#stamp.format(at);
  }

  /**
   * How far it is from now, in the largest unit that is full.
   * @param {number} at ms
   * @param {number} now ms
   */
  distance(at, now) {
    const apart = at - now;
    const size = Math.abs(apart);
    if (size < restless) return this.#ago.format(0, 'second');
    // Single seconds would never rest.
    if (size < minute) return this.#ago.format((Math.trunc(apart / restless) * restless) / second, 'second');
    if (size < hour) return this.#ago.format(Math.trunc(apart / minute), 'minute');
    if (size < day) return this.#ago.format(Math.trunc(apart / hour), 'hour');
    return this.#ago.format(Math.trunc(apart / day), 'day');
  }
}
