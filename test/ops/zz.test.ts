import { test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { staticDoor } from '../../src/http/static.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { readStatic } from '../pages/stand-in-files.ts';
import { Stage, token } from './stage.ts';
const uas = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 MicroMessenger/8.0.49',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120 Mobile Safari/537.36',
  'curl/8.5.0',
  '',
];
test('x', async () => {
  const b = await launchChromium();
  const port = await freePort();
  let offset = 0;
  const clock = { ...systemClock, now: () => Date.now() + offset };
  const stage = await new Stage({
    clock,
    publicUrl: `http://127.0.0.1:${port}`,
    moreDoors: [
      (r) => {
        r.get('/protocol/messages.js', (ctx) => {
          ctx.respond = false;
          ctx.status = 200;
          readStatic(ctx.path, ctx.res);
        });
      },
      staticDoor,
    ],
  }).listen(port);
  const only = process.env['SHOTS'] ?? '';
  const shot = async (name: string, opt: any, steps: (p: any) => Promise<void>, sign = true) => {
    if (only && !name.includes(only)) return;
    const ctx = await b.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...opt });
    const page = await ctx.newPage();
    page.setDefaultTimeout(8000);
    page.on('pageerror', (m) => console.log('E', m));
    page.on('console', (m) => m.type() === 'error' && console.log('C', m.text()));
    await page.goto(`${stage.url}/ops`);
    if (sign) {
      await page.locator('#token').fill(token);
      await page.keyboard.press('Enter');
      await page.locator('[data-link=live]').waitFor();
      await page.waitForTimeout(300);
    }
    await steps(page);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `/tmp/opsshots/${name}.png`, fullPage: name.includes('full') });
    await ctx.close();
  };
  const phone = {
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
  };
  const dark = { colorScheme: 'dark' },
    zh = { locale: 'zh-CN' };
  await shot('signin', {}, async () => {}, false);
  await shot(
    'signin-dark-zh-wrong',
    { ...dark, ...zh },
    async (p) => {
      await p.locator('#token').fill('x');
      await p.keyboard.press('Enter');
    },
    false,
  );
  await shot('signin-phone', phone, async () => {}, false);
  await shot('empty', {}, async () => {});
  await shot('empty-zh-dark-phone', { ...phone, ...dark, ...zh }, async (p) => {
    await p.locator('#filter-state').selectOption('denied');
    await p.waitForTimeout(600);
  });
  const fill = async (n: number) => {
    const made = [];
    for (let i = 0; i < n; i++) {
      const o = await stage.open({
        site: ['shop', 'bank', 'members-of-the-long-name'][i % 3]!,
        browser: {
          ip: i % 4 ? `203.0.${i % 200}.7` : '2001:db8:abcd:12::1',
          userAgent: uas[i % uas.length]!,
          origin: 'x',
        },
      });
      if (i % 3) await stage.scenes.attach(o.scene.id, o.claim, 'node-a');
      made.push(o);
      offset += 7000;
    }
    return made;
  };
  const made = await fill(14);
  await stage.scenes.scan(made[10]!.scene.id, {
    account: 'main',
    openid: 'oX000000000000000000',
    followed: false,
  });
  await stage.confirm(made[12]!);
  const ends = async () => {
    await stage.scenes.cancelByOperator(made[9]!.scene.id);
  };
  await shot('light', {}, async (p) => {
    await p.locator('.cancel button').nth(2).click();
  });
  await shot('dark-zh', { ...dark, ...zh }, async (p) => {
    await p.locator('.cancel button').nth(2).click();
  });
  await shot('phone', phone, async () => {});
  await shot('phone-dark-zh-full', { ...phone, ...dark, ...zh }, async (p) => {
    await p.locator('.cancel button').nth(1).click();
  });
  await shot('tablet', { viewport: { width: 900, height: 700 } }, async () => {});
  await shot('held', {}, async (p) => {
    await p.locator('#rows tr').nth(1).hover();
    await ends();
    await fill(2);
    await p.waitForTimeout(500);
  });
  await shot('lost-zh', zh, async (p) => {
    await p.context().setOffline(true);
    stage.ops.close();
    await p.waitForTimeout(500);
  });
  await fill(1);
  offset -= 0;
  for (let i = 0; i < 520; i++) await stage.open();
  await shot('many', { ...dark }, async (p) => {
    await p.mouse.wheel(0, 3000);
    await p.waitForTimeout(500);
  });
  await b.close();
  await stage.close();
}, 120_000);
