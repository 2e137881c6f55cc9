/** Reads a file as RFC 4180 has it; throws where it is none. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const { line, left } = readLine(rest);
    rows.push(line);
    rest = left;
  }
  return rows;
}

function readLine(text: string): { line: string[]; left: string } {
  const line: string[] = [];
  for (let left = text; ;) {
    const [whole, quoted, bare, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(left) ?? [];
    if (whole === undefined) throw new Error(`no field: ${left.slice(0, 60)}`);
    line.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    left = left.slice(whole.length);
    if (end === '\r\n') return { line, left };
  }
}
