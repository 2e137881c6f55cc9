/** Owns the real browser of the page tests, and what is held still in it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '../support/chromium.ts';

/** For `expect.poll`: at once on an idle machine, and in time on a busy one. */
export const soon = { timeout: 10_000, interval: 25 };

/** Runs in the page: waits that would be random are short, layout shifts are counted, and a test can hide the tab. */
const hold = `
  Math.random = () => 0.01;
  globalThis.held = { hidden: false, shifts: 0, violations: [] };
  Object.defineProperty(document, 'visibilityState', { get: () => (held.hidden ? 'hidden' : 'visible') });
  document.addEventListener('securitypolicyviolation', (event) => held.violations.push(event.violatedDirective));
  new PerformanceObserver((list) => {
    held.shifts += list.getEntries().length;
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Starts a browser for the tests of one `describe`; what it returns opens a page in a context of its own. */
export function useChromium(): (options?: BrowserContextOptions) => Promise<Page> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  return async (options) => {
    const context = await browser.newContext(options);
    await context.addInitScript({ content: hold });
    return context.newPage();
  };
}

export async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`held.hidden = ${hidden}; document.dispatchEvent(new Event('visibilitychange'))`);
}

/** What must stay at nothing on every page: moves of the layout, and breaches of the content security policy. */
export async function blemishes(page: Page): Promise<{ shifts: number; violations: string[] }> {
  const { shifts, violations } = await page.evaluate<{ shifts: number; violations: string[] }>('held');
  return { shifts, violations };
}
