import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, readQr } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { noChromium } from '../support/needs.ts';
import { startProgram } from '../support/program.ts';
import type { Program } from '../support/program.ts';

const server = fileURLToPath(new URL('../../examples/chat/server.js', import.meta.url));
const secret = 'canary-chat-secret-0123456789';

describe.skipIf(noChromium)('the example chat, as its developer runs it, beside the shipped program', () => {
  let chromium: Browser;
  let program: Program;
  let chat: ChildProcess;
  let chatUrl: string;

  beforeAll(async () => {
    chatUrl = `http://localhost:${await freePort()}`;
    const site = {
      id: 'chat',
      name: 'The Chat',
      secret,
      account: 'main',
      origins: [chatUrl],
      redirectUris: [`${chatUrl}/callback`],
      messaging: { peers: true },
    };
    [chromium, program] = await Promise.all([
      launchChromium(),
      startProgram({ config: { sites: [site] }, sandbox: { enabled: true } }),
    ]);
    const env = { SAOMA_URL: program.url, CHAT_URL: chatUrl, SITE_ID: 'chat', SITE_SECRET: secret };
    chat = spawn(process.execPath, [server], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(chat.stdout!, 'data');
  });
  afterAll(async () => {
    chat.kill();
    await Promise.all([chromium.close(), program.stop()]);
  });

  test('two people sign in by a scan each, and write to each other', async () => {
    const page = await (await chromium.newContext({ locale: 'en-US' })).newPage();
    await page.goto(chatUrl);
    for (const side of ['left', 'right']) {
      await page.locator(`#${side}`).getByRole('link', { name: 'Sign in with WeChat' }).click();
      await program.phone.scan(await program.phone.person(true), await readQr(page));
      await page.locator(`#${side}[data-state="open"]`).waitFor();
    }
    await write(page, 'left', 'hello');
    await page.locator('#right .theirs').getByText('hello').waitFor();
    await write(page, 'right', 'good day');
    await page.locator('#left .theirs').getByText('good day').waitFor();
    expect(await page.locator('#left .mine .below').textContent()).toContain('Delivered');
  });

  test('two windows, a side each: whoever sits down there is seen in the other', async () => {
    const page = await (await chromium.newContext({ locale: 'en-US' })).newPage();
    await page.goto(chatUrl);
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'One window each' }).click();
    const windows = { left: await opened, right: page };
    await page.waitForURL(/side=right/);
    for (const [side, window] of Object.entries(windows)) {
      await window.getByRole('link', { name: 'Sign in with WeChat' }).click();
      await program.phone.scan(await program.phone.person(true), await readQr(window));
      await window.locator(`#${side}[data-state="open"]`).waitFor();
      expect(await window.locator('.seat').count()).toBe(1);
    }
    await windows.left.getByText(/is online$/).waitFor();
    await write(windows.left, 'left', 'hello');
    await windows.right.locator('.theirs').getByText('hello').waitFor();
  });

  test('does not start without its secret', async () => {
    const [code] = (await once(spawn(process.execPath, [server], { env: { SITE_ID: 'chat' } }), 'exit')) as [
      number,
    ];
    expect(code).toBe(78);
  });
});

async function write(page: Page, side: string, text: string): Promise<void> {
  const input = page.locator(`#${side}`).getByRole('textbox');
  await input.fill(text);
  await input.press('Enter');
}
