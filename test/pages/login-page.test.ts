import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blemishes, soon, useChromium } from './chromium.ts';
import { noChromium } from '../support/needs.ts';
import { StandIn } from './stand-in.ts';

// jsqr is CommonJS, and its types say that the function is one level deeper than it is.
const decodeQr = jsqr as unknown as typeof jsqr.default;

describe.skipIf(noChromium)('a login in the browser', () => {
  const open = useChromium();
  let server: StandIn;
  let page: Page;

  beforeEach(async () => {
    server = await StandIn.open();
    page = await open({ viewport: { width: 800, height: 700 } });
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const start = async (more: Record<string, string> = {}) => {
    await page.goto(server.loginUrl(more));
    await page.waitForSelector('#pictures img');
    await expect.poll(() => server.scene.attaches, soon).toBe(1);
  };
  const phase = () => page.getAttribute('#login', 'data-phase');

  test('goes from the code to the site, step by step', async () => {
    await start();
    expect(server.scene.request).toEqual({ site: 'shop', account: 'main', state: 'st&te=<1>' });
    expect(await page.textContent('[aria-current=step]')).toBe('Waiting');
    await expect.poll(() => server.scene.acks, soon).toEqual([1]);

    server.scene.scan('小明');
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe('小明');
    expect(await page.textContent('[aria-current=step]')).toBe('Scanned');
    expect(await blemishes(page)).toEqual({ shifts: 0, violations: [] });

    server.scene.confirm();
    await page.waitForURL('**/back*');
    const { searchParams } = server.landings[0] ?? new URL('about:blank');
    expect(Object.fromEntries(searchParams)).toEqual({
      from: 'login',
      code: `code-of-${server.scene.id}`,
      state: 'st&te=<1>',
    });
    expect(server.scene.acks).toEqual([1, 2, 3]);
    expect(server.landings).toHaveLength(1);
  });

  test.each(['light', 'dark'] as const)('shows a code that phones can read, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await start();
    await page.waitForTimeout(300);
    const { data, width, height } = PNG.sync.read(await page.screenshot());
    expect(decodeQr(new Uint8ClampedArray(data), width, height)?.data).toBe(server.scene.url);
  });

  test('makes nothing before its script asks, and asks once', async () => {
    const bare = await open({ javaScriptEnabled: false });
    await bare.goto(server.loginUrl());
    expect(server.scenes).toHaveLength(0);
    expect(await bare.textContent('noscript')).toContain('JavaScript');
    await bare.context().close();
    await start();
    expect(server.scenes).toHaveLength(1);
  });

  test('hands the code challenge on', async () => {
    await start({ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' });
    expect(server.scene.request).toMatchObject({
      codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
  });

  test('shows a name as text, whatever is in it', async () => {
    await start();
    server.scene.scan('<img src=x onerror="document.title=1">\u202Eevil\u0007');
    await expect.poll(() => page.textContent('#overlay-title'), soon).toContain('<img src=x');
    expect(await page.textContent('#overlay-title')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(await page.locator('#overlay img').count()).toBe(0);
  });

  test.each([
    { lang: 'zh', name: '微信用户' },
    { lang: 'en', name: 'WeChat user' },
  ])('calls a person without a name $name', async ({ lang, name }) => {
    await start({ lang });
    server.scene.scan(null);
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe(name);
  });

  test('announces each step, and not the seconds', async () => {
    await start();
    expect(await page.textContent('[role=status]')).toContain('The code is ready');
    expect(await page.locator('[aria-live], [role=timer], [role=alert]').count()).toBe(0);
    server.scene.scan('Ming');
    await expect.poll(() => page.textContent('[role=status]'), soon).toBe('Ming Scanned. Signing you in…');
  });

  test('counts down by the server’s clock, not by the browser’s', async () => {
    server.clockAhead = 3_600_000;
    await start();
    expect(await page.textContent('#line-text')).toMatch(/New code in (2:0[01]|1:5\d)/);
  });

  test('changes the language without a new code, and remembers it', async () => {
    await start();
    await page.click('a[hreflang=zh-CN]');
    await page.waitForSelector('html[lang=zh-CN]');
    await page.waitForSelector('#pictures img');
    expect(await page.textContent('.instruction')).toBe('用微信扫码登录');
    expect(server.scenes).toHaveLength(1);
    expect(await page.evaluate('document.cookie')).toBe('saoma_lang=zh');
  });

  test('is worked by the keyboard alone', async () => {
    await start();
    server.scene.move('denied');
    await expect.poll(phase, soon).toBe('over');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Get a new code');
    await page.keyboard.press('Enter');
    await expect.poll(() => server.scenes.length, soon).toBe(2);
    expect(await page.evaluate('document.activeElement.id')).toBe('code');
  });

  test('offers a way on when the site does not answer', async () => {
    await start();
    await page.route('**/back*', (route) => route.fulfill({ status: 204 }));
    server.scene.scan(null);
    server.scene.confirm();
    await page.waitForSelector('#overlay-button:not([hidden])', { timeout: 8_000 });
    await page.unroute('**/back*');
    await page.click('#overlay-button');
    await page.waitForURL('**/back*');
    expect(server.landings).toHaveLength(1);
  });

  test('needs no sideways scrolling on a narrow phone', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await start();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});
