import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';
import type { Dashboard } from './dashboard.ts';
import { token } from './stage.ts';

/** As the store does when nobody reaches it. */
function storeIsAway({ stage }: Dashboard): void {
  vi.spyOn(stage.sessions, 'use').mockRejectedValue(new AppError('store_unavailable'));
}

describe.skipIf(noChromium)('what the dashboard says of its connection', () => {
  const open = useDashboard();

  test('a store that goes away is named within seconds, though the socket stays open', async () => {
    const dashboard = await open();
    const { page } = dashboard;
    await dashboard.signIn();
    storeIsAway(dashboard);
    await page.locator('#link').getByText('The store is away').waitFor({ timeout: 7_000 });
    await page.getByText(/^The store is away\. Trying again… · You see what was known at \d/).waitFor();
    vi.restoreAllMocks();
    await page.locator('[data-link="live"]').waitFor();
    expect(await page.locator('#stale').isVisible()).toBe(false);
  });

  test('who does not want to wait connects at once', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await dashboard.signIn();
    await page.route('**/ops/session', (route) => route.abort());
    const { port } = new URL(stage.url);
    stage.server.close();
    stage.server.closeAllConnections();
    stage.ops.close();
    const again = page.getByRole('button', { name: 'Reconnect now' });
    await again.waitFor();
    await page.evaluate('Math.random = () => 600');
    await page.waitForEvent('requestfailed', { timeout: 15_000 });
    await page.unroute('**/ops/session');
    await stage.listen(Number(port));
    await again.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-link="live"]').waitFor();
    expect(await dashboard.focused()).toBe('main');
  }, 40_000);

  test('what could not be cancelled says so until the server is heard again', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const [id] = await stage.openMany(1);
    await dashboard.signIn();
    await page.route('**/cancel', (route) => route.fulfill({ status: 503 }));
    await dashboard.row(id!).getByRole('button', { name: 'Cancel scene' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const failed = dashboard.row(id!).getByText('Not cancelled. Try again');
    await failed.waitFor();
    await failed.waitFor({ state: 'hidden', timeout: 12_000 });
    expect(await dashboard.row(id!).getByRole('button', { name: 'Cancel scene' }).isVisible()).toBe(true);
  }, 30_000);

  test('at another address than its own it says where to sign in', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    await page.goto(`${stage.url.replace('127.0.0.1', 'localhost')}/ops?view=audit`);
    const link = page.getByRole('alert').getByRole('link', { name: stage.url });
    await link.waitFor();
    await page.getByLabel('Operator token').fill(token);
    await page.keyboard.press('Enter');
    await link.click();
    await page.waitForURL(`${stage.url}/ops?view=audit`);
    expect(await page.getByRole('alert').first().innerText()).toBe('');
  });
});
