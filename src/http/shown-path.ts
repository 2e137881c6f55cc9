/** Where the same word no longer stands in all paths of a pattern. */
const variable = /[:*{}()[\]$\\]/;

/**
 * How the paths of these routes begin, as far as the words are ours: `/api`, `/api/users`. Of a path that is nobody's no more may
 * be shown: it may be one of ours misspelt, with a person's name or a secret anywhere in it.
 */
export function knownBeginnings(patterns: readonly (string | RegExp)[]): ReadonlySet<string> {
  return new Set(['/', '*', ...patterns.flatMap(beginningsOf)]);
}

function beginningsOf(pattern: string | RegExp): string[] {
  const beginnings: string[] = [];
  let path = '';
  for (const part of textOf(pattern).split('/').slice(1)) {
    const [word = ''] = part.split(variable, 1);
    if (word === '') break;
    beginnings.push((path += `/${word}`));
    if (word !== part) break;
  }
  return beginnings;
}

function textOf(pattern: string | RegExp): string {
  return typeof pattern === 'string' ? pattern : pattern.source.replace(/^\^/, '').replaceAll('\\/', '/');
}

/** `/api/users/…` of `/api/users//somebody`: a path that no route has, as far as it is known. */
export function shownOfUnknown(path: string, known: ReadonlySet<string>): string {
  if (known.has(path)) return path;
  let shown = '';
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    const beginning = path.slice(0, end);
    if (!known.has(beginning)) break;
    shown = beginning;
  }
  return `${shown}/…`;
}
