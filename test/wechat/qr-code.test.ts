import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { MemoryQrMeter } from '../../src/store/memory/qr-meter.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { QrBudget } from '../../src/wechat/qr-code.ts';
import type { QrDay, QrMeter } from '../../src/wechat/qr-code.ts';
import { fixture, paths } from './fake-wechat.ts';
import { errorLines, failure, HeldClock, stage } from './support.ts';
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

function budget(meter: QrMeter = new MemoryQrMeter()) {
  const lines: Line[] = [];
  const clock = new HeldClock();
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
  const own = new QrBudget('wx1', { meter, clock, log });
  const use = async (count: number) => {
    for (let i = 0; i < count; i += 1) own.count();
    await new Promise(setImmediate);
  };
  return { lines, clock, use, own };
}

/** Whatever it is told, it answers the same. */
function meterOf(answer: () => Promise<QrDay>): QrMeter {
  return { count: answer, countUnused: answer, read: answer };
}

describe('the budget of a day', () => {
  test('warns once at 50, 80 and 95 per cent', async () => {
    const { lines, use } = budget();
    await use(limit + 100);
    expect(lines.map(({ used }) => used)).toEqual([limit * 0.5, limit * 0.8, limit * 0.95]);
  });

  test('begins anew at midnight in Beijing', async () => {
    const { lines, clock, use } = budget();
    clock.time = Date.UTC(2026, 0, 15, 15, 59, 59, 999);
    await use(limit / 2 - 1);
    clock.time += 1;
    await use(limit / 2 - 1);
    expect(lines).toEqual([]);
    await use(1);
    expect(lines).toHaveLength(1);
  });

  test('is one for all nodes, and one of them warns', async () => {
    const meter = new MemoryQrMeter();
    const [one, other] = [budget(meter), budget(meter)];
    await one.use(limit / 4);
    await other.use(limit / 4 - 1);
    expect([...one.lines, ...other.lines]).toEqual([]);
    await Promise.all([one.use(10), other.use(10)]);
    expect([...one.lines, ...other.lines].map(({ used }) => used)).toEqual([limit / 2]);
  });

  test('names the day in Beijing', async () => {
    const count = vi.fn<QrMeter['count']>().mockResolvedValue({ made: 1, unused: 0 });
    const { clock, use } = budget({ count, countUnused: count, read: count });
    clock.time = Date.UTC(2026, 11, 31, 16);
    await use(1);
    expect(count.mock.calls).toEqual([['wx1', '2027-01-01']]);
  });
});

describe('what is known of today', () => {
  test('is what all nodes counted, once this one hears of it', async () => {
    const meter = new MemoryQrMeter();
    const [one, other] = [budget(meter), budget(meter)];
    await one.use(3);
    await one.own.countUnused(2);
    expect(one.own.today).toEqual({ made: 3, unused: 2 });
    expect(other.own.today).toEqual({ made: 0, unused: 0 });
    await other.use(1);
    expect(other.own.today).toEqual({ made: 4, unused: 2 });
  });

  test('can be asked anew; while the store is away it is what was known', async () => {
    const meter = new MemoryQrMeter();
    const [one, other] = [budget(meter), budget(meter)];
    await one.use(3);
    expect(await other.own.ask()).toEqual({ made: 3, unused: 0 });
    await one.use(1);
    meter.read = () => Promise.reject(new AppError('store_unavailable'));
    expect(await other.own.ask()).toEqual({ made: 3, unused: 0 });
    expect(other.lines).toEqual([]);
  });

  test('is at least what was counted here, be the store away or slow', async () => {
    const { own, lines } = budget(meterOf(() => Promise.reject(new AppError('store_unavailable'))));
    own.count();
    await own.countUnused(5);
    expect(own.today).toEqual({ made: 1, unused: 5 });
    expect(lines).toEqual([]);
    const { own: unheard } = budget(meterOf(() => new Promise(() => {})));
    void unheard.countUnused(2);
    expect(unheard.today).toEqual({ made: 0, unused: 2 });
  });

  test('grows, however late an answer comes', async () => {
    const answers: ((day: QrDay) => void)[] = [];
    const { own } = budget(meterOf(() => new Promise((resolve) => void answers.push(resolve))));
    own.count();
    own.count();
    answers[1]?.({ made: 9, unused: 4 });
    answers[0]?.({ made: 8, unused: 3 });
    await new Promise(setImmediate);
    expect(own.today).toEqual({ made: 9, unused: 4 });
  });

  test('is nothing at midnight in Beijing, and an answer from before says nothing', async () => {
    const answers: ((day: QrDay) => void)[] = [];
    const { own, clock } = budget(meterOf(() => new Promise((resolve) => void answers.push(resolve))));
    clock.time = Date.UTC(2026, 0, 15, 15, 59, 59, 999);
    void own.countUnused(1);
    clock.time += 1;
    expect(own.today).toEqual({ made: 0, unused: 0 });
    answers[0]?.({ made: 900, unused: 700 });
    await new Promise(setImmediate);
    expect(own.today).toEqual({ made: 0, unused: 0 });
  });

  test('no warning comes again with codes that nobody had', async () => {
    const { own, use, lines } = budget();
    await use(limit / 2);
    await own.countUnused(1);
    expect(lines).toHaveLength(1);
  });
});

describe('a count that has no answer', () => {
  test('holds up no code, and is not told while the store is merely away', async () => {
    const silent = meterOf(() => new Promise(() => {}));
    const { account } = await stage({}, onTestFinished, silent);
    await expect(account.createQrCode('a', 60)).resolves.toMatchObject({ expireSeconds: 600 });

    const away = meterOf(() => Promise.reject(new AppError('store_unavailable')));
    const { account: other, lines } = await stage({}, onTestFinished, away);
    await expect(other.createQrCode('a', 60)).resolves.toMatchObject({ expireSeconds: 600 });
    await new Promise(setImmediate);
    expect(lines).toEqual([]);
  });

  test('is told when it is a fault of ours', async () => {
    const broken = meterOf(() => Promise.reject(new Error('wrong type')));
    const { lines, use } = budget(broken);
    await use(1);
    expect(errorLines(lines)).toHaveLength(1);
  });
});
