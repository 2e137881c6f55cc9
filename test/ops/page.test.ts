import { describe, expect, test } from 'vitest';
import { blemishes } from '../pages/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';

describe.skipIf(noChromium)('the dashboard in a real browser', () => {
  const open = useDashboard();

  test('a wrong token is told, a right one opens, and signing out closes', async () => {
    const dashboard = await open({ tries: 1 });
    const { page, stage } = dashboard;
    await page.goto(`${stage.url}/ops`);
    for (const said of [/This token is wrong/, /Too many tries/]) {
      await page.getByLabel('Operator token').fill('a wrong one');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: said }).waitFor();
    }
    await dashboard.signIn();
    await page.getByText('Nobody is signing in right now').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').waitFor();
    await page.reload();
    expect(await page.getByLabel('Operator token').isVisible()).toBe(true);
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
  });

  test('rows come, change and leave by themselves, and times go on without a request', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn();
    const opened = await stage.open();
    const row = dashboard.row(opened.scene.id);
    await row.getByText('Waiting').waitFor();
    expect(await row.innerText()).toMatch(/Chrome · Linux\s+203\.0\.113\.0\/24/);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await row.locator('.age').getByText('2 s', { exact: true }).waitFor();
    expect(requests).toEqual([]);
    await stage.scenes.attach(opened.scene.id, opened.claim, 'node-a');
    await row.getByText('Connected').waitFor();
    await stage.confirm(opened);
    await row.getByText('Confirmed').waitFor();
    await stage.scenes.cancelByBrowser(opened.scene.id, opened.claim);
    await row.getByText('Cancelled').waitFor();
    await row.waitFor({ state: 'detached', timeout: 20_000 });
    expect(await page.getByText('Nobody is signing in right now').isVisible()).toBe(true);
    expect(await blemishes(page)).toMatchObject({ violations: [] });
  }, 40_000);

  test('the keyboard cancels one, after a second thought', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn();
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
    await dashboard.row(scene.id).getByText('Cancelled').waitFor();
    expect(await stage.scenes.read(scene.id)).toMatchObject({ state: 'cancelled', reason: 'operator' });
    expect(await page.locator(':focus').getAttribute('title')).toBe(scene.id);
    expect(await page.locator('#announcement').textContent()).toBe(`Scene ${name} is cancelled`);
  });

  test('nothing moves under the pointer, and no number moves a column', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const [first] = await stage.openMany(1);
    await dashboard.signIn();
    await dashboard.row(first!).hover();
    const [second] = await stage.openMany(1);
    await stage.scenes.cancelByOperator(first!);
    await dashboard.row(first!).getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    expect(await dashboard.row(second!).count()).toBe(0);
    await page.mouse.move(0, 0);
    await dashboard.row(second!).waitFor();
    expect(await page.getByRole('row').nth(1).getByRole('link').getAttribute('title')).toBe(second);
    const widths = (): Promise<number[]> =>
      page
        .locator('#scenes th')
        .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
    const before = await widths();
    await stage.open({ site: 'a-site-with-a-name-of-32-letters' });
    await page.getByRole('cell', { name: 'a-site-with-a-name-of-32-letters' }).waitFor();
    expect(await widths()).toEqual(before);
  });

  test('filters stand in the address, and the server looks through them', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const shop = await stage.open();
    const bank = await stage.open({ site: 'bank' });
    await dashboard.signIn('/ops?site=bank&state=%22');
    await dashboard.row(bank.scene.id).waitFor();
    expect(await dashboard.row(shop.scene.id).count()).toBe(0);
    expect(dashboard.search).toBe('?site=bank');
    await page.getByLabel('State').selectOption('scanned');
    await page.getByText('No login matches these filters').waitFor();
    expect(dashboard.search).toBe('?state=scanned&site=bank');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await dashboard.row(shop.scene.id).waitFor();
    expect(dashboard.search).toBe('');
    await page.getByRole('link', { name: '中文' }).click();
    await page.getByRole('columnheader', { name: '账号' }).waitFor();
  });

  test('comes back by itself, and asks who comes when the session is over', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn();
    stage.ops.close();
    await page.getByText('Reconnecting').first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().clearCookies();
    stage.ops.close();
    await page.getByText('Your session has ended').waitFor();
    expect(await page.getByLabel('Operator token').isVisible()).toBe(true);
  });

  test('tells a store that is away from a server that is', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn();
    await page.route('**/ops/session', (route) => route.fulfill({ status: 503 }));
    await page.reload();
    await page.locator('#link').getByText('The store is away').waitFor();
    await page.locator('#empty').getByText('The store is away').waitFor();
    await page.unroute('**/ops/session');
    await page.route('**/ops/session', (route) => route.abort());
    await page.getByText('The logins appear as soon as it answers').waitFor();
    await page.unroute('**/ops/session');
    const [id] = await stage.openMany(1);
    await dashboard.row(id!).waitFor();
    expect(await page.locator('#empty').isVisible()).toBe(false);
  });

  test('says how old it is what is shown while the server cannot be reached', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn();
    await dashboard.row(id!).waitFor();
    const { port } = new URL(stage.url);
    stage.server.close();
    stage.server.closeAllConnections();
    stage.ops.close();
    await page.getByText(/Reconnecting… · You see what was known at \d\d:\d\d:\d\d/).waitFor();
    expect(await dashboard.row(id!).isVisible()).toBe(true);
    await stage.listen(Number(port));
    await page.locator('[data-link="live"]').waitFor({ timeout: 15_000 });
    expect(await page.locator('#stale').isVisible()).toBe(false);
  }, 40_000);
});
