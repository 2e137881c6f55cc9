import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { every, read, root } from './pages.ts';

const fence = /^```[^]*?^```$/gm;
const code = /`[^`\n]+`/g;

const present = ['clients', 'docs', 'examples', 'src'].flatMap(pagesIn);

/** Not the README: its Chinese page tells less on purpose. */
const names = present.filter(isChinese).map((page) => page.replace('.zh-CN.md', ''));

/** The simulator is no part of an installation. */
const englishOnly = ['src/simulator/SIMULATOR.md'];

test('every page is there in both languages', () => {
  const paired = names.flatMap((name) => [`${name}.md`, `${name}.zh-CN.md`]);
  expect(present.sort()).toEqual([...paired, ...englishOnly].sort());
});

describe.each(names)('%s in both languages', (name) => {
  const [english, chinese] = [read(`${name}.md`), read(`${name}.zh-CN.md`)];

  test('shows the same examples, to the letter', () => {
    expect(chinese.match(fence)).toEqual(english.match(fence));
  });

  test('has the same headings and rows, and tells the same codes and figures in each', () => {
    expect(pieces(english).length).toBeGreaterThan(2);
    expect(pieces(chinese)).toEqual(pieces(english));
  });

  test('links the other language once, and else keeps to its own', () => {
    expect(links(english).filter(isChinese)).toEqual([`${basename(name)}.zh-CN.md`]);
    expect(links(chinese).filter((target) => isTranslated(at(name, target)))).toEqual([
      `${basename(name)}.md`,
    ]);
  });

  test.each([`${name}.md`, `${name}.zh-CN.md`])('%s links to what is there', (page) => {
    const lost = links(read(page)).filter((target) => !isThere(at(page, target)));
    expect(lost).toEqual([]);
  });
});

function pagesIn(folder: string): string[] {
  const files = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.md') && !file.includes('node_modules'));
  return pages.map((page) => `${folder}/${page}`);
}

interface Piece {
  level: number;
  codes: string[];
  figures: string[];
}

/** What each heading with its text, and each row of a table, tells in any language. */
function pieces(page: string): Piece[] {
  const parts = page.replaceAll(fence, '').split(/^(?=[#|])/m);
  return parts.map((part) => ({
    level: /^#*/.exec(part)![0].length,
    codes: codes(part),
    figures: figures(part),
  }));
}

/** Sorted: each language has an order of words of its own. */
function codes(text: string): string[] {
  return [...(text.match(code) ?? [])].sort();
}

function figures(text: string): string[] {
  return every(text.replaceAll(code, ''), /(\d+(?:[.,]\d+)*)/g).sort();
}

function links(page: string): string[] {
  return every(page.replaceAll(fence, ''), /\]\(([^)]+)\)/g);
}

/** Where a link of `page` leads. */
function at(page: string, target: string): URL {
  return new URL(target, new URL(page, root));
}

function isChinese(target: string): boolean {
  return target.includes('.zh-CN.md');
}

/** An English page that has a Chinese one. */
function isTranslated({ href }: URL): boolean {
  const [page = ''] = href.split('#');
  return !isChinese(page) && page.endsWith('.md') && existsSync(new URL(page.replace('.md', '.zh-CN.md')));
}

/** The web is taken to be there. */
function isThere(url: URL): boolean {
  if (url.protocol !== 'file:') return true;
  const anchor = decodeURIComponent(url.hash.slice(1));
  return existsSync(url) && (anchor === '' || anchors(read(url.href)).includes(anchor));
}

/** As GitHub makes them of headings. */
function anchors(page: string): string[] {
  const headings = every(page, /^#+ (.*)$/gm).map((heading) => heading.toLowerCase());
  return headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
}
