import { expect, test } from 'vitest';
import { appOfTest, callCount, whoCame } from './support.ts';

test('logins that follow each other have codes that were made ahead, each its own, and all of them work', async () => {
  const app = await appOfTest();
  const browser = app.browser();
  const scenes = [];
  for (let i = 0; i < 80; i++) scenes.push(await browser.open('shop'));
  expect(new Set(scenes.map(({ sceneId }) => sceneId)).size).toBe(80);
  expect(new Set(scenes.map(({ qr }) => qr.url)).size).toBe(80);

  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const count = (how: string): number =>
    Number(new RegExp(`saoma_qr_codes_total{account="main",how="${how}"} (\\d+)`).exec(metrics)?.[1] ?? 0);
  expect(count('ahead') + count('on_demand')).toBe(80);
  expect(count('ahead')).toBeGreaterThan(10);
  expect(await callCount(app, 'qrcode/create')).toBeLessThan(80 + 64);

  for (const [i, scene] of scenes.slice(-3).entries()) {
    await app.wechat.scan(`oVisitor${i}`, scene.sceneId);
    expect(await whoCame(app, scene)).toMatchObject({ openid: `oVisitor${i}` });
  }
});
