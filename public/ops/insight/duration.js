/** Owns how a long time is told that still goes on: two units, the smaller one with two digits, so that it counts in place. */

/**
 * @param {number} all seconds
 * @param {string} s
 * @param {string} min
 * @param {string} h
 * @param {string} d
 */
export function long(all, s, min, h, d) {
  const seconds = Math.max(0, Math.floor(all));
  const [minutes, hours, days] = [
    Math.floor(seconds / 60),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 86_400),
  ];
  if (minutes === 0) return `${seconds} ${s}`;
  if (hours === 0) return `${minutes} ${min} ${padded(seconds % 60)} ${s}`;
  if (days === 0) return `${hours} ${h} ${padded(minutes % 60)} ${min}`;
  return `${days} ${d} ${padded(hours % 24)} ${h}`;
}

/** @param {number} number */
function padded(number) {
  return String(number).padStart(2, '0');
}
