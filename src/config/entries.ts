/** How the entries of a list are judged: each by itself, and against those before it. */
import type { Fault } from './fault.ts';
import { found } from './found.ts';

export function each<T>(
  entries: readonly (T | undefined)[] | undefined,
  list: string,
  judge: (entry: T, path: string) => Fault[],
): Fault[] {
  return (entries ?? []).flatMap((entry, index) => (entry ? judge(entry, `${list}[${index}]`) : []));
}

/** A fault for every value that stood before. */
export function repeats(
  values: readonly (string | number | undefined)[] | undefined = [],
  pathOf: (index: number) => string,
  secret = false,
): Fault[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (value === undefined || first === index) return [];
    const allowed = `another value than ${pathOf(first)} has`;
    return [{ path: pathOf(index), found: found(value, secret), allowed }];
  });
}
