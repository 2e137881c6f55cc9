import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { isOver, startMiniWorld, startServer } from './mini-support.ts';

function scan(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Scan the newest code' }).click();
}

describe.skipIf(noChromium)('the mini program on the phone page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  interface Given {
    answer?: Parameters<typeof startServer>[0];
    locale?: string;
    width?: number;
    colorScheme?: 'light' | 'dark';
  }

  async function openPage({ answer, locale = 'en-US', width = 1280, colorScheme = 'light' }: Given = {}) {
    const server = await startServer(answer);
    const world = await startMiniWorld({ miniProgram: { serverUrl: server.url } });
    await world.createMiniCode('8f3a21c09d5e4b7fa1b2c3');
    const context = await browser.newContext({ locale, viewport: { width, height: 800 }, colorScheme });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(8000);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${world.url}/phone`);
    return { ...world, server, page, faults, program: page.getByRole('dialog', { name: 'Saoma Login' }) };
  }

  test('shows who asks as text, and confirms', async () => {
    const { page, program, server, faults } = await openPage();
    await page.getByText('Mini program · 8f3a21…b2c3').waitFor();
    await scan(page);
    await program.getByRole('heading', { name: 'Sign in to The <b>Shop</b>?' }).waitFor();
    for (const fact of ['Chrome, Windows', '203.0.113.7']) await program.getByText(fact).waitFor();
    await program.getByRole('button', { name: 'Confirm' }).click();
    await program.getByText('The browser is signed in to The <b>Shop</b>.').waitFor();
    expect(server.asked.at(-1)?.body).toEqual({ answer: 'accept' });
    await page.getByText('POST /scenes/8f3a…/scan').waitFor();
    expect(faults).toEqual([]);
  });

  test('declines, by keyboard alone', async () => {
    const { page, program } = await openPage({
      answer: ({ path }) => (path.startsWith('/approvals/') ? { body: { state: 'denied' } } : undefined),
    });
    const opener = page.getByRole('button', { name: 'Scan the newest code' });
    await opener.focus();
    await page.keyboard.press('Enter');
    await program.getByRole('button', { name: 'Decline' }).waitFor();
    for (let tabs = 0; tabs < 2; tabs++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await program.getByRole('heading', { name: 'Declined' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Declined');
    await page.keyboard.press('Escape');
    await program.waitFor({ state: 'hidden' });
    expect(await page.evaluate<string>('document.activeElement.className')).toContain('big');
  });

  test('a replaced session_key: it signs in again by itself', async () => {
    const { page, program } = await openPage({
      answer: ({ path, session }) => (path === '/profile' && session === 'session-1' ? isOver : undefined),
    });
    await scan(page);
    await program.getByRole('button', { name: 'WeChat replaces session_key' }).click();
    await program.getByText('WeChat replaced the session_key').waitFor();
    await program.getByRole('button', { name: 'Send my data' }).click();
    await program.getByText('Verified by the server: “微信用户”').waitFor();
    await program.getByText('Signed in again by itself').waitFor();
    await program.getByRole('heading', { name: 'Sign in to The <b>Shop</b>?' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('mini-profile');
  });

  test('says what went wrong in words of its own', async () => {
    const { page, program } = await openPage({
      answer: ({ path }) =>
        path.endsWith('/scan')
          ? { status: 409, body: { error: 'scene_taken', message: 'Taken.' } }
          : undefined,
    });
    await scan(page);
    await program.getByText('Somebody else has scanned this code already.').waitFor();
    await program.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Open the mini program' }).click();
    await program.getByRole('heading', { name: 'Signed in to the mini program' }).waitFor();
    expect(await program.getByRole('alert').count()).toBe(0);
    await program.getByRole('button', { name: 'Sign out' }).click();
    await program.getByRole('button', { name: 'Sign in again' }).click();
    await program.getByRole('heading', { name: 'Signed in to the mini program' }).waitFor();
  });

  test('each person has their own, and the chat below is out of reach', async () => {
    const { page, program } = await openPage();
    await scan(page);
    await program.getByRole('button', { name: 'Confirm' }).waitFor();
    expect(await page.locator('#chat').getAttribute('inert')).toBe('');
    await page.getByRole('radio', { name: 'Robin' }).check();
    await program.waitFor({ state: 'hidden' });
    expect(await page.locator('#chat').getAttribute('inert')).toBeNull();
    await page.getByRole('radio', { name: '小扫' }).check();
    await program.getByRole('button', { name: 'Confirm' }).waitFor();
  });

  test.each([
    ['zh-CN', 'light'],
    ['en-US', 'dark'],
  ] as const)('fits 360 px in %s, %s', async (locale, colorScheme) => {
    const { page, faults } = await openPage({ locale, colorScheme, width: 360 });
    await page.locator('.big').click();
    await page.locator('#mini-accept').waitFor();
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    const parts = await Promise.all(
      ['#mini-accept', '#mini-decline', '#mini-sign-out'].map((part) => page.locator(part).boundingBox()),
    );
    const screen = await page.locator('#screen').boundingBox();
    for (const part of parts)
      expect((part?.y ?? Infinity) + (part?.height ?? 0)).toBeLessThanOrEqual(
        (screen?.y ?? 0) + (screen?.height ?? 0),
      );
    expect(faults).toEqual([]);
  });
});
