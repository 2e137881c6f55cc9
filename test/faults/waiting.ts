/** Owns pages that show a QR code and wait for somebody to scan it. */
import { closedLoop } from './load.ts';
import type { Page } from './page.ts';
import type { Town } from './visitor.ts';

const atOnce = 40;
const patience = 30_000;

/** Opens a page. Resolves with its scene once it is attached. */
export async function untilWaiting(page: Page): Promise<string> {
  page.open();
  const scene = await page.until(() => waitsFor(page), performance.now() + patience);
  if (scene === undefined) throw new Error(`${page.name} shows no QR code: it is ${page.phase}`);
  return scene;
}

/** So many pages that are attached. */
export async function waitingPages(
  town: Town,
  count: number,
  more?: Parameters<Town['page']>[0],
): Promise<Page[]> {
  const pages = Array.from({ length: count }, () => town.page(more));
  await closedLoop(count, atOnce, async (index) => {
    await untilWaiting(pages[index]!);
  });
  return pages;
}

/** The scene that the page shows and would be told of at once. */
export function waitsFor(page: Page): string | undefined {
  return page.isAttached ? page.scene : undefined;
}
