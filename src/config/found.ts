const shown = 120;

/** Said of an option that must be there and is not. */
export const nothing = 'nothing';

/** Says what was found, without giving a secret away: not the option's own, nor one inside a URL. */
export function found(value: unknown, secret: boolean): string {
  if (value === undefined) return nothing;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number' && secret) return 'a number';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value === '') return 'an empty text';
  if (secret)
    return `a secret of ${characters(value.length)}${/^[A-Za-z0-9]*$/.test(value) ? '' : ', not all of them letters or digits'}`;
  const masked = maskCredentials(value);
  return JSON.stringify(masked.length > shown ? `${masked.slice(0, shown)}…` : masked);
}

export function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

/** Hides what stands before the last `@` and after a `?`, whether or not the text is a URL that can be parsed. */
function maskCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/\?.*/s, '?***');
}
