import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { deriveCode } from '../../src/scene/code.ts';
import { blemishes, soon } from '../pages/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { paths } from '../wechat/fake-wechat.ts';
import { stage as miniProgramStage } from '../wechat/mini-program-stage.ts';
import { openid, stage as wechatStage } from '../wechat/support.ts';
import type { Dashboard } from './dashboard.ts';
import { useDashboard } from './dashboard.ts';

const view = '/ops?view=insight';
const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
/** Runs in the page: the first chart, as it is painted. */
const painted = `document.querySelector('.plot canvas').toDataURL()`;

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const steps = (page: Page): Promise<string[]> =>
  page.locator('.funnel .step').evaluateAll((all) => all.map((step) => step.textContent ?? ''));

/** Four codes: one is redeemed, one confirmed and no more, one given up, one waits. */
async function someLogins({ stage }: Dashboard): Promise<void> {
  const [redeemed, confirmed, givenUp] = await Promise.all([1, 2, 3, 4].map(() => stage.open()));
  await stage.confirm(redeemed!);
  await stage.confirm(confirmed!);
  await stage.scenes.redeem(deriveCode(redeemed!.scene.id, redeemed!.claim), { site: 'shop' });
  await stage.scenes.cancelByBrowser(givenUp!.scene.id, givenUp!.claim);
}

/** What is told of the running minute has a while before it is the last one. */
async function earlyInAMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 15_000) await new Promise((resolve) => setTimeout(resolve, left));
}

