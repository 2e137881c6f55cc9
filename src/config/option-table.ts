import { readDefaults } from './config.ts';
import { variables } from './environment.ts';
import { options } from './options.ts';
import type { Option } from './options.ts';

export type Language = 'en' | 'zh';

const words = {
  en: { head: ['option', 'default', 'environment', 'meaning'], required: 'required' },
  zh: { head: ['选项', '默认值', '环境变量', '含义'], required: '必填' },
} as const;

/** Every option as a Markdown table, as the READMEs show it. */
export function optionTable(language: Language = 'en'): string {
  const { head } = words[language];
  const defaults = flatten(readDefaults());
  const rows = [...options].map(([path, option]) => [
    `\`${path}\``,
    presetOf(option, defaults.get(path), language),
    variablesOf(path, option),
    meaningOf(option, language),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const begin = '<!-- options:begin -->';
const end = '<!-- options:end -->';

/** `page` with the table in its place; fails when it has no place for it. */
export function withOptionTable(page: string, language: Language): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no lines ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${optionTable(language)}\n\n${page.slice(to)}`;
}

function presetOf({ about, preset, required }: Option, value: unknown, language: Language): string {
  if (about.preset) return about.preset[language];
  const known = value === undefined ? preset : value;
  if (known !== undefined) return `\`${JSON.stringify(known)}\``;
  return required ? words[language].required : '';
}

function variablesOf(path: string, { about }: Option): string {
  const name = variables.find(({ option }) => option === path)?.name;
  if (name === undefined) return '';
  return about.secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
}

function meaningOf({ about }: Option, language: Language): string {
  return language === 'zh' ? about.zh : `${about.en}; ${about.allowed}`;
}

function flatten(sections: Record<string, unknown>): Map<string, unknown> {
  const pairs = Object.entries(sections).flatMap(([section, fields]) =>
    Object.entries(fields as object).map(([name, value]) => [`${section}.${name}`, value] as const),
  );
  return new Map(pairs);
}
