import jsQrModule from 'jsqr';
import { PNG } from 'pngjs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath } from './needs.ts';

/** The types say one thing of the default export, Node another. */
const jsQr: typeof jsQrModule.default = Reflect.get(jsQrModule, 'default') ?? jsQrModule;

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: quiet });
}

/** What a phone would read from the page as it is painted; waits until there is a code that differs from `unlike`. */
export async function readQr(page: Page, unlike?: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { width, height, data } = PNG.sync.read(await page.screenshot());
    const found = jsQr(new Uint8ClampedArray(data), width, height)?.data;
    if (found && found !== unlike) return found;
    await page.waitForTimeout(100);
  }
  throw new Error('no QR code on the page');
}
