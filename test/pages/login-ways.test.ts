import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blemishes, soon, useChromium } from './chromium.ts';
import { noChromium } from '../support/needs.ts';
import { StandIn } from './stand-in.ts';

describe.skipIf(noChromium)('a site with an official account and a mini program', () => {
  const open = useChromium();
  let server: StandIn;
  let page: Page;

  beforeEach(async () => {
    server = await StandIn.open();
    server.hasMiniProgram = true;
    page = await open({ viewport: { width: 800, height: 760 } });
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const shown = async (more: Record<string, string> = {}) => {
    await page.goto(server.loginUrl(more));
    await page.waitForSelector('#pictures img');
    await expect.poll(() => server.scene.attaches, soon).toBe(1);
  };
  const picture = () => page.locator('#pictures img');
  const phase = () => page.getAttribute('#login', 'data-phase');

  test("shows the mini program's code where the other would be, as large, under the same policy", async () => {
    await shown();
    const place = await picture().boundingBox();
    await shown({ account: 'mini' });
    expect(server.scene.request).toMatchObject({ site: 'shop', account: 'mini' });
    expect(await picture().boundingBox()).toEqual(place);
    expect(await picture().getAttribute('src')).toMatch(/^data:image\/png;base64,/);
    expect(await picture().getAttribute('alt')).toBe('Mini-program code to sign in with WeChat');
    expect(await page.evaluate(`document.querySelector('#pictures img').naturalWidth`)).toBeGreaterThan(200);
    expect(await page.textContent('.hints')).toContain('confirm in the mini program');
    expect(await blemishes(page)).toEqual({ shifts: 0, violations: [] });
  });

  test('leads from one to the other and back, without a code too many', async () => {
    await shown();
    await page.getByRole('link', { name: 'Use the mini program instead' }).click();
    await page.waitForURL('**account=mini**');
    await expect.poll(() => server.scenes.length, soon).toBe(2);
    expect(server.scene.request).toMatchObject({ account: 'mini', state: 'st&te=<1>' });
    await page.getByRole('link', { name: 'Use the official account instead' }).click();
    await page.waitForURL('**account=main**');
    await page.waitForSelector('#pictures img[src^="data:image/svg"]');
    await expect.poll(() => server.scenes[0]?.attaches, soon).toBe(2);
    await page.getByRole('link', { name: 'Use the mini program instead' }).click();
    await page.waitForSelector('#pictures img[src^="data:image/png"]');
    await expect.poll(() => server.scenes[1]?.attaches, soon).toBe(2);
    expect(server.scenes).toHaveLength(2);
  });

  test('asks to confirm on the phone, and goes on once that is done', async () => {
    await shown({ account: 'mini' });
    server.scene.ask();
    await expect
      .poll(() => page.textContent('#overlay-text'), soon)
      .toBe('Scanned. Please confirm on your phone.');
    expect(await page.textContent('[aria-current=step]')).toBe('Scanned');
    server.scene.confirm();
    await page.waitForURL('**/back*');
    expect(server.landings[0]?.searchParams.get('code')).toBe(`code-of-${server.scene.id}`);
  });

  test.each([
    { lang: 'zh', said: '已拒绝登录', again: '重新获取二维码' },
    { lang: 'en', said: 'Sign-in declined', again: 'Get a new code' },
  ])('says that it was declined: $said', async ({ lang, said, again }) => {
    await shown({ account: 'mini', lang });
    server.scene.ask();
    await expect.poll(phase, soon).toBe('scanned');
    server.scene.move('denied', { approval: 'tap' });
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe(said);
    await page.getByRole('button', { name: again }).click();
    await expect.poll(() => server.scenes.length, soon).toBe(2);
    expect(server.scene.request).toMatchObject({ account: 'mini' });
  });

  test('who is asked and does not answer gets a new code', async () => {
    await shown({ account: 'mini' });
    server.scene.ask();
    await expect.poll(phase, soon).toBe('scanned');
    server.scene.move('expired');
    await expect.poll(() => server.scenes.length, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
  });

  test('needs no scrolling where the usual page needs none', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await shown({ account: 'mini' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});
