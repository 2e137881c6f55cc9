// What the example website shows. Nothing here has to do with logging in.
import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; --ink: #1c2420; --soft: #5c6861; --paper: #f4f6f5; --card: #fff; --line: #dfe5e1; --green: #06864a }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eeea; --soft: #9daba3; --paper: #101512; --card: #19201c; --line: #2c3630; --green: #3ddc84 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 34rem); place-content: center; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
main { width: 100%; min-width: 0; max-width: 34rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
h1 { margin: 0 0 .25rem; font-size: 1.5rem }
p { margin: 0 0 1.25rem; color: var(--soft) }
pre { margin: 0 0 1.5rem; padding: 1rem; overflow: auto; background: var(--paper); border-radius: .75rem; font-size: .8125rem }
button, a.button { display: inline-block; padding: .6rem 1.25rem; border: 1px solid var(--green); border-radius: .75rem; background: none;
  color: var(--green); font: inherit; text-decoration: none; cursor: pointer }
:focus-visible { outline: 3px solid var(--green); outline-offset: 2px }
`;
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const words = {
  zh: {
    lang: 'zh-CN',
    hello: '已登录',
    nobody: '微信用户',
    learned: '这是网站后端用一次性 code 换到的全部信息：',
    leave: '退出登录',
    again: '重新登录',
    out: ['已退出登录', '欢迎再来。'],
    stale: ['登录未完成', '这次登录不是从本浏览器开始的，或已过期。'],
    refused: ['登录未完成', '登录码已使用或已过期，请重新扫码。'],
    missing: ['页面不存在', '这里什么也没有。'],
    unreachable: ['登录未完成', '暂时联系不上登录服务，请稍后再试。'],
  },
  en: {
    lang: 'en',
    hello: 'You are signed in',
    nobody: 'WeChat user',
    learned: 'This is all that the website’s backend learned in exchange for the one-time code:',
    leave: 'Sign out',
    again: 'Sign in again',
    out: ['You are signed out', 'See you soon.'],
    stale: ['Not signed in', 'This login did not begin in this browser, or took too long.'],
    refused: ['Not signed in', 'The login code was used before or has expired. Please scan again.'],
    missing: ['No such page', 'There is nothing here.'],
    unreachable: ['Not signed in', 'The login service cannot be reached just now. Please try again.'],
  },
};

/** @param {{ openid: string, user?: unknown }} login @param {string} acceptLanguage */
export function homePage(login, acceptLanguage) {
  const text = words[/^zh/i.test(acceptLanguage) ? 'zh' : 'en'];
  const { nickname } = /** @type {{ nickname?: string | null }} */ (login.user ?? {});
  return document(
    text.lang,
    text.hello,
    `<h1>${text.hello}</h1>
    <p>${escape(nickname ?? text.nobody)} · ${text.learned}</p>
    <pre tabindex="0">${escape(JSON.stringify(login, null, 2))}</pre>
    <form method="post" action="/sign-out"><button>${text.leave}</button></form>`,
  );
}

/** @param {'out' | 'stale' | 'refused' | 'missing' | 'unreachable'} what */
export function messagePage(what) {
  const [zhTitle = '', zh = ''] = words.zh[what];
  const [title = '', en = ''] = words.en[what];
  return document(
    'zh-CN',
    `${zhTitle} · ${title}`,
    `<h1>${zhTitle}</h1><p>${zh}</p>
    <div lang="en"><h1>${title}</h1><p>${en}</p></div>
    <a class="button" href="/sign-in">${words.zh.again} · <span lang="en">${words.en.again}</span></a>`,
  );
}

/** @param {string} lang @param {string} title @param {string} body */
function document(lang, title, body) {
  const html = `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head>
<body><main>${body}</main></body>
</html>
`;
  return { html, policy };
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
