import { describe, expect, test } from 'vitest';
import { noChromium } from '../support/needs.ts';
import { useDashboard } from './dashboard.ts';

const markup = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';

describe.skipIf(noChromium)('what strangers write, on the dashboard', () => {
  const open = useDashboard();

  test.each([
    { what: 'markup', evil: markup, shown: markup },
    { what: 'letters that turn the text around', evil: `a\u202Eb\u2066c\u200Fd`, shown: /^a ?b ?c ?d$/ },
    { what: 'ten thousand emoji', evil: '👩‍👩‍👧‍👦'.repeat(10_000), shown: /^\P{L}{100,400}$/u },
    { what: 'line breaks and controls', evil: 'a\nb\r\u0000\u001B[31mc', shown: /^a ?b ?(\[31m|.\[31m)c$/ },
  ])('$what: is text, bounded, and moves nothing', async ({ evil, shown }) => {
    const dashboard = await open();
    const { page, stage } = dashboard;
    const browser = { ip: evil, userAgent: evil, origin: evil };
    const { scene } = await stage.open({ site: evil.slice(0, 2000), browser });
    await stage.open();
    await dashboard.signIn();
    const row = dashboard.row(scene.id);
    await row.waitFor();
    expect(await row.locator('.site bdi').textContent()).toMatch(shown);
    expect(await page.locator('main img, main script, datalist img').count()).toBe(0);
    expect(await page.title()).toMatch(/^\(2\) Live logins/);
    await row.getByRole('link').click();
    await dashboard.drawer.locator('.facts').waitFor();
    expect((await dashboard.drawer.locator('.fact-site').textContent())?.length).toBeLessThan(1100);
    expect(await dashboard.drawer.locator('img, script').count()).toBe(0);
    const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    expect(await page.evaluate(tooWide)).toBe(false);
  });
});
