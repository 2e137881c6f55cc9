import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, readQr } from '../support/chromium.ts';
import { CuttingProxy } from '../support/cutting-proxy.ts';
import { noChromium } from '../support/needs.ts';
import { startProgram } from '../support/program.ts';
import type { Program } from '../support/program.ts';

describe.skipIf(noChromium)('a visitor with a real browser, the shipped program, and a phone', () => {
  let chromium: Browser;
  let program: Program;
  let proxy: CuttingProxy;
  let pages: Page[] = [];

  /** The program behind a proxy, so that a test can break the line at will. */
  async function start(config: object = {}): Promise<void> {
    program = await startProgram({
      config,
      publicUrl: async (port) => {
        proxy = await CuttingProxy.start(port);
        return `http://localhost:${proxy.port}`;
      },
    });
  }

  async function visit(): Promise<Page> {
    const page = await (await chromium.newContext({ locale: 'en-US' })).newPage();
    pages.push(page);
    await page.goto(program.url);
    return page;
  }

  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium.close());
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    await expectCleanEnd(program);
    await proxy.close();
  });

  test('a follower scans what the page shows, and is signed in', async () => {
    await start();
    const page = await visit();
    const code = await readQr(page);
    expect(code).toMatch(new RegExp(`^${program.phone.url}/phone\\?ticket=`));
    const person = await program.phone.person(true);
    const { shown } = await program.phone.scan(person, code);
    expect(shown).toContain('Saoma Demo');
    await expectSignedIn(page, person.openid);
  });

  test('somebody who does not follow yet is signed in by following', async () => {
    await start();
    const page = await visit();
    const person = await program.phone.person(false);
    expect((await program.phone.scan(person, await readQr(page))).deliveries).toEqual([]);
    await program.phone.follow(person);
    await expectSignedIn(page, person.openid);
    expect(await page.locator('pre').textContent()).toContain('"followed": true');
  });

  test('an expired code is replaced by itself, and the new one works', async () => {
    await start({ scene: { ttlSeconds: 3 } });
    const page = await visit();
    const first = await readQr(page);
    const second = await readQr(page, first);
    const person = await program.phone.person(true);
    await program.phone.scan(person, second);
    await expectSignedIn(page, person.openid);
  });

  test('a reload after the scan still signs in, with the same code', async () => {
    await start({ scene: { profileWaitMs: 4000 } });
    await program.phone.stall('user/info', 30_000);
    const page = await visit();
    const person = await program.phone.person(true);
    await program.phone.scan(person, await readQr(page));
    await page.getByText('WeChat user').first().waitFor();
    await page.reload();
    await expectSignedIn(page, person.openid);
  });

  test('the line breaks at the very moment of the push', async () => {
    await start();
    const page = await visit();
    const person = await program.phone.person(true);
    const code = await readQr(page);
    proxy.cutBefore('"confirmed"');
    await program.phone.scan(person, code);
    await expectSignedIn(page, person.openid);
    expect(proxy.cuts).toBe(1);
  });

  test('every connection breaks while the page waits, as on a new network', async () => {
    await start();
    const page = await visit();
    const person = await program.phone.person(true);
    const code = await readQr(page);
    proxy.cutAll();
    await program.phone.scan(person, code);
    await expectSignedIn(page, person.openid);
  });

  test('no socket gets through: the page asks instead', async () => {
    await start();
    proxy.refuseUpgrades();
    const page = await visit();
    const person = await program.phone.person(true);
    await program.phone.scan(person, await readQr(page));
    await expectSignedIn(page, person.openid);
  });

  test("a second person's scan changes nothing", async () => {
    await start({ scene: { profileWaitMs: 3000 } });
    await program.phone.stall('user/info', 30_000);
    const page = await visit();
    const code = await readQr(page);
    const [owner, other] = [await program.phone.person(true), await program.phone.person(true)];
    await program.phone.scan(owner, code);
    expect((await program.phone.scan(other, code)).shown).toContain('Somebody else');
    await expectSignedIn(page, owner.openid);
  });
});

async function expectSignedIn(page: Page, openid: string): Promise<void> {
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  expect(await page.locator('pre').textContent()).toContain(`"openid": "${openid}"`);
}

/** Nothing went wrong in there that no visitor noticed. */
async function expectCleanEnd(program: Program): Promise<void> {
  expect(await program.stop()).toBe(0);
  expect(program.output()).not.toMatch(/"level":(50|60)/);
}
