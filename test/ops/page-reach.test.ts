import { describe, expect, test } from 'vitest';
import { blemishes } from '../pages/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Runs in the page: what has no name for whoever cannot see it, and what is wider than the page. */
const namelessControls = `
  [...document.querySelectorAll('a, button, input:not([hidden]), select, img, dialog[open], section, nav, table')]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const label = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.getAttribute('alt');
      const by = document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent;
      return label === null || label === undefined ? !(by ?? one.textContent.trim()) : false;
    })
    .map((one) => one.outerHTML.slice(0, 120))
`;
const overflow = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)';
/** Text of less contrast than 4.5 to 1, by the colours of the theme on the surface that it stands on. */
const faint = `
  (() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgb = (...layers) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const layer of layers) {
        canvas.fillStyle = layer;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (one) => {
      const layers = [];
      for (let at = one; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
      return layers;
    };
    const faint = [];
    for (const one of document.querySelectorAll('body *')) {
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !one.checkVisibility() || one.closest('.visually-hidden, .skip, script')) continue;
      const ground = behind(one);
      const [a, b] = [light(rgb(...ground, getComputedStyle(one).color)), light(rgb(...ground))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) faint.push(one.className + ' ' + one.textContent.slice(0, 20) + ' ' + ratio.toFixed(2));
    }
    return faint;
  })()
`;

describe.skipIf(noChromium)('the dashboard within reach of everybody', () => {
  const open = useDashboard();

  test.each([
    { lang: 'en', look: 'light', context: { locale: 'en-US' } },
    { lang: 'zh', look: 'dark', context: { locale: 'zh-CN', colorScheme: 'dark' as const } },
    { lang: 'zh', look: 'phone, light', context: { locale: 'zh-CN', ...phone } },
    { lang: 'en', look: 'phone, dark', context: { locale: 'en-US', colorScheme: 'dark' as const, ...phone } },
  ])('$lang, $look: everything has a name, can be read, and fits', async ({ lang, context }) => {
    const dashboard = await open({ context });
    const { page, stage, drawer } = dashboard;
    const look = async (): Promise<unknown> => ({
      nameless: await page.evaluate(namelessControls),
      faint: await page.evaluate(faint),
      overflow: await page.evaluate(overflow),
    });
    const sound = { nameless: [], faint: [], overflow: 0 };
    await page.goto(`${stage.url}/ops`);
    await page.locator('#token').waitFor();
    expect(await look()).toEqual(sound);
    const [first, second, third] = [await stage.open(), await stage.open(), await stage.open()];
    await dashboard.signIn();
    await dashboard.row(third.scene.id).waitFor();
    await stage.confirm(first);
    await stage.scenes.cancelByOperator(second.scene.id);
    await stage.scenes.scan(third.scene.id, { account: 'main', openid: 'oSomebody', followed: true });
    await page.locator('[data-state="cancelled"]').waitFor();
    await page.waitForTimeout(2000);
    expect(await look()).toEqual(sound);
    expect(await page.locator('html').getAttribute('lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
    await page.locator('#scenes-rows [data-state="confirmed"]').click();
    await drawer.getByText(lang === 'zh' ? '此前已关注' : 'already a follower').waitFor();
    expect(await look()).toEqual(sound);
  });

  test('nothing moves while numbers and times change', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await stage.openMany(30);
    await dashboard.signIn();
    await page.getByText('30 logins').waitFor();
    await page.locator('#number-sockets').getByText('7').waitFor();
    await page.locator('.age').getByText('8 s', { exact: true }).first().waitFor();
    const { shifts } = await blemishes(page);
    await page.locator('.age').getByText('11 s', { exact: true }).first().waitFor();
    expect((await blemishes(page)).shifts).toBe(shifts);
  });

  test('by the keyboard alone: skip to the content, into a filter, to a scene, and out', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn();
    await dashboard.row(id!).waitFor();
    await page.reload();
    await dashboard.row(id!).waitFor();
    await page.keyboard.press('Tab');
    expect(await dashboard.focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    const stops: string[] = [];
    for (let presses = 0; presses < 5; presses++) {
      await page.keyboard.press('Tab');
      stops.push(await dashboard.focused());
    }
    expect(stops).toEqual(['filter-state', 'filter-site', 'filter-account', 'find', id]);
    await page.keyboard.press('Enter');
    await drawer.waitFor();
    expect(await dashboard.focused()).toBe('Close');
    await page.keyboard.press('Enter');
    await drawer.waitFor({ state: 'hidden' });
    expect(await dashboard.focused()).toBe(id);
    await page.keyboard.press('Tab');
    expect(await dashboard.focused()).toBe('Cancel');
  });

  test('who wants less motion gets none', async () => {
    const dashboard = await open({ context: { locale: 'en-US', reducedMotion: 'reduce' } });
    const { page, stage } = dashboard;
    await dashboard.signIn();
    await page.getByText('Nobody is signing in').waitFor();
    const [id] = await stage.openMany(1);
    await dashboard.row(id!).getByRole('link').click();
    await dashboard.drawer.waitFor();
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });
});
