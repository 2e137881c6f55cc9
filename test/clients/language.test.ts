import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../clients/miniprogram/', import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));

describe.each(scripts)('%s runs on old phones, and anywhere without a build', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*/g, '');

  test.each([
    { what: 'optional chaining', sign: /\?\.[\w[(]/ },
    { what: 'nullish coalescing', sign: /\?\?/ },
    { what: 'private and static members', sign: /[.\s]#\w|\bstatic\b/ },
    { what: 'class fields', sign: /^ {2}\w+ = /m },
    { what: 'numbers with separators', sign: /\d_\d/ },
    { what: 'modules of the other kind', sign: /^(import|export)\b/m },
    { what: 'code from text', sign: /\beval\b|new Function/ },
  ])('no $what', ({ sign }) => {
    expect(code).not.toMatch(sign);
  });

  test('nothing but its own files is required', () => {
    const required = [...code.matchAll(/require\('([^']+)'\)/g)].map(([, path = '']) => path);
    expect(required.filter((path) => !scripts.includes(path.replace('./', '')))).toEqual([]);
  });
});
