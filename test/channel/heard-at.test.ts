import { expect, test } from 'vitest';
import { appOfTest } from './support.ts';
import { Exposition } from '../support/exposition.ts';

test('from the event to the browser takes a moment, and so does storing it', async () => {
  const app = await appOfTest();
  const scene = await app.browser().open('shop');
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  await app.wechat.scan('oPerson', scene.sceneId);
  await socket.reach('scanned');
  const page = await Exposition.of(app.url);
  expect(page.sum('saoma_scan_seconds_count')).toBe(1);
  expect(page.sum('saoma_push_seconds_count')).toBe(1);
  expect(page.sum('saoma_push_seconds_sum')).toBeLessThan(0.5);
});
