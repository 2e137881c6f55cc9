import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/telemetry/audit.ts';
import { blemishes, soon } from '../pages/chromium.ts';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';
import { viewToken } from './stage.ts';
import type { Stage } from './stage.ts';

const view = '/ops?view=audit';
const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
const sceneId = 'AbCdEfGhIjKlMnOpQrStUv';

const started: AuditEvent = { kind: 'started', actor: 'node', facts: { version: '1.2.3' } };
const forged: AuditEvent = {
  kind: 'webhook_forged',
  actor: 'wechat',
  account: 'main',
  ip: '203.0.113.77',
  reason: 'signature',
};
const second: AuditEvent = {
  kind: 'second_scanner',
  actor: 'wechat',
  site: 'shop',
  account: 'main',
  sceneId,
  reason: 'not_the_owner',
};

const entries = (page: Page): Locator => page.locator('.trail tbody tr');
const note = (page: Page): Locator => page.locator('.audit .empty');
const kinds = (page: Page): Promise<string[]> => entries(page).locator('code').allInnerTexts();

/** In this order, and in the trail when it returns. */
async function happen(stage: Stage, ...events: AuditEvent[]): Promise<void> {
  const before = (await stage.trail.page({ limit: 500 })).entries.length;
  for (const event of events) stage.auditLog.note(event);
  const written = async (): Promise<number> => (await stage.trail.page({ limit: 500 })).entries.length;
  await expect.poll(written, soon).toBe(Math.min(500, before + events.length));
}

