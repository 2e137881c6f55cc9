import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium, readQr } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { noChromium } from '../support/needs.ts';
import { startProgram } from '../support/program.ts';
import type { Program } from '../support/program.ts';

/** Two of the sandbox's people, who are the same at each start (OPS.md tells of Robin). */
const robin = { name: 'Robin', openid: 'oLzcNtLMwSrMP3hyxhRuQ9X4rh9N', role: 'operate' };
const phoneOf = (id: string) => ({ id, name: id, openid: '', follows: true });

describe.skipIf(noChromium)('an operator with a real browser, the sandbox, and a phone', () => {
  let chromium: Browser;
  let program: Program;
  let page: Page;

  beforeEach(async () => {
    const port = await freePort();
    program = await startProgram({ config: { ops: { port, operators: [robin] } } });
    chromium = await launchChromium();
    page = await (await chromium.newContext({ locale: 'en-US' })).newPage();
    await page.goto(`http://localhost:${port}/ops`);
    await page.getByRole('button', { name: 'Scan with WeChat' }).click();
  });
  afterEach(async () => {
    await chromium.close();
    await expectCleanEnd(program);
  });

  const type = (number: string): Promise<void> => page.getByLabel('Six-digit number').fill(number);

  test('scans, types the number from the chat, and sees the logins of the other port', async () => {
    const { shown } = await program.phone.scan(phoneOf('robin'), await readQr(page));
    const number = /Your number: (\d{6})/.exec(shown)?.[1] ?? '';
    await type(String((Number(number) + 1) % 1_000_000).padStart(6, '0'));
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await type(number);
    await page.getByText('Robin').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect((await fetch(`${program.url}/ops`)).status).toBe(404);
  });

  test('and whoever is not on the list does not come in', async () => {
    const { shown } = await program.phone.scan(phoneOf('xiaosao'), await readQr(page));
    expect(shown).toContain('You are not on the list');
    expect(shown).not.toMatch(/\d{6}/);
    await type('123456');
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    expect(await page.getByText('Live', { exact: true }).isVisible()).toBe(false);
  });
});

/** Nothing went wrong in there that no operator noticed. */
async function expectCleanEnd(program: Program): Promise<void> {
  expect(await program.stop()).toBe(0);
  expect(program.output()).not.toMatch(/"level":(50|60)/);
}
