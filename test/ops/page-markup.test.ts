import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { opsPage } from '../../src/ops/page.ts';
import { words } from '../../src/ops/page-text.ts';

const origin = 'https://ops.example';
const folder = new URL('../../public', import.meta.url).pathname;

describe("the dashboard's page, before any script", () => {
  test.each(['zh', 'en'] as const)(
    '%s: no inline script, style or handler, and no hole in its words',
    (lang) => {
      const page = opsPage({ lang, signedIn: false, byToken: true, scan: null, origin });
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/\son\w+=|\sstyle=|<style|javascript:|undefined|\[object/);
      expect(page).toContain(`<html lang="${words[lang].htmlLang}">`);
    },
  );

  test('names what is wanted by whoever reads it out', () => {
    const page = opsPage({ lang: 'en', signedIn: true, byToken: true, scan: null, origin });
    const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(ids.length).toBe(new Set(ids).size);
    const named = Array.from(page.matchAll(/aria-(?:describedby|labelledby)="([^"]+)"/g), ([, id]) => id);
    // The title of the drawer comes with the scene.
    expect(named.filter((id) => !ids.includes(id))).toEqual(['drawer-title']);
    for (const label of page.matchAll(/<label for="([^"]+)"/g)) expect(ids).toContain(label[1]);
  });

  test('has every module loaded ahead, so that imports cost no round trips', () => {
    const page = opsPage({ lang: 'en', signedIn: true, byToken: true, scan: null, origin });
    const preloaded = Array.from(page.matchAll(/modulepreload" href="([^"]+)"/g), ([, href]) => href ?? '');
    const wanted = new Set<string>();
    collect('/ops/page.js', wanted);
    wanted.delete('/ops/page.js');
    expect(preloaded.toSorted()).toEqual([...wanted].sort());
  });

  test.each([
    { scan: 'saoma-ops', says: 'data-scan="saoma-ops"' },
    { scan: null, says: 'data-scan=""' },
  ])('tells whether a scan lets in: $scan', ({ scan, says }) => {
    expect(opsPage({ lang: 'en', signedIn: false, byToken: true, scan, origin })).toContain(says);
  });
});

/** What a module imports at once, and what that imports. What is loaded when it is wanted is not among it. */
function collect(path: string, into: Set<string>): void {
  if (into.has(path)) return;
  into.add(path);
  if (path.startsWith('/protocol/')) return;
  const text = readFileSync(folder + path, 'utf8');
  for (const [, target = ''] of text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'/gm))
    collect(posix.resolve(posix.dirname(path), target), into);
}