describe.skipIf(noChromium)('the view "insight"', () => {
  const open = useDashboard();

  test('says where nothing has happened yet', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn(view);
    for (const said of [
      'No code was shown in the last hour.',
      'None in the last hour.',
      'No login in the last hour',
      'Nothing was pushed in the last hour',
      'No account is known yet.',
    ])
      await page.getByText(said, { exact: true }).waitFor();
    expect(await steps(page)).toEqual(['Shown0 –', 'Scanned0 –', 'Confirmed0 –', 'Signed in0 –']);
  });

  test('tells live what becomes of logins, and nothing moves for it', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn(view);
    await someLogins(dashboard);
    await expect.poll(() => steps(page), soon).toContain('Signed in1 25%');
    expect(await steps(page)).toEqual(['Shown4 100%', 'Scanned2 50%', 'Confirmed2 50%', 'Signed in1 25%']);
    const funnel = panel(page, 'From code to login');
    await funnel.getByText('2 not scanned · 50%').waitFor();
    await funnel.getByText('1 not redeemed by the site · 50%').waitFor();
    const causes = panel(page, 'Why logins ended without success').getByRole('listitem');
    expect(await causes.allInnerTexts()).toEqual([
      expect.stringMatching(/^Given up in the browser\s+1\s+100%/),
    ]);
    expect(await causes.locator('.bar').evaluate((bar) => bar.style.cssText)).toBe('--part: 1;');
    await page.getByText(/^Most people signed in at \d\d:\d\d: 1 in that minute\./).waitFor();
    const { shifts } = await blemishes(page);
    await someLogins(dashboard);
    await expect.poll(() => steps(page), soon).toContain('Shown8 100%');
    expect(await blemishes(page)).toEqual({ shifts, violations: [] });
  });

  test('charts are read minute by minute, by keyboard and as a table', async () => {
    await earlyInAMinute();
    const dashboard = await open();
    const { page } = dashboard;
    await someLogins(dashboard);
    await dashboard.signIn(view);
    const chart = panel(page, 'Logins per minute');
    const slider = chart.getByRole('slider', { name: /^Logins per minute\./ });
    await chart.locator('canvas').waitFor();
    await slider.focus();
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'), soon)
      .toMatch(/so far: Codes shown 4, Signed in 1$/);
    const at = chart.locator('.legend .at');
    const last = await at.innerText();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuenow')).toBe('1');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d: Codes shown 0, Signed in 0$/);
    expect(await at.innerText()).not.toBe(last);
    await page.keyboard.press('End');
    expect(await at.innerText()).toBe(last);
    await chart.getByText('Show as a table').click();
    const rows = chart.getByRole('table', { name: 'Logins per minute' }).getByRole('row');
    expect(await rows.count()).toBe(61);
    expect(await rows.nth(1).innerText()).toMatch(/so far\s+4\s+1$/);
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width - 25, box.y + 50);
    expect(await at.innerText()).toMatch(/so far/);
  }, 40_000);

  test('without the charts the figures are there all the same', async () => {
    await earlyInAMinute();
    const dashboard = await open();
    const { page } = dashboard;
    await page.route('**/ops/vendor/*.js', (route) => route.abort());
    await someLogins(dashboard);
    await dashboard.signIn(view);
    const chart = panel(page, 'Logins per minute');
    await chart.getByText('The chart could not be loaded. The table below has all figures.').waitFor();
    await chart.getByText('Show as a table').click();
    await expect.poll(() => chart.getByRole('row').nth(1).innerText(), soon).toMatch(/so far\s+4\s+1$/);
  }, 40_000);

  test('charts follow the colours of the system and the width of the window', async () => {
    const dashboard = await open({ context: { locale: 'en-US', colorScheme: 'light' } });
    const { page } = dashboard;
    await someLogins(dashboard);
    await dashboard.signIn(view);
    await page.locator('.plot canvas').first().waitFor();
    await page.getByText(/^Most people signed in at/).waitFor();
    const light = await page.evaluate<string>(painted);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => page.evaluate<string>(painted), soon).not.toBe(light);
    for (const width of [1600, 900, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const widths = `[...document.querySelectorAll('.plot')].map((plot) => plot.querySelector('.uplot').offsetWidth - plot.clientWidth)`;
      await expect.poll(() => page.evaluate(widths), soon).toEqual([0, 0]);
      expect([width, await page.evaluate(tooWide)]).toEqual([width, false]);
    }
  });

  test('nodes: mixed versions and a busy one are marked, and time goes on', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn(view);
    await page.getByText('All well: 1 node, 0 accounts.').waitFor();
    const startedAt = Date.now() - 59_000;
    await stage.nodes.beat({
      node: 'node-b',
      version: '2.0.0',
      startedAt,
      sockets: 1200,
      lagP99Seconds: 0.3,
    });
    const nodes = panel(page, 'Nodes');
    await nodes.getByText('More than one version is running: 1.2.3, 2.0.0.').waitFor();
    const row = nodes.getByRole('row').filter({ hasText: 'node-b' });
    expect(await row.innerText()).toMatch(/1,200\s+300 ms · slow\s+2\.0\.0 · other version/);
    await row.getByText(/^1 min 0\d s$/).waitFor();
    await page.getByRole('link', { name: 'Node node-b is too busy: its event loop lags.' }).click();
    expect(await dashboard.focused()).toBe('panel-nodes');
  });

  test.each([
    {
      lang: 'en',
      said: 'WeChat does not let this server’s address in',
      remedy: /IP whitelist in the account's developer/,
    },
    { lang: 'zh', said: '本服务器的 IP 不在微信的白名单中', remedy: /加入该账号开发设置中的 IP 白名单/ },
  ])('accounts: what WeChat complains of, in plain words ($lang)', async ({ lang, said, remedy }) => {
    const { wechat, account, clock } = await wechatStage();
    clock.time = Date.now();
    await account.createQrCode('one', 60);
    wechat.answer(paths.userInfo, () => ({
      errcode: 40164,
      errmsg: 'invalid ip 203.0.113.9, not in whitelist',
    }));
    await account.userInfo(openid).catch(() => undefined);
    const dashboard = await open({ accounts: [account] });
    const { page } = dashboard;
    await dashboard.signIn(`${view}&lang=${lang}`);
    const card = page.locator('.insight .account');
    await card.getByText(said, { exact: true }).waitFor();
    expect(await card.innerText()).toMatch(remedy);
    expect(await card.innerText()).toMatch(/40164/);
    const meter = card.getByRole('meter');
    expect(await meter.getAttribute('aria-valuenow')).toBe('1');
    expect(await meter.getAttribute('aria-valuemax')).toBe('100000');
    expect(await page.locator('.concerns').innerText()).toContain(said);
  });

  test.each([
    { lang: 'en', kind: 'Mini program', codes: /Mini-program codes\s+no limit/, title: 'Accounts' },
    { lang: 'zh', kind: '小程序', codes: /小程序码\s+无限制/, title: '账号' },
  ])('accounts: a mini program has no quota ($lang)', async ({ lang, kind, codes, title }) => {
    const { account } = await wechatStage();
    const { program } = await miniProgramStage();
    const dashboard = await open({
      accounts: [account],
      miniPrograms: [program],
      context: { locale: 'en-US', viewport: { width: 360, height: 800 } },
    });
    const { page } = dashboard;
    await dashboard.signIn(`${view}&lang=${lang}`);
    const cards = panel(page, title).locator('.account');
    const card = cards.filter({ hasText: kind });
    await card.waitFor();
    expect(await card.innerText()).toMatch(codes);
    expect(await card.getByRole('meter').count()).toBe(0);
    expect(await cards.getByRole('meter').count()).toBe(1);
    expect(await page.evaluate(tooWide)).toBe(false);
  });

  test('messages are told of once there are any', async () => {
    const dashboard = await open({ context: { locale: 'en-US', viewport: { width: 360, height: 800 } } });
    const { page, stage } = dashboard;
    await dashboard.signIn(view);
    const nodes = panel(page, 'Nodes');
    await nodes.getByText('1 node, 7 sockets.').waitFor();
    expect(await nodes.getByText('Messages, last hour').isVisible()).toBe(false);
    const { node, version, startedAt } = (await stage.nodes.list())[0]!;
    await stage.nodes.beat({ node, version, startedAt, sockets: 7, messageSockets: 1234 });
    stage.tally.messages('delivered', 2345);
    stage.tally.messages('refused', 1);
    await nodes.getByText('1 node, sockets: 7 for logins, 1,234 for messages.').waitFor();
    await nodes.getByText('delivered 2,345 · refused 1').waitFor();
    expect(await page.evaluate(tooWide)).toBe(false);
  });

  test('nothing is well while the server is not heard', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn(view);
    await page.getByText('All well: 1 node, 0 accounts.').waitFor();
    const { port } = new URL(stage.url);
    stage.server.close();
    stage.server.closeAllConnections();
    stage.ops.close();
    await page.getByText(/^Connection lost\. Reconnecting… · All figures below are of \d/).waitFor();
    expect(await page.getByText('All well').count()).toBe(0);
    await stage.listen(Number(port));
    await page.getByText('All well: 1 node, 0 accounts.').waitFor({ timeout: 15_000 });
  }, 40_000);

  test('nothing is drawn while nobody looks, and all of it when somebody comes back', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn(view);
    await page.getByText('No code was shown in the last hour.').waitFor();
    await page.getByRole('link', { name: 'Scenes', exact: true }).click();
    await someLogins(dashboard);
    await page.locator('#number-pending').getByText('1', { exact: true }).waitFor();
    expect((await steps(page))[0]).toBe('Shown0 –');
    await page.getByRole('link', { name: 'Insight', exact: true }).click();
    await expect.poll(() => steps(page), soon).toContain('Shown4 100%');
  });
});
