/** Owns how what strangers wrote is shown: as text anyway, and here bounded, without what turns or hides the text around it. */

const hidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u200B\u2060\uFEFF]/gu;
const longest = 256;

/**
 * @param {string | null | undefined} text
 * @param {number} [atMost] characters, as people count them
 * @returns {string} empty when nothing is left of it
 */
export function plain(text, atMost = longest) {
  // Cut first: whatever its length, it costs no more than this.
  const letters = Array.from(
    (text ?? '')
      .slice(0, 4 * atMost)
      .replaceAll(hidden, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
  return letters.length > atMost ? `${letters.slice(0, atMost).join('')}…` : letters.join('');
}
