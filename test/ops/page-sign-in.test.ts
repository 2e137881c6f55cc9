import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useChromium } from '../pages/chromium.ts';
import { readStatic } from '../pages/stand-in-files.ts';
import { readQr } from '../support/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';

const name = 'Wang <img src=x onerror=alert(1)>';
const operator = { name, openid: 'oWangWuOfTheOperators00001', role: 'view', account: 'main' };
const ops = { token: 'a-token-that-operators-know-2030', operators: [operator] };

describe.skipIf(noChromium)('signing in to the dashboard by a scan', () => {
  const newPage = useChromium();
  let app: TestApp;
  let page: Page;
  /** The scenes that the page opened. */
  let scenes: string[];
  /** The protocol's modules as the build compiles them: here the sources run. */
  let compiled: Server;

  beforeAll(async () => {
    compiled = createServer((request, response) => readStatic(request.url ?? '', response));
    await new Promise<void>((listening) => compiled.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => {
    compiled.close();
  });
  afterEach(async () => {
    await page.context().close();
    await app.close();
  });

  async function open(options: StartOptions['config'] = { ops }): Promise<void> {
    app = await startApp({ config: options });
    page = await newPage({ locale: 'en-US' });
    page.setDefaultTimeout(8000);
    scenes = [];
    page.on('response', async (response) => {
      if (response.url().endsWith('/api/scenes')) scenes.push((await response.json()).sceneId);
    });
    const { port } = compiled.address() as AddressInfo;
    await page.route('**/protocol/*.js', async (route) => {
      const { pathname } = new URL(route.request().url());
      const answer = await fetch(`http://127.0.0.1:${port}${pathname}`);
      await route.fulfill({ body: await answer.text(), contentType: 'text/javascript' });
    });
    await page.goto(`${app.url}/ops`);
  }

  /** What the phone's chat says when it has scanned the code that the page shows. */
  async function scan(openid: string): Promise<string> {
    await readQr(page);
    const answer = await app.wechat.scan(openid, scenes.at(-1) ?? '');
    return app.wechat.replyText(await answer.text());
  }

  test('the number that the chat shows opens it, for whom the list names', async () => {
    await open();
    await page.getByRole('button', { name: 'Scan with WeChat instead' }).click();
    await page.getByText(/^New code in \d:\d\d$/).waitFor();
    const number = numberIn(await scan(operator.openid));
    const field = page.getByLabel('Six-digit number');
    for (let tries = 0; tries < 2; tries++) {
      await field.fill(number === '000000' ? '000001' : '000000');
      await page.getByText('This number is wrong').waitFor();
    }
    await field.fill(number);
    await page.locator('[data-link="live"]').waitFor();
    expect(await page.locator('#who').textContent()).toBe(`${name} view only`);
    expect(await page.locator('header img').count()).toBe(1);
  });

  test('a third wrong number uses the code up, and a new one is offered', async () => {
    await open();
    await page.getByRole('button', { name: 'Scan with WeChat instead' }).click();
    const first = await readQr(page);
    const number = numberIn(await scan(operator.openid));
    const field = page.getByLabel('Six-digit number');
    for (let tries = 0; tries < 3; tries++) {
      const answered = page.waitForResponse('**/ops/session');
      await field.fill(number === '000000' ? '000001' : '000000');
      await answered;
    }
    await page.getByText('this code is used up').waitFor();
    expect(await field.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await readQr(page, first)).not.toBe(first);
  });

  test('is offered only where somebody is on the list, and the token is a click away', async () => {
    await open();
    await page.getByRole('button', { name: 'Scan with WeChat instead' }).click();
    await readQr(page);
    await page.getByRole('button', { name: 'Use the token instead' }).click();
    await page.getByLabel('Operator token').fill(ops.token);
    await page.keyboard.press('Enter');
    await page.locator('[data-link="live"]').waitFor();
    await page.context().close();
    await app.close();
    await open({ ops: { token: ops.token } });
    await page.getByLabel('Operator token').waitFor();
    expect(await page.getByRole('button', { name: 'Scan with WeChat instead' }).isVisible()).toBe(false);
  });

  test('at another address than its own it says where it is possible', async () => {
    await open();
    await page.goto(`${app.url.replace('127.0.0.1', 'localhost')}/ops`);
    await page.getByRole('button', { name: 'Scan with WeChat instead' }).click();
    await page.locator('#scan').getByRole('link', { name: app.url }).waitFor();
    expect(await page.getByRole('button', { name: 'Get a new code' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Use the token instead' }).click();
    await page.getByRole('alert').getByRole('link', { name: app.url }).click();
    await page.waitForURL(`${app.url}/ops`);
  });

  test('is the only way in where there is no token', async () => {
    await open({ ops: { token: null, operators: [operator] } });
    expect(await page.getByLabel('Operator token').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Scan with WeChat', exact: true }).click();
    await page.getByText(/^New code in \d:\d\d$/).waitFor();
    expect(await page.getByRole('button', { name: 'Use the token instead' }).isVisible()).toBe(false);
    const number = numberIn(await scan(operator.openid));
    await page.getByLabel('Six-digit number').fill(number);
    await page.locator('[data-link="live"]').waitFor();
  });

  test('a code that nobody is on the list for can be changed for a new one', async () => {
    await open();
    await page.getByRole('button', { name: 'Scan with WeChat instead' }).click();
    const first = await readQr(page);
    await scan('oSomebodyElse000000000001');
    await page.getByLabel('Six-digit number').fill('123456');
    await page.getByText('This number is wrong').waitFor();
    await page.getByRole('button', { name: 'Get a new code' }).click();
    expect(await readQr(page, first)).not.toBe(first);
  });
});

function numberIn(reply: string): string {
  return /\b\d{6}\b/.exec(reply)?.[0] ?? '';
}
