import { describe, expect, test } from 'vitest';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';
import { viewToken } from './stage.ts';

describe.skipIf(noChromium)('the views of the dashboard', () => {
  const open = useDashboard();

  test('links lead to them, with filters and language, and "back" leads back', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn('/ops?site=shop&lang=zh');
    const views = page.getByRole('navigation', { name: '页面' });
    expect(await views.getByRole('link').allInnerTexts()).toEqual(['登录', '概览', '审计']);
    await views.getByRole('link', { name: '概览' }).click();
    await page.getByRole('region', { name: '概览', exact: true }).waitFor();
    expect(dashboard.search).toBe('?view=insight&site=shop&lang=zh');
    expect(await page.locator('#view-scenes').isVisible()).toBe(false);
    expect(await views.locator('[aria-current]').innerText()).toBe('概览');
    expect(await page.title()).toMatch(/概览 · Saoma$/);
    await views.getByRole('link', { name: '审计' }).click();
    await page.locator('#view-audit > *').first().waitFor();
    await page.goBack();
    await page.getByRole('region', { name: '概览', exact: true }).waitFor();
    await page.goBack();
    await page.locator('#view-scenes').waitFor();
    expect(dashboard.search).toBe('?site=shop&lang=zh');
    await page.goForward();
    await page.getByRole('region', { name: '概览', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('region', { name: '概览', exact: true }).waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('region', { name: 'Insight', exact: true }).waitFor();
    expect(dashboard.search).toBe('?view=insight&site=shop&lang=en');
  });

  test('filters are steps, too', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn();
    await dashboard.row(id!).waitFor();
    await page.getByLabel('State').selectOption('denied');
    await page.getByText('No login matches these filters').waitFor();
    await page.goBack();
    await dashboard.row(id!).waitFor();
    expect(await page.getByLabel('State').inputValue()).toBe('');
    await page.goForward();
    await page.getByText('No login matches these filters').waitFor();
  });

  test('the audit trail leads to a scene beside it, and back', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn();
    await page.getByRole('button', { name: 'Cancel scene' }).click();
    await page.keyboard.press('Enter');
    await dashboard.row(id!).getByText('Cancelled').waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('region', { name: 'Audit', exact: true }).getByTitle(id!).click();
    await drawer.getByText('An operator cancelled it').waitFor();
    expect(dashboard.search).toBe(`?view=audit&scene=${id}`);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await expect.poll(() => dashboard.search).toBe('?view=audit');
    expect(await dashboard.focused()).toBe(id);
  });

  test('one that cannot be loaded says so, and can be tried again', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await page.route('**/ops/insight/insight.js', (route) => route.abort());
    await dashboard.signIn('/ops?view=insight');
    await page.getByText('This view could not be loaded').waitFor();
    await page.unroute('**/ops/insight/insight.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#view-insight h2').first().waitFor();
    expect(dashboard.search).toBe('?view=insight');
  });

  test('nothing of a view stays after signing out', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn('/ops?view=audit');
    await page.locator('#view-audit > *').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').waitFor();
    expect(await page.locator('#view-audit > *').count()).toBe(0);
  });

  test('whoever may only look sees everything, and nothing to press', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn('/ops', viewToken);
    await page.getByText('view only').waitFor();
    await dashboard.row(id!).waitFor();
    expect(await page.getByRole('button', { name: /Cancel/ }).count()).toBe(0);
    expect(await page.getByRole('columnheader', { name: 'Action' }).count()).toBe(0);
    await dashboard.row(id!).getByRole('link').click();
    await drawer.locator('.fact-address').getByText('203.0.113.0/24').waitFor();
    expect(await page.getByRole('button', { name: /Cancel/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await dashboard.signIn();
    await page.getByText('operator', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel scene' }).waitFor();
  });
});
