/** Controls, format characters (bidi overrides among them), line separators, halves of a pair. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What people wrote, as it may be shown: at most so many characters, and none that hide or turn round the others. */
export function plainText(text: string, atMost: number): string {
  // The last one may be half a pair by then.
  return text
    .replaceAll(unprintable, '')
    .slice(0, atMost)
    .replace(/\p{Cs}$/u, '');
}
