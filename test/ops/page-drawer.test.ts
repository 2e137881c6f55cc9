import { describe, expect, test } from 'vitest';
import { noChromium } from '../support/needs.ts';
import { stage as miniProgramStage } from '../wechat/mini-program-stage.ts';
import { useDashboard } from './dashboard.ts';

const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

describe.skipIf(noChromium)('one scene in full', () => {
  const open = useDashboard();

  test('the keyboard opens it, stays in it, and is given back where it was', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [, second] = await stage.openMany(2);
    await dashboard.signIn();
    const link = dashboard.row(second!).getByRole('link');
    await link.focus();
    await page.keyboard.press('Enter');
    await drawer.getByText('its page has not connected').waitFor();
    expect(dashboard.search).toBe(`?scene=${second}`);
    expect(await drawer.getAttribute('aria-labelledby')).toBe('drawer-title');
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("dialog, body").tagName')).toMatch(
        /DIALOG|BODY/,
      );
      expect(await page.evaluate('document.activeElement.closest("main, header") === null')).toBe(true);
    }
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await dashboard.focused()).toBe(second);
    expect(dashboard.search).toBe('');
  });

  test('tells the course as it goes on, and its end in plain words', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const opened = await stage.open();
    await dashboard.signIn();
    await dashboard.row(opened.scene.id).getByRole('link').click();
    await stage.scenes.attach(opened.scene.id, opened.claim, 'node-a');
    await drawer.getByText('nobody has scanned it yet').waitFor();
    await drawer.getByText('Connected · at node node-a · connected once').waitFor();
    await stage.confirm(opened);
    await drawer.getByText('The website has yet to redeem').waitFor();
    await drawer.getByText(/^oOP\S+ · already a follower$/).waitFor();
    expect(await drawer.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^Opened\s+\d\d:\d\d:\d\d\.\d{3} (just now|\d s ago)$/),
      expect.stringMatching(/^Scanned \+[\d.]+ m?s\s+\d\d:/),
      expect.stringMatching(/^Confirmed \+[\d.]+ m?s\s+\d\d:/),
      expect.stringMatching(/^Expires in /),
    ]);
    expect(await drawer.locator('.fact-address').innerText()).toBe('203.0.113.77');
    expect(await drawer.innerText()).toMatch(/Times in \S/);
    await stage.scenes.cancelByBrowser(opened.scene.id, opened.claim);
    await drawer.getByText('gave up in the browser').waitFor();
    expect(await drawer.getByRole('button', { name: /^Cancel/ }).count()).toBe(0);
    expect(await drawer.locator('.drawer-foot').isVisible()).toBe(false);
    expect(await page.locator('#drawer').innerText()).not.toContain('oOPENIDofsomebody0000000001');
  });

  test('lies over the whole page, which does not move for it', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const ids = await stage.openMany(40);
    await dashboard.signIn();
    await dashboard.row(ids[0]!).waitFor();
    const place = () => page.locator('#scenes').boundingBox();
    const before = await place();
    await dashboard.row(ids[39]!).getByRole('link').click();
    await drawer.getByText(ids[39]!).waitFor();
    const right = 'document.querySelector("#drawer").getBoundingClientRect().right - innerWidth';
    await expect.poll(() => page.evaluate(right)).toBe(0);
    expect(await place()).toEqual(before);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await place()).toEqual(before);
  });

  test.each([
    { lang: 'en', kind: 'Mini program', approval: 'A tap on the phone', denied: 'declined it on the phone' },
    { lang: 'zh', kind: '小程序', approval: '在手机上点按确认', denied: '在手机上拒绝了登录' },
  ])('of a mini program, whose person says no ($lang)', async ({ lang, kind, approval, denied }) => {
    const { program } = await miniProgramStage();
    const context = { locale: 'en-US', viewport: { width: 360, height: 800 } };
    const dashboard = await open({ miniPrograms: [program], context });
    const { page, stage, drawer } = dashboard;
    const who = { account: 'mini', openid: 'oOPENIDofsomebody0000000001' };
    const { scene } = await stage.open({ account: 'mini', approval: 'tap' });
    const other = await stage.open();
    await dashboard.signIn(`/ops?lang=${lang}`);
    const kindOf = (sceneId: string) => dashboard.row(sceneId).locator('td.account small').innerText();
    expect([await kindOf(scene.id), await kindOf(other.scene.id)]).toEqual([kind, '']);
    expect(await page.evaluate(tooWide)).toBe(false);
    await dashboard.row(scene.id).getByRole('link').click();
    await stage.scenes.scan(scene.id, { ...who, followed: false, isAsked: true });
    await drawer.getByText('oOPE…001', { exact: true }).waitFor();
    expect(await drawer.locator('.fact-account').innerText()).toBe(`mini · ${kind}`);
    expect(await drawer.locator('.fact-approval').innerText()).toBe(approval);
    await stage.scenes.answer(scene.id, who, 'decline', { unionid: null, user: null });
    await drawer.getByText(denied).waitFor();
    expect(await drawer.locator('.timeline li').count()).toBe(3);
  });

  test('cancels, asked once more in the same place', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn(`/ops?scene=${id}`);
    await drawer.getByRole('button', { name: 'Cancel scene' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await drawer.isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await drawer.getByText('An operator cancelled it').waitFor();
    expect(await dashboard.focused()).toBe('Close');
    expect(await stage.scenes.read(id!)).toMatchObject({ state: 'cancelled', reason: 'operator' });
  });

  test('a link leads to it, and "back" and "forward" open and close it', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn(`/ops?scene=${id}`);
    await drawer.getByText(id!).waitFor();
    await drawer.getByRole('button', { name: 'Close' }).click();
    await drawer.waitFor({ state: 'hidden' });
    expect(dashboard.search).toBe('');
    await dashboard.row(id!).locator('.age').click();
    await drawer.waitFor();
    await page.goBack();
    await drawer.waitFor({ state: 'hidden' });
    await page.goForward();
    await drawer.waitFor();
    // Beside it is outside.
    await page.mouse.click(20, 300);
    await drawer.waitFor({ state: 'hidden' });
    await expect.poll(() => dashboard.search).toBe('');
  });

  test('says that a scene is gone, and ignores what is none', async () => {
    const dashboard = await open();
    const { page, drawer } = dashboard;
    await dashboard.signIn('/ops?scene=AAAAAAAAAAAAAAAAAAAAAA');
    await drawer.getByText('it ended more than a minute ago').waitFor();
    expect(await drawer.getByRole('button').allInnerTexts()).toEqual(['Close']);
    await page.goto(`${dashboard.stage.url}/ops?scene=%3Cimg%3E`);
    await page.locator('[data-link="live"]').waitFor();
    expect(await drawer.count()).toBe(0);
  });
});
