import { html } from '../http/html.ts';
import type { Lang } from '../http/language.ts';
import { settings } from '../kit/settings.ts';

const words = {
  zh: {
    htmlLang: 'zh-CN',
    title: '暂时无法打开控制台',
    why: '无法连接存储（Redis），因此无法确认谁已登录。进行中的登录不会因此失效。',
    soon: '本页会自动重试。',
    again: '立即重试',
  },
  en: {
    htmlLang: 'en',
    title: 'The dashboard cannot be shown',
    why: 'The store (Redis) cannot be reached, so nobody can tell who is signed in. Logins under way are not lost by that.',
    soon: 'This page tries again by itself.',
    again: 'Try again now',
  },
} as const;

/** In place of the dashboard while the store is away. It needs no script. @param query of the request, kept for the next try */
export function awayPage(lang: Lang, query: string): string {
  const { htmlLang, title, why, soon, again } = words[lang];
  return html`<!doctype html>
    <html lang="${htmlLang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta http-equiv="refresh" content="${settings.http.retryAfterSeconds}" />
        <title>${title} · Saoma</title>
        <link rel="icon" href="/login/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/theme.css" />
      </head>
      <body>
        <main class="card">
          <svg class="icon warning" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 3.5 22 20.5H2Z M12 10v4.5 M12 17.4v.1" />
          </svg>
          <h1>${title}</h1>
          <p class="instruction">${why}</p>
          <p class="instruction">${soon} <a href="?${query}">${again}</a></p>
        </main>
        <div class="footer"></div>
      </body>
    </html> `.toString();
}
