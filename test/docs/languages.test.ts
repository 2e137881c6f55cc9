import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { every, read, root } from './pages.ts';

const folder = new URL('src/protocol/', root);
const fence = /^```[^]*?^```$/gm;
const code = /`[^`\n]+`/g;

describe.each(['PROTOCOL', 'MESSAGES', 'MINI-PROGRAM', 'WEBHOOK'])('%s in both languages', (name) => {
  const [english, chinese] = [pageAt(`${name}.md`), pageAt(`${name}.zh-CN.md`)];

  test('shows the same examples, to the letter', () => {
    expect(chinese.match(fence)).toEqual(english.match(fence));
  });

  test('has the same headings and rows, and tells the same codes and figures in each', () => {
    expect(pieces(english).length).toBeGreaterThan(2);
    expect(pieces(chinese)).toEqual(pieces(english));
  });

  test('links the other language once, and else keeps to its own', () => {
    expect(links(english).filter(isChinese)).toEqual([`${name}.zh-CN.md`]);
    expect(links(chinese).filter(isEnglish)).toEqual([`${name}.md`]);
  });

  test.each([`${name}.md`, `${name}.zh-CN.md`])('%s links to what is there', (file) => {
    const lost = links(pageAt(file)).filter((target) => !isThere(new URL(target, new URL(file, folder))));
    expect(lost).toEqual([]);
  });
});

function pageAt(file: string): string {
  return read(new URL(file, folder).href);
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
  return every(page, /\]\(([^)]+)\)/g);
}

function isChinese(target: string): boolean {
  return target.includes('.zh-CN.md');
}

function isEnglish(target: string): boolean {
  return !target.startsWith('#') && !isChinese(target);
}

function isThere(url: URL): boolean {
  const anchor = decodeURIComponent(url.hash.slice(1));
  return existsSync(url) && (anchor === '' || anchors(read(url.href)).includes(anchor));
}

/** As GitHub makes them of headings. */
function anchors(page: string): string[] {
  const headings = every(page, /^#+ (.*)$/gm).map((heading) => heading.toLowerCase());
  return headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
}
