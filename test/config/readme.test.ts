import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { optionTable, withOptionTable } from '../../src/config/option-table.ts';
import type { Language } from '../../src/config/option-table.ts';
import { options } from '../../src/config/options.ts';

test.each<[string, Language]>([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
])('%s has the option table as it is (if not: npm run build && script/option-table)', (name, language) => {
  const page = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  expect(page).toBe(withOptionTable(page, language));
});

test('the table has a row of four cells for every option', () => {
  const rows = optionTable().split('\n').slice(2);
  expect(rows.map((row) => row.split(' | ')[0])).toEqual([...options.keys()].map((path) => `| \`${path}\``));
  expect(rows.filter((row) => row.split('|').length !== 6)).toEqual([]);
});

test('a page without a place for the table is refused', () => {
  expect(() => withOptionTable('# Saoma', 'en')).toThrow('<!-- options:begin -->');
});
