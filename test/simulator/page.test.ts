import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { open, replyTo, sealed, startBoth } from './seals.ts';
import type { Hit } from './support.ts';

const welcome = 'Welcome <a href="weixin://bizmsgmenu?msgmenucontent=No&msgmenuid=7">Not me</a>';

/** Repeats what is said to it, and welcomes whoever scans. */
function answer(hit: Hit) {
  return { body: sealed(replyTo(hit, open(hit)['Content'] ?? welcome)) };
}

function chat(page: Page) {
  return page.getByRole('log');
}

function newest(page: Page) {
  return page.getByRole('button', { name: 'Scan the newest code' });
}

describe.skipIf(noChromium)('the phone page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function openPage({ locale = 'en-US', width = 1280, path = '/phone' } = {}) {
    const world = await startBoth(answer, { siteUrl: 'http://localhost:3000/' });
    const code = await world.createCode('8f3a21c09d5e4b7fa1b2c3');
    const context = await browser.newContext({ locale, viewport: { width, height: 800 } });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(8000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${world.url}${path.replace('CODE', new URL(code.url).search)}`);
    return { ...world, code, page, faults };
  }

  test('scans, shows the reply, and what went over the wire', async () => {
    const { page, faults } = await openPage();
    await newest(page).click();
    await chat(page).getByText('Welcome').waitFor();
    await page.getByText('Delivered. The account replied.').waitFor();
    await page.getByText('POST /wechat/main?from=test&signature=').waitFor();
    const request = page.locator('.exchange pre').nth(1);
    expect(await request.innerText()).toContain('<EventKey><![CDATA[8f3a21c09d5e4b7fa1b2c3]]></EventKey>');
    await page.getByRole('button', { name: 'As sent' }).click();
    expect(await request.innerText()).toMatch(/<Encrypt>/);
    expect(await request.innerText()).not.toContain('EventKey');
    expect(faults).toEqual([]);
  });

  test('follows after a scan, unfollows, and sends the event again', async () => {
    const { page, webhook } = await openPage();
    await page.getByRole('radio', { name: '阿码' }).check();
    await newest(page).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Follow' }).click();
    await chat(page).getByText('Followed by scanning 8f3a21…b2c3').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.locator('.deliveries > li').nth(1).waitFor();
    expect(webhook.hits[1]?.body).toBe(webhook.hits[0]?.body);
    await page.getByRole('button', { name: 'Unfollow' }).click();
    await page.locator('.kind', { hasText: 'unsubscribe' }).waitFor();
    expect(await page.getByLabel('Message').isDisabled()).toBe(true);
  });

  test('what people type is text, and a link in a reply sends its answer', async () => {
    const { page, faults } = await openPage();
    const typed = '<img src=x onerror=alert(1)>';
    await page.getByLabel('Message').fill(typed);
    await page.keyboard.press('Enter');
    await expect.poll(() => chat(page).locator('.bubble').allInnerTexts()).toEqual([typed, typed]);
    await newest(page).click();
    await chat(page).getByRole('button', { name: 'Not me' }).click();
    await expect.poll(() => chat(page).locator('.bubble').last().innerText()).toBe('No');
    expect(faults).toEqual([]);
  });

  test('a typed code, a wrong one, and the one of the picture', async () => {
    const { page, createCode } = await openPage({ path: '/phoneCODE' });
    await createCode('another-scene');
    await page.getByRole('button', { name: 'Scan this code as 小扫 8f3a21…b2c3' }).click();
    await chat(page).getByText('Scanned 8f3a21…b2c3').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await newest(page).getByText('another-scene').waitFor();
    const field = page.getByLabel('Or enter a code');
    await field.fill('no-such-code');
    await field.press('Enter');
    await chat(page).getByText('This QR code is not recognised').waitFor();
    await field.fill('another-scene');
    await field.press('Enter');
    await chat(page).getByText('Scanned another-scene').waitFor();
  });

  test('in Chinese or English, and remembers which', async () => {
    const { page } = await openPage({ locale: 'zh-CN' });
    await page.getByRole('button', { name: '扫最新的二维码' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await newest(page).waitFor();
    await page.reload();
    await newest(page).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('adds people, and makes trouble', async () => {
    const { page, person, userInfo, webhook } = await openPage();
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByLabel('Name', { exact: true }).fill('扫地僧');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: '扫地僧' }).waitFor();
    await page.getByText('Make trouble').click();
    await page.getByLabel('Fault of the WeChat API').selectOption('busy');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('A fault is active').waitFor();
    expect(await userInfo((await person('ama')).openid)).toMatchObject({ errcode: -1 });
    await page.getByRole('button', { name: 'End all faults' }).click();
    await page.getByText('A fault is active').waitFor({ state: 'hidden' });
    await page.getByLabel('Send junk').selectOption('foreign-key');
    await page.locator('#trouble').getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => webhook.hits.length).toBe(1);
  });

  test.each(['zh-CN', 'en-US'])('fits 360 px in %s', async (locale) => {
    const { page } = await openPage({ locale, width: 360 });
    await page.locator('.big').click();
    await page.locator('.deliveries li').waitFor();
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    expect((await page.locator('#top').boundingBox())?.height).toBeLessThan(60);
  });
});
