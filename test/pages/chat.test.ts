import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openChatStage, sitDown, visitorOf } from '../site/chat-stage.ts';
import type { ChatStage } from '../site/chat-stage.ts';
import { noChromium } from '../support/needs.ts';
import { blemishes, soon, useChromium } from './chromium.ts';

type Side = 'left' | 'right';

const [ann, ben] = ['oAnn-0001', 'oBen-0002'];

describe.skipIf(noChromium)('the chat of two in a real browser', () => {
  const openPage = useChromium();

  /** The page with both people at it, connected. */
  async function openChat(stage: ChatStage, options: BrowserContextOptions = {}): Promise<Page> {
    const visitor = visitorOf(stage);
    await sitDown(stage, visitor, 'left', ann);
    await sitDown(stage, visitor, 'right', ben);
    const page = await openPage({ locale: 'en-US', ...options });
    const value = visitor.cookies.get('chat') ?? '';
    await page.context().addCookies([{ name: 'chat', value, url: stage.url }]);
    await page.goto(stage.url);
    await Promise.all([becomes(page, 'left', 'open'), becomes(page, 'right', 'open')]);
    return page;
  }

  test('two people write to each other', async () => {
    const page = await openChat(await openChatStage());
    await write(page, 'left', 'hello');
    await expect.poll(() => texts(page, 'right'), soon).toEqual(['hello']);
    await write(page, 'right', 'good day');
    await expect.poll(() => texts(page, 'left'), soon).toEqual(['hello', 'good day']);
    await expect.poll(() => lastOutcome(page, 'left'), soon).toContain('Delivered');
  });

  test('one goes offline: what is written meanwhile waits, and arrives in order', async () => {
    const page = await openChat(await openChatStage({ messaging: { inboxPerSender: 3 } }));
    await page.locator('#right').getByRole('button', { name: 'Go offline' }).click();
    await page
      .locator('#left')
      .getByText(/ is offline/)
      .waitFor();
    for (const text of ['one', 'two', 'three']) await write(page, 'left', text);
    await expect.poll(() => lastOutcome(page, 'left'), soon).toContain('Kept until they are back');
    await write(page, 'left', 'four');
    await expect.poll(() => lastOutcome(page, 'left'), soon).toContain('Not sent: their mailbox is full');
    expect(await texts(page, 'right')).toEqual([]);
    await page.locator('#right').getByRole('button', { name: 'Go online' }).click();
    await expect.poll(() => texts(page, 'right'), soon).toEqual(['one', 'two', 'three']);
    await page
      .locator('#left')
      .getByText(/ is online/)
      .waitFor();
  });

  test('written offline it goes out when back, once, and a reload keeps what was said', async () => {
    const page = await openChat(await openChatStage());
    await page.locator('#left').getByRole('button', { name: 'Go offline' }).click();
    await write(page, 'left', 'from the tunnel');
    expect(await lastOutcome(page, 'left')).toContain('Sending');
    await page.reload();
    await expect.poll(() => texts(page, 'right'), soon).toEqual(['from the tunnel']);
    // Whichever of the two is back first.
    await expect.poll(() => lastOutcome(page, 'left'), soon).toMatch(/^(Delivered|Kept until)/);
    await page.reload();
    await becomes(page, 'right', 'open');
    expect(await texts(page, 'right')).toEqual(['from the tunnel']);
  });

  test('what people write is text', async () => {
    const page = await openChat(await openChatStage());
    const nasty = '<img src=x onerror="document.title=\'taken\'"> \u202Eevil';
    await write(page, 'left', nasty);
    await expect.poll(() => texts(page, 'right'), soon).toEqual([nasty.replace('\u202E', ' ')]);
    expect(await page.title()).toBe('A chat of two');
    expect((await blemishes(page)).violations).toEqual([]);
  });

  test('the site speaks to both', async () => {
    const page = await openChat(await openChatStage());
    await page.getByRole('textbox', { name: 'Announcement' }).fill('we close at ten');
    await page.getByRole('button', { name: /As the site/ }).click();
    await expect.poll(() => texts(page, 'left'), soon).toEqual(['we close at ten']);
    await expect.poll(() => texts(page, 'right'), soon).toEqual(['we close at ten']);
    await page.getByText('It was announced').waitFor();
  });

  test('where people may not write to each other, it says so', async () => {
    const page = await openChat(await openChatStage({ messaging: { peers: false } }));
    await write(page, 'left', 'hello');
    await expect.poll(() => lastOutcome(page, 'left'), soon).toContain('does not let people write');
  });

  test('by keyboard alone, in Chinese', async () => {
    const page = await openChat(await openChatStage(), { locale: 'zh-CN' });
    await page.locator('#left').getByRole('button', { name: '退出' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('你好');
    await page.keyboard.press('Enter');
    await expect.poll(() => texts(page, 'right'), soon).toEqual(['你好']);
    await expect.poll(() => lastOutcome(page, 'left'), soon).toContain('已送达');
  });

  test('one leaves: the other seat stays', async () => {
    const page = await openChat(await openChatStage());
    await page.locator('#left').getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#left').getByRole('link', { name: 'Sign in with WeChat' }).waitFor();
    await becomes(page, 'right', 'open');
    await page.locator('#right').getByText('Waiting for the other side').waitFor();
    expect(await page.locator('#right').getByRole('textbox').isDisabled()).toBe(true);
  });

  test.each([
    { width: 360, height: 740, colorScheme: 'dark' as const },
    { width: 1_280, height: 800, colorScheme: 'light' as const },
  ])('fits into $width pixels, in $colorScheme colours', async ({ width, height, colorScheme }) => {
    const page = await openChat(await openChatStage(), { viewport: { width, height }, colorScheme });
    await write(page, 'left', 'x'.repeat(400));
    await expect.poll(() => texts(page, 'right'), soon).toHaveLength(1);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    const { violations } = await blemishes(page);
    expect(violations).toEqual([]);
  });
});

function becomes(page: Page, side: Side, state: string): Promise<void> {
  return page.locator(`#${side}[data-state="${state}"]`).waitFor();
}

async function write(page: Page, side: Side, text: string): Promise<void> {
  const input = page.locator(`#${side}`).getByRole('textbox');
  await input.fill(text);
  await input.press('Enter');
}

function texts(page: Page, side: Side): Promise<string[]> {
  return bubbles(page, side).allTextContents();
}

function bubbles(page: Page, side: Side): Locator {
  return page.locator(`#${side} .bubble`);
}

async function lastOutcome(page: Page, side: Side): Promise<string> {
  return (await page.locator(`#${side} .mine .below`).last().textContent()) ?? '';
}
