import { describe, expect, test } from 'vitest';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';

describe.skipIf(noChromium)('many scenes on the dashboard', () => {
  const open = useDashboard();

  test('the newest are live, the older ones come page by page', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const ids = await stage.openMany(720);
    const scenes = await Promise.all(ids.map((id) => stage.scenes.read(id)));
    const times = new Map(scenes.map((scene) => [scene?.id, scene?.createdAt ?? 0]));
    const timeOf = (id: string | null): number => times.get(id ?? '') ?? 0;
    await dashboard.signIn();
    await page.getByText('The newest 500 of 720 logins').waitFor();
    expect(await page.locator('#scenes-rows tr').count()).toBe(500);
    await page.route('**/ops/api/scenes?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Show older logins' }).click();
    const again = page.getByRole('button', { name: 'Older logins could not be loaded. Try again' });
    await again.waitFor();
    await page.unroute('**/ops/api/scenes?*');
    await again.click();
    const older = page.getByRole('region', { name: 'Older logins' });
    await older.getByText(/^As at \d\d:\d\d:\d\d, not live$/).waitFor();
    const idsIn = (rows: string): Promise<(string | null)[]> =>
      page.locator(`${rows} a`).evaluateAll((links) => links.map((link) => link.getAttribute('title')));
    const shown = (): Promise<(string | null)[]> => idsIn('#older-rows');
    expect(await dashboard.focused()).toBe('older-next');
    const live = await idsIn('#scenes-rows');
    const first = await shown();
    await older.getByRole('button', { name: 'Older' }).click();
    await expect.poll(shown).not.toEqual(first);
    const second = await shown();
    await older.getByRole('button', { name: 'Older' }).click();
    await expect.poll(async () => (await shown()).length).toBe(20);
    const all = [live, first, second, await shown()].flat();
    expect(all.map(timeOf)).toEqual(all.map(timeOf).toSorted((a, b) => b - a));
    expect(new Set(all)).toEqual(new Set(ids));
    expect(all.length).toBe(ids.length);
    expect(await older.getByRole('button', { name: 'Older' }).getAttribute('aria-disabled')).toBe('true');
    await older.getByRole('button', { name: 'Newer' }).click();
    await older.getByRole('button', { name: 'Newer' }).click();
    await expect.poll(shown).toEqual(first);
    await dashboard.row(first[3]!).getByRole('link').click();
    await dashboard.drawer.getByText(first[3]!).waitFor();
  }, 60_000);

  test('five hundred rows that all change are changed in place', async () => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const ids = await stage.openMany(500);
    await dashboard.signIn();
    await page.getByText('500 logins').waitFor();
    await page.evaluate(
      `for (const row of document.querySelectorAll('#scenes-rows tr')) row.wasThere = true`,
    );
    for (const id of ids) await stage.scenes.scan(id, { account: 'main', openid: `o${id}`, followed: false });
    await expect.poll(() => page.locator('#scenes-rows [data-state="scanned"]').count()).toBe(500);
    const kept = `[...document.querySelectorAll('#scenes-rows tr')].filter((row) => row.wasThere).length`;
    expect(await page.evaluate<number>(kept)).toBe(500);
  }, 60_000);

  test('one is found by the beginning of its id, and by a whole one wherever it is', async () => {
    const dashboard = await open();
    const { page, stage, drawer } = dashboard;
    const ids = await stage.openMany(5);
    await stage.scenes.cancelByOperator(ids[4]!);
    await dashboard.signIn();
    await dashboard.row(ids[0]!).waitFor();
    const find = page.getByLabel('Find');
    await find.fill(ids[2]!.slice(0, 6));
    await page.getByText('1 of 4 shown').waitFor();
    expect(await dashboard.row(ids[2]!).isVisible()).toBe(true);
    expect(await dashboard.row(ids[0]!).isVisible()).toBe(false);
    await find.press('Enter');
    await drawer.getByText(ids[2]!).waitFor();
    await page.keyboard.press('Escape');
    await find.fill(ids[4]!);
    await page.getByText('Press Enter to ask the server for this id').first().waitFor();
    await find.press('Enter');
    await drawer.getByText('An operator cancelled it').waitFor();
    await page.keyboard.press('Escape');
    await find.fill('no-such');
    await page.getByText('No scene that is shown begins like this').waitFor();
    await find.press('Escape');
    await dashboard.row(ids[0]!).waitFor();
    expect(dashboard.search).toBe('');
  });
});
