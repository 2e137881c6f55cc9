/** Owns the page's words. */
import { en } from './text-en.js';
import { zh } from './text-zh.js';

/** @typedef {'zh-CN' | 'en'} Language */
/** @typedef {typeof en} Texts */

const key = 'saoma-phone-language';

/** @type {Record<Language, Texts>} */
export const texts = { 'zh-CN': zh, en };

/** @returns {Language} The one chosen before, else the first of the browser's that we have. */
export function chooseLanguage() {
  const known = [localStorage.getItem(key) ?? '', ...navigator.languages].find((tag) =>
    /^(zh|en)\b/i.test(tag),
  );
  return known?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** @param {Language} language */
export function rememberLanguage(language) {
  localStorage.setItem(key, language);
}
