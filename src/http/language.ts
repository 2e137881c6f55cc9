import type { ParameterizedContext as Context } from 'koa';

/** The languages that our pages speak. */
export type Lang = 'zh' | 'en';

/** As HTML and HTTP name them. */
export const htmlLang: Record<Lang, string> = { zh: 'zh-CN', en: 'en' };

/** What the visitor chose, if that is one of ours, else what the browser prefers. */
export function languageOf(ctx: Context, chosen: string | null | undefined): Lang {
  ctx.vary('Accept-Language');
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return String(ctx.acceptsLanguages('zh-CN', 'zh', 'en')).startsWith('zh') ? 'zh' : 'en';
}
