import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { startProgram } from '../support/program.ts';
import type { Program } from '../support/program.ts';

describe.skipIf(noChromium)('a visitor, the shipped program, and a phone with the mini program', () => {
  let chromium: Browser;
  let program: Program;
  let pages: Page[] = [];

  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium.close());
  beforeEach(async () => {
    program = await startProgram({ config: { messaging: { inboxPerSender: 3 } } });
  });
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    await expectCleanEnd(program);
  });

  async function open(url: string): Promise<Page> {
    const context = await chromium.newContext({ locale: 'en-US' });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    pages.push(page);
    await page.goto(url);
    return page;
  }

  /** The demo site's login page with a code of the mini program, which the phone scans. */
  async function scan(person = '小扫') {
    const login = await open(program.url);
    await login.getByRole('link', { name: 'mini program' }).click();
    const phone = await open(`${program.phone.url}/phone`);
    await phone.getByRole('radio', { name: person }).check();
    await phone.getByRole('button', { name: /^Scan the newest code Mini program/ }).click();
    return { login, phone, mini: phone.getByRole('dialog', { name: 'Saoma Login' }) };
  }

  /** Somebody's phone with the chat of its mini program open, and online. */
  async function chat(name: string, other: string) {
    const phone = await open(`${program.phone.url}/phone`);
    await phone.getByRole('radio', { name }).check();
    await phone.getByRole('button', { name: 'Open the mini program' }).click();
    const mini = phone.getByRole('dialog', { name: 'Saoma Login' });
    await mini.getByRole('button', { name: 'Go online' }).click();
    await mini.getByText('Online', { exact: true }).waitFor();
    await mini.getByLabel('Chat with').selectOption({ label: other });
    return mini;
  }

  async function openidOf(id: string): Promise<string> {
    const state = await fetch(`${program.phone.url}/phone/api/state`);
    const { people } = (await state.json()) as { people: { id: string; miniOpenid: string }[] };
    return people.find((person) => person.id === id)?.miniOpenid ?? '';
  }

  test('scans the code, reads who asks, confirms, and is signed in', async () => {
    const { login, mini } = await scan();
    await mini.getByRole('heading', { name: 'Sign in to Saoma Demo?' }).waitFor();
    expect(await mini.locator('dl').innerText()).toMatch(/Chrome, Linux/);
    await mini.getByRole('button', { name: 'Confirm' }).click();
    await mini.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await login.getByText('You are signed in').first().waitFor();
    expect(await login.locator('pre').textContent()).toContain(await openidOf('xiaosao'));
  });

  test('says no, and nobody is signed in', async () => {
    const { login, mini } = await scan();
    await mini.getByRole('button', { name: 'Decline' }).click();
    await mini.getByRole('heading', { name: 'Declined' }).waitFor();
    await login
      .getByText(/declined/i)
      .first()
      .waitFor();
    expect(login.url()).toContain('/login?');
  });

  test('WeChat replaces the session_key between login and profile: it recovers by itself', async () => {
    const { login, mini } = await scan();
    await mini.getByRole('button', { name: 'Send my data' }).click();
    await mini.getByText('Verified by the server').waitFor();
    await mini.getByRole('button', { name: 'WeChat replaces session_key' }).click();
    await mini.getByText('WeChat replaced the session_key').waitFor();
    await mini.getByRole('button', { name: 'Send my data' }).click();
    await mini.getByText('Signed in again by itself').waitFor();
    expect(await mini.getByRole('alert').count()).toBe(0);
    await mini.getByRole('button', { name: 'Confirm' }).click();
    await login.getByText('You are signed in').first().waitFor();
  });

  test('two people chat; one goes away, and finds what was written meanwhile', async () => {
    const [robin, noor] = [await chat('Robin', 'Noor'), await chat('Noor', 'Robin')];
    await say(robin, 'hello');
    await noor.locator('.bubble', { hasText: 'hello' }).waitFor();
    await robin.getByText('Noor · delivered').waitFor();
    await noor.getByRole('button', { name: 'Go offline' }).click();
    for (const text of ['one', 'two', 'three']) await say(robin, text);
    await expect.poll(() => robin.getByText('Noor · waits for them').count()).toBe(3);
    await say(robin, 'four');
    await robin.getByText('Noor · refused: inbox_full').waitFor();
    await noor.getByRole('button', { name: 'Go online' }).click();
    const received = () => noor.locator('.line:not(.own) .bubble').allInnerTexts();
    await expect.poll(received).toEqual(['hello', 'one', 'two', 'three'].map((text) => `${text}\nRobin`));
  });
});

async function say(mini: Locator, text: string): Promise<void> {
  await mini.getByLabel('Message to them').fill(text);
  await mini.getByLabel('Message to them').press('Enter');
}

/** Nothing went wrong in there that nobody noticed. */
async function expectCleanEnd(program: Program): Promise<void> {
  expect(await program.stop()).toBe(0);
  expect(program.output()).not.toMatch(/"level":(50|60)/);
}
