// What the browser loads: the frame of the page, the words of what may go wrong on the way, and the files beside them.
import { readFile } from 'node:fs/promises';

const words = {
  zh: {
    lang: 'zh-CN',
    title: '两人聊天示例',
    switch: ['en', 'English'],
    apart: '分成两个窗口',
    together: '左右并排',
    noScript: '此页面需要 JavaScript。',
    back: '返回',
    stale: ['登录未完成', '这次登录不是从本浏览器开始的，或已过期。'],
    refused: ['登录未完成', '登录码已使用或已过期，请重新扫码。'],
    missing: ['页面不存在', '这里什么也没有。'],
    unreachable: ['暂时无法连接', '联系不上登录服务，请稍后再试。'],
    unregistered: ['登录未完成', '登录服务不认可此网站的 ID 或密钥：SITE_ID 和 SITE_SECRET 须与登记的一致。'],
  },
  en: {
    lang: 'en',
    title: 'A chat of two',
    switch: ['zh', '中文'],
    apart: 'One window each',
    together: 'Side by side',
    noScript: 'This page needs JavaScript.',
    back: 'Back',
    stale: ['Not signed in', 'This login did not begin in this browser, or took too long.'],
    refused: ['Not signed in', 'The login code was used before or has expired. Please scan again.'],
    missing: ['No such page', 'There is nothing here.'],
    unreachable: ['Not reachable', 'The login service cannot be reached just now. Please try again.'],
    unregistered: [
      'Not signed in',
      'The login service refused this site’s id or secret: SITE_ID and SITE_SECRET have to be as registered there.',
    ],
  },
};

const types = /** @type {Record<string, string>} */ ({ js: 'text/javascript', css: 'text/css' });

/** @param {string} sockets origin of Saoma's sockets */
export function policyOf(sockets) {
  return [
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${sockets}`,
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  ].join('; ');
}

/** @param {'zh' | 'en'} lang @param {'left' | 'right'} [side] alone: without it both are there */
export function chatPage(lang, side) {
  const text = words[lang];
  const [other = '', name = ''] = text.switch;
  // With an opener the new window gets what was said in this one.
  const windows = side
    ? `<a href="?lang=${lang}">${text.together}</a>`
    : `<a id="apart" href="?lang=${lang}&amp;side=left" target="_blank" rel="opener">${text.apart}</a>`;
  const here = side ? `&amp;side=${side}` : '';
  return frame(
    text,
    text.title,
    `<header><h1>${text.title}</h1>
<nav>${windows} <a href="?lang=${other}${here}" lang="${other}">${name}</a></nav></header>
<main id="chat" aria-busy="true"><noscript><p>${text.noScript}</p></noscript></main>
<script type="module" src="public/main.js"></script>`,
  );
}

/** @param {'stale' | 'refused' | 'missing' | 'unreachable' | 'unregistered'} what @param {'zh' | 'en'} lang */
export function messagePage(what, lang) {
  const text = words[lang];
  const [title = '', sentence = ''] = text[what];
  return frame(
    text,
    title,
    `<main class="notice"><h1>${title}</h1><p>${sentence}</p><a class="button" href="./">${text.back}</a></main>`,
  );
}

/** A file of `public`. @param {string} path */
export async function readAsset(path) {
  const [, name = '', kind = ''] = /^\/public\/([a-z-]+\.(js|css))$/.exec(path) ?? [];
  const type = types[kind];
  if (!type) return undefined;
  const body = await readFile(new URL(`./public/${name}`, import.meta.url)).catch(() => undefined);
  return body && { headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

/** @param {{ lang: string }} text @param {string} title @param {string} body */
function frame({ lang }, title, body) {
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="public/chat.css">
<link rel="stylesheet" href="public/seat.css">
</head>
<body>
${body}
</body>
</html>
`;
}
