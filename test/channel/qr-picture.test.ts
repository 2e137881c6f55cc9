import * as fc from 'fast-check';
import jsqr from 'jsqr';
import { expect, test } from 'vitest';
import { drawQrCode } from '../../src/channel/qr-picture.ts';

// jsqr is CommonJS, and its types say that the function is one level deeper than it is.
const decodeQr = jsqr as unknown as typeof jsqr.default;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'.split('');
const key = fc.string({ unit: fc.constantFrom(...letters), minLength: 18, maxLength: 44 });
const wechatUrls = fc.sample(
  key.map((name) => `http://weixin.qq.com/q/02${name}`),
  { numRuns: 250, seed: 2026 },
);

/** What a picture shows, as a viewer paints it: `true` is dark. */
function paint(svg: string): boolean[][] {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const rows = Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  let [x, y] = [0, 0];
  const strokes = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
  for (const [, command, first, second] of strokes.matchAll(/([Mmh])(\d+)(?: ([\d.]+))?/g)) {
    const step = Number(first);
    if (command === 'M') [x, y] = [step, Math.floor(Number(second))];
    if (command === 'h') rows[y]?.fill(true, x, x + step);
    if (command !== 'M') x += step;
  }
  return rows;
}

function read(rows: boolean[][], scale: number): string | undefined {
  const side = Math.round(rows.length * scale);
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at++) {
    const [row, column] = [Math.floor(at / side), at % side];
    const isDark = rows[Math.floor((row + 0.5) / scale)]?.[Math.floor((column + 0.5) / scale)];
    if (isDark) pixels.fill(0, at * 4, at * 4 + 3);
  }
  return decodeQr(pixels, side, side, { inversionAttempts: 'dontInvert' })?.data;
}

test.each([{ scale: 2 }, { scale: 3.7 }])(
  'hundreds of urls can be read at $scale pixels a module',
  ({ scale }) => {
    const misread = wechatUrls.filter((url) => read(paint(drawQrCode(url)), scale) !== url);
    expect(misread).toEqual([]);
  },
);

test.each([
  { name: 'of one letter', url: 'http://weixin.qq.com/q/a' },
  { name: 'of one letter many times', url: `http://weixin.qq.com/q/${'0'.repeat(60)}` },
  { name: 'of digits and capitals', url: 'HTTP://WEIXIN.QQ.COM/Q/0123456789' },
  { name: 'of the sandbox', url: 'http://localhost:3001/phone?ticket=Zm9vYmFyYmF6' },
  { name: 'with every kind of character', url: 'https://qr.test/~!$&\'()*+,;=:@%20?a=b&c=d#<>"' },
  { name: 'as long as they may be', url: `https://qr.test/${'a1-Z'.repeat(124)}` },
])('a url $name can be read', ({ url }) => {
  expect(read(paint(drawQrCode(url)), 3)).toBe(url);
});

test('there is a quiet zone of two modules around it, and nothing of it lies outside', () => {
  const rows = paint(drawQrCode('http://weixin.qq.com/q/02abc'));
  const margin = [
    ...rows.slice(0, 2),
    ...rows.slice(-2),
    ...rows.map((row) => [...row.slice(0, 2), ...row.slice(-2)]),
  ];
  expect(margin.flat().filter(Boolean)).toEqual([]);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows.length]));
  expect(rows[2]?.slice(2, 9)).toEqual(Array.from({ length: 7 }, () => true));
});

test('its level is M: ISO 18004 says so beside the first corner', () => {
  const row = paint(drawQrCode('http://weixin.qq.com/q/02abc'))[2 + 8] ?? [];
  expect(row.slice(2, 4)).toEqual([true, false]);
});

test('nothing in it is a url’s own: text is drawn, not written', () => {
  expect(drawQrCode('http://qr.test/"><script>alert(1)</script>')).toMatch(
    /^<svg xmlns="[^"]+" viewBox="[\d ]+" shape-rendering="crispEdges">(<path (fill|stroke)="#[0f]{6}" d="[\dMmHhVvz. ]+"\/>){2}<\/svg>$/i,
  );
});
