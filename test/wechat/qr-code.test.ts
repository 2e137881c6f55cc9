import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { QrBudget } from '../../src/wechat/qr-code.ts';
import { fixture, paths } from './fake-wechat.ts';
import { failure, HeldClock, stage } from './support.ts';
import type { Line } from './support.ts';

test('a code is asked for by its scene and lifetime', async () => {
  const { wechat, account } = await stage();
  await expect(account.createQrCode('login-8f3a21c0', 600)).resolves.toEqual({
    ticket: 'gQExampleTicketBase64==',
    url: 'http://weixin.qq.com/q/02ExampleXyz',
    expireSeconds: 600,
  });
  const asked = wechat.asked.find(({ path }) => path === paths.qrCode);
  expect(asked).toMatchObject({ method: 'POST', query: { access_token: 'token-1' } });
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    expire_seconds: 600,
    action_name: 'QR_STR_SCENE',
    action_info: { scene: { scene_str: 'login-8f3a21c0' } },
  });
});

const wrong = [
  { name: 'without a ticket', change: { ticket: undefined } },
  { name: 'without a url', change: { url: undefined } },
  { name: 'with a url of another kind', change: { url: 'javascript:alert(1)' } },
  { name: 'with a lifetime of words', change: { expire_seconds: 'long' } },
];
test.each(wrong)('an answer $name is none', async ({ change }) => {
  const { wechat, account } = await stage();
  wechat.answer(paths.qrCode, () => ({ ...fixture('qrcode-create'), ...change }));
  expect(await failure(account.createQrCode('a', 60))).toMatchObject({
    kind: 'answer',
    api: 'qrcode/create',
  });
});

const limit = settings.wechat.qrPerDay;

function budget() {
  const lines: Line[] = [];
  const clock = new HeldClock();
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
  const meter = new QrBudget(clock, log);
  const use = (count: number) => {
    for (let i = 0; i < count; i += 1) meter.count();
  };
  return { lines, clock, use };
}

describe('the budget of a day', () => {
  test('warns once at 50, 80 and 95 per cent', () => {
    const { lines, use } = budget();
    use(limit + 100);
    expect(lines.map(({ used }) => used)).toEqual([limit * 0.5, limit * 0.8, limit * 0.95]);
  });

  test('begins anew at midnight in Beijing', () => {
    const { lines, clock, use } = budget();
    clock.time = Date.UTC(2026, 0, 15, 15, 59, 59, 999);
    use(limit / 2 - 1);
    clock.time += 1;
    use(limit / 2 - 1);
    expect(lines).toEqual([]);
    use(1);
    expect(lines).toHaveLength(1);
  });
});
