import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Door } from '../../src/http/door.ts';
import { staticDoor } from '../../src/http/static.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { readStatic } from '../pages/stand-in-files.ts';
import { launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { noChromium } from '../support/needs.ts';
import { Stage, token } from './stage.ts';

/** The protocol's modules as the build compiles them: here the sources run. */
const protocolDoor: Door = (router) => {
  router.get('/protocol/messages.js', (ctx) => {
    ctx.respond = false;
    ctx.status = 200;
    readStatic(ctx.path, ctx.res);
  });
};

describe.skipIf(noChromium)('the dashboard in a real browser', () => {
  let chromium: Browser;
  let stage: Stage;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium.close());

  beforeEach(async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const moreDoors = [protocolDoor, staticDoor(['ops'])];
    stage = await new Stage({ clock: systemClock, publicUrl, tries: 1, moreDoors }).listen(port);
    const context = await chromium.newContext({ locale: 'en-US' });
    page = await context.newPage();
    page.setDefaultTimeout(8000);
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on(
      'console',
      (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()),
    );
  });
  afterEach(async () => {
    await page.context().close();
    await stage.close();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });

  async function signIn(path = '/ops'): Promise<void> {
    await page.goto(stage.url + path);
    await page.getByLabel('Operator token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
  }

  const row = (sceneId: string): ReturnType<Page['locator']> =>
    page.getByRole('row').filter({ has: page.getByTitle(sceneId) });

  test('a wrong token is told, a right one opens, and signing out closes', async () => {
    await page.goto(`${stage.url}/ops`);
    for (const said of [/This token is wrong/, /Too many tries/]) {
      await page.getByLabel('Operator token').fill('a wrong one');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: said }).waitFor();
    }
    await signIn();
    await page.getByText('Nobody is signing in right now').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').waitFor();
    await page.reload();
    expect(await page.getByLabel('Operator token').isVisible()).toBe(true);
  });

  test('rows come, change and leave by themselves', async () => {
    await signIn();
    const opened = await stage.open();
    await row(opened.scene.id).getByText('Waiting').waitFor();
    expect(await row(opened.scene.id).innerText()).toMatch(/Chrome · Linux\s+203\.0\.113\.0\/24/);
    await stage.scenes.attach(opened.scene.id, opened.claim, 'node-a');
    await row(opened.scene.id).getByText('Connected').waitFor();
    await stage.confirm(opened);
    await row(opened.scene.id).getByText('Confirmed').waitFor();
    await stage.scenes.cancelByBrowser(opened.scene.id, opened.claim);
    await row(opened.scene.id).getByText('Cancelled').waitFor();
    await row(opened.scene.id).waitFor({ state: 'detached', timeout: 20_000 });
    expect(await page.getByText('Nobody is signing in right now').isVisible()).toBe(true);
  }, 40_000);

  test('the keyboard cancels one, after a second thought', async () => {
    await signIn();
    const { scene } = await stage.open();
    const name = scene.id.slice(0, 8);
    await page.getByRole('button', { name: `Cancel scene ${name}`, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await stage.scenes.read(scene.id))?.state).toBe('pending');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await row(scene.id).getByText('Cancelled').waitFor();
    expect(await stage.scenes.read(scene.id)).toMatchObject({ state: 'cancelled', reason: 'operator' });
    expect(await page.locator(':focus').getAttribute('title')).toBe(scene.id);
    expect(await page.locator('#announcement').textContent()).toBe(`Scene ${name} is cancelled`);
  });

  test('nothing moves under the pointer', async () => {
    const [first] = await stage.openMany(1);
    await signIn();
    await row(first!).hover();
    const [second] = await stage.openMany(1);
    await stage.scenes.cancelByOperator(first!);
    await row(first!).getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    expect(await row(second!).count()).toBe(0);
    await page.mouse.move(0, 0);
    await row(second!).waitFor();
    expect(await page.getByRole('row').nth(1).getByRole('button').first().getAttribute('title')).toBe(second);
  });

  test('filters stand in the address, and the server looks through them', async () => {
    const shop = await stage.open();
    const bank = await stage.open({ site: 'bank' });
    await signIn('/ops?site=bank&state=%22');
    await row(bank.scene.id).waitFor();
    expect(await row(shop.scene.id).count()).toBe(0);
    expect(new URL(page.url()).search).toBe('?site=bank');
    await page.getByLabel('State').selectOption('scanned');
    await page.getByText('No login matches these filters').waitFor();
    expect(new URL(page.url()).search).toBe('?state=scanned&site=bank');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row(shop.scene.id).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('link', { name: '中文' }).click();
    await page.getByRole('columnheader', { name: '公众号' }).waitFor();
  });

  test('comes back by itself, and asks for the token when the session is over', async () => {
    await signIn();
    stage.ops.close();
    await page.getByText('Reconnecting').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().clearCookies();
    stage.ops.close();
    await page.getByText('Your session has ended').waitFor();
    expect(await page.getByLabel('Operator token').isVisible()).toBe(true);
  });

  test('what strangers write is text', async () => {
    const evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>\u202E';
    await stage.open({ site: evil, browser: { ip: evil, userAgent: evil, origin: evil } });
    const { scene } = await stage.open({ site: evil, browser: { ip: '::1', userAgent: evil, origin: evil } });
    await signIn();
    await row(scene.id).waitFor();
    expect(await row(scene.id).locator('.site').textContent()).toBe(evil);
    expect(await row(scene.id).locator('.browser-name').getAttribute('title')).toBe(evil.slice(0, -1));
    expect(await page.locator('#rows img, #rows script, datalist img').count()).toBe(0);
    expect(await page.title()).toMatch(/Live logins/);
  });
});
