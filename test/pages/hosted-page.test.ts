import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { html } from '../../src/http/html.ts';
import { errorPage, loginPage } from '../../src/site/hosted-page.ts';
import type { LoginPage } from '../../src/site/hosted-page.ts';

const nasty = `"><script>alert('1')</script>\``;
const login: LoginPage = {
  lang: 'en',
  siteId: 'shop',
  siteName: 'The Shop',
  redirectUri: 'https://shop.example/back?a=1&b=2',
  state: 'a-state-of-some-length',
  codeChallenge: null,
  account: 'main',
  way: 'officialAccount',
  otherAccount: null,
  query: 'site=shop&state=a%26b&lang=en',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120',
  sandboxPhoneUrl: null,
};

describe('the template', () => {
  test.each([
    { piece: nasty, gives: '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#96;' },
    { piece: html`<b>${'&'}</b>`, gives: '<b>&#38;</b>' },
    { piece: [html`<i></i>`, '<', 7], gives: '<i></i>&#60;7' },
    { piece: null, gives: '' },
    { piece: false as const, gives: '' },
    { piece: undefined, gives: '' },
    { piece: 0, gives: '0' },
    { piece: '', gives: '' },
  ])('$piece becomes $gives', ({ piece, gives }) => {
    expect(html`[${piece}]`.toString()).toBe(`[${gives}]`);
  });
});

describe('the login page', () => {
  test('holds no markup but its own, whatever the login says', () => {
    const page = loginPage({
      ...login,
      siteId: nasty,
      siteName: nasty,
      redirectUri: nasty,
      state: nasty,
      codeChallenge: nasty,
      account: nasty,
      otherAccount: nasty,
      query: `state=${nasty}`,
      sandboxPhoneUrl: nasty,
    });
    expect(page).not.toContain('alert(&#39;1&#39;)</script>');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/\son\w+=|style=|javascript:/);
  });

  test('offers the other language and keeps every parameter', () => {
    expect(loginPage(login)).toContain('href="?site=shop&#38;state=a%26b&#38;lang=zh"');
    expect(loginPage({ ...login, lang: 'zh' })).toContain('<html lang="zh-CN">');
  });

  test.each([
    { userAgent: login.userAgent, hint: 'tap + and choose Scan' },
    { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148', hint: 'Take a screenshot' },
    { userAgent: 'Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0', hint: 'Press and hold' },
    { userAgent: 'Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 WindowsWechat', hint: 'tap + and choose' },
  ])('tells $userAgent: $hint', ({ userAgent, hint }) => {
    expect(loginPage({ ...login, userAgent })).toContain(hint);
  });

  test.each([
    { userAgent: login.userAgent, hint: 'Then confirm in the mini program' },
    { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148', hint: 'Take a screenshot' },
    { userAgent: 'Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0', hint: 'Press and hold' },
  ])('with a mini program tells $userAgent: $hint, and nobody to follow', ({ userAgent, hint }) => {
    const page = loginPage({ ...login, way: 'miniProgram', userAgent });
    expect(page).toContain(hint);
    expect(page).not.toContain('Follow');
  });

  test('leads to the other kind of code, if there is one, and keeps every parameter', () => {
    const chosen = { ...login, query: `${login.query}&account=main`, account: 'main', otherAccount: 'mini' };
    const link = 'href="?site=shop&#38;state=a%26b&#38;lang=en&#38;account=mini"';
    expect(loginPage(chosen)).toContain(`${link}>Use the mini program instead`);
    expect(loginPage({ ...chosen, way: 'miniProgram' })).toContain(
      `${link}>Use the official account instead`,
    );
    expect(loginPage({ ...chosen, lang: 'zh' })).toContain('改用小程序扫码');
    expect(loginPage(login)).not.toContain('instead</a>');
  });

  test('has every module loaded ahead, so that imports cost no round trips', () => {
    const links = loginPage(login).matchAll(/modulepreload" href="\/login\/([^"]+)"/g);
    const preloaded = Array.from(links, ([, name]) => name);
    const modules = readdirSync(new URL('../../public/login', import.meta.url));
    const imported = modules.filter((name) => name.endsWith('.js') && name !== 'page.js');
    expect(new Set(preloaded)).toEqual(new Set(imported));
  });

  test('says that there is no real WeChat in the sandbox, and where the phone is', () => {
    const page = loginPage({ ...login, sandboxPhoneUrl: 'http://localhost:3001/phone' });
    expect(page).toContain('href="http://localhost:3001/phone" target="_blank" rel="noopener"');
    expect(loginPage(login)).not.toContain('Sandbox');
  });
});

test('the error page names every fault and leads nowhere', () => {
  const faults = ['site_unknown', 'state_missing'] as const;
  const page = errorPage({
    lang: 'zh',
    status: 400,
    faults,
    query: 'redirect_uri=https%3A%2F%2Fevil.example',
  });
  expect(page).toContain('site_unknown');
  expect(page).toContain('state_missing');
  expect(page).not.toMatch(/<script|http-equiv|href="[^"?/]/);
});