describe.skipIf(noChromium)('the view "audit"', () => {
  const open = useDashboard();

  test('tells who did what, in plain words, the newest first', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await happen(stage, started, forged, second);
    await dashboard.signIn(view);
    await entries(page).first().waitFor();
    expect(await kinds(page)).toEqual(['operator_signed_in', 'second_scanner', 'webhook_forged', 'started']);
    const [signedIn, scanner, forgery] = await entries(page).allInnerTexts();
    expect(signedIn).toMatch(/^now\s+\d+ \w+ \d{4}, \d\d:\d\d:\d\d\s+An operator signed in/);
    expect(scanner).toMatch(/A second person scanned the same code/);
    expect(scanner).toMatch(/the login stays with the first one/);
    expect(forgery).toMatch(/wrong signature[\s\S]+WeChat\s+– · main\s+–\s+203\.0\.113\.0\/24/);
    expect(await entries(page).locator('time').first().getAttribute('title')).toMatch(/GMT|UTC/);
    expect(await page.locator('.audit .lead').innerText()).toMatch(/Times in \S+/);
    expect(await blemishes(page)).toMatchObject({ violations: [] });
  });

  test('an entry leads to its scene, and back', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await happen(stage, second);
    await dashboard.signIn(`${view}&akind=second_scanner`);
    await page.getByRole('link', { name: 'Show scene AbCdEfGh' }).click();
    await dashboard.drawer.waitFor();
    expect(dashboard.search).toBe(`?view=audit&akind=second_scanner&scene=${sceneId}`);
    await page.keyboard.press('Escape');
    await dashboard.drawer.waitFor({ state: 'hidden' });
    await expect.poll(() => dashboard.search, soon).toBe('?view=audit&akind=second_scanner');
    expect(await kinds(page)).toEqual(['second_scanner']);
  });

  test('filters stand in the address, beside those of the scenes, and go into what is downloaded', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await happen(stage, started, forged, second);
    await dashboard.signIn(`${view}&site=bank&lang=en`);
    await entries(page).nth(3).waitFor();
    await page.getByLabel('Event').selectOption('second_scanner');
    await expect.poll(() => kinds(page), soon).toEqual(['second_scanner']);
    await page.getByRole('combobox', { name: 'Site', exact: true }).last().fill('shop');
    await expect
      .poll(() => dashboard.search, soon)
      .toBe('?view=audit&site=bank&lang=en&akind=second_scanner&asite=shop');
    const language = await page.getByRole('link', { name: '中文' }).getAttribute('href');
    expect(new URLSearchParams(language!.split('?')[1]).get('akind')).toBe('second_scanner');
    for (const [name, format] of [['JSON lines', 'jsonl'] as const, ['CSV', 'csv'] as const]) {
      const link = page.getByRole('link', { name, exact: true });
      expect(await link.getAttribute('href')).toBe(
        `/ops/api/audit/export?kind=second_scanner&site=shop&format=${format}`,
      );
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`^saoma-audit-.*\\.${format}$`));
    }
    await page.reload();
    await expect.poll(() => kinds(page), soon).toEqual(['second_scanner']);
    await page.getByLabel('Actor').fill('nobody');
    await page.getByText('No entry matches these filters.').waitFor();
    await page.goBack();
    await expect.poll(() => kinds(page), soon).toEqual(['second_scanner']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(async () => (await kinds(page)).length, soon).toBeGreaterThan(3);
    expect(dashboard.search).toBe('?view=audit&site=bank&lang=en');
  });

  test('in Chinese the warnings of a node, too, as far as they are known', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const warnings =
      'limits.scenesPerIp is 0: there is no such limit. Another one. server.trustedProxies holds 0.0.0.0/0: anybody can claim any address.';
    await happen(stage, { ...started, facts: { warnings } });
    await dashboard.signIn(`${view}&lang=zh`);
    await page
      .getByText(
        'limits.scenesPerIp 为 0：没有这项限制。 Another one. server.trustedProxies 包含 0.0.0.0/0：',
      )
      .waitFor();
    expect(await entries(page).first().innerText()).toMatch(/权限:?\s+运维\s+方式:?\s+令牌/);
  });

  test('goes back in time, and comes forward again', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await happen(stage, ...Array.from({ length: 230 }, (_, i) => ({ ...started, facts: { number: i } })));
    await dashboard.signIn(`${view}&akind=started`);
    await expect.poll(() => entries(page).count(), soon).toBe(100);
    for (const count of [200, 230]) {
      await page.getByRole('button', { name: 'Load older entries' }).press('Enter');
      await expect.poll(() => entries(page).count(), soon).toBe(count);
    }
    await page.getByText('There is nothing older').waitFor();
    expect(await page.getByRole('button', { name: 'Load older entries' }).isVisible()).toBe(false);
    expect(await page.evaluate<number>('document.activeElement.rowIndex')).toBe(201);
    await happen(stage, { ...started, facts: { number: 230 } });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect.poll(() => entries(page).count(), soon).toBe(100);
    expect(await entries(page).first().innerText()).toMatch(/number\s+230/);
  });

  test('says when it has nothing, is refused, or the store is away', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn(`${view}&akind=started`);
    await page.getByText('No entry matches these filters.').waitFor();
    await page.getByLabel('Actor').fill('\u202E');
    await note(page).getByText('The server does not accept these filters.').waitFor();
    await page.route('**/ops/api/audit?*', (route) => route.fulfill({ status: 503, json: {} }));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await note(page).getByText('The store is away.').waitFor();
    await page.unroute('**/ops/api/audit?*');
    await happen(stage, started);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => kinds(page), soon).toEqual(['started', 'operator_signed_in']);
    await page.route('**/ops/api/audit?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Refresh' }).click();
    const fault = page.locator('.audit').getByText('The audit trail could not be loaded.');
    await fault.waitFor();
    expect(await kinds(page)).toEqual(['started', 'operator_signed_in']);
    expect((await fault.boundingBox())!.y).toBeLessThan((await entries(page).first().boundingBox())!.y);
    expect(await page.locator('.as-of').innerText()).toMatch(/^As at \d\d:\d\d:\d\d$/);
    await page.unroute('**/ops/api/audit?*');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Updated now').waitFor();
    expect(await fault.isVisible()).toBe(false);
  });

  test('what people wrote is text, bounded, and fits a phone', async () => {
    const dashboard = await open({ context: { locale: 'en-US', viewport: { width: 360, height: 700 } } });
    const { page, stage } = dashboard;
    const evil = `"><img src=x onerror="document.title=1">\u202E${'x'.repeat(5000)}`;
    await happen(stage, { ...forged, actor: evil, site: evil, sceneId: evil, facts: { userAgent: evil } });
    await dashboard.signIn(`${view}&akind=webhook_forged`, viewToken);
    const entry = entries(page).first();
    await entry.getByText('A forged WeChat message was refused').waitFor();
    expect(await page.locator('.audit img').count()).toBe(0);
    expect((await entry.innerText()).length).toBeLessThan(1500);
    expect(await entry.innerText()).not.toMatch(/\u202E/);
    expect(await page.evaluate(tooWide)).toBe(false);
    await page.getByRole('link', { name: '中文' }).click();
    await page.getByText('拒绝了伪造的微信推送').last().waitFor();
    expect(await page.evaluate(tooWide)).toBe(false);
  });
});
