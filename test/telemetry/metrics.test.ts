import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Timings } from '../../src/telemetry/timings.ts';
import { addFault } from '../channel/support.ts';
import { Exposition } from '../support/exposition.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

/** A registry with timings of its own. */
function timings(): { registry: Registry; own: Timings } {
  const registry = new Registry();
  const own = new Timings(registry, {
    name: 'took_seconds',
    help: 'How long it took.',
    label: 'what',
    buckets: [0.1, 1],
  });
  return { registry, own };
}

function bearer({ claim }: { claim: string }): Record<string, string> {
  return { authorization: `Bearer ${claim}` };
}

describe('timings', () => {
  test('are a histogram as Prometheus reads one', async () => {
    const { registry, own } = timings();
    for (const seconds of [0.05, 0.1, 0.5, 7]) own.observe('move', seconds);
    own.observe('find', 0.01);
    const page = new Exposition(await registry.metrics());
    expect(page.types.get('took_seconds')).toBe('histogram');
    const bucket = (what: string, le: string): number => page.sum('took_seconds_bucket', { what, le });
    expect(['0.1', '1', '+Inf'].map((le) => bucket('move', le))).toEqual([2, 3, 4]);
    expect(['0.1', '1', '+Inf'].map((le) => bucket('find', le))).toEqual([1, 1, 1]);
    expect(page.sum('took_seconds_count', { what: 'move' })).toBe(4);
    expect(page.sum('took_seconds_sum', { what: 'move' })).toBeCloseTo(7.65);
  });

  test('before anything was timed there is nothing but their name', async () => {
    const page = new Exposition(await timings().registry.metrics());
    expect(page.samples).toEqual([]);
    expect(page.types.get('took_seconds')).toBe('histogram');
  });
});

describe('what a process says of itself', () => {
  let app: TestApp;
  let page: Exposition;
  beforeAll(async () => {
    app = await startApp({ config: { limits: { scenesPerIpPerMinute: 5 } } });
    const [login, cancelled, broken] = [
      await app.browser().open('shop'),
      await app.browser().open('shop'),
      await app.browser().open('shop'),
    ];
    const socket = await app.browser().attach(login);
    const pending = await socket.reach('pending');
    socket.send({ type: 'ack', version: pending.version });
    await app.wechat.scan('oPersonOfTheMetrics', login.sceneId);
    const { code } = await socket.reach('confirmed');
    await app.exchange(code!);
    await app.wechat.scan('oPersonOfTheMetrics', login.sceneId);
    await app.browser().post(`/api/scenes/${cancelled.sceneId}/cancel`, {}, bearer(cancelled));
    await app.wechat.scan('oPersonOfTheMetrics', 'A'.repeat(22));
    await app.wechat.unfollow('oPersonOfTheMetrics');
    await app.wechat.post(new URLSearchParams({ signature: 'forged' }), 'nothing');
    await addFault(app, { api: 'qrcode/create', errcode: 45009 });
    for (let i = 0; i < 10; i++) await app.browser().post('/api/scenes', { site: 'shop' });
    await app.wechat.scan('oSomebody', broken.sceneId);
    page = await Exposition.of(app.url);
  });
  afterAll(() => app.close());

  test.each([
    { name: 'saoma_scene_moves_total', labels: { state: 'consumed' }, is: 1 },
    { name: 'saoma_scene_moves_total', labels: { state: 'scanned' }, is: 2 },
    { name: 'saoma_scene_ends_total', labels: { cause: 'cancelled_browser' }, is: 1 },
    { name: 'saoma_scan_seconds_count', labels: {}, is: 2 },
    { name: 'saoma_push_seconds_count', labels: {}, is: 1 },
    { name: 'saoma_on_screen_seconds_count', labels: {}, is: 1 },
    { name: 'saoma_webhook_outcomes_total', labels: { account: 'main', outcome: 'scanned' }, is: 2 },
    { name: 'saoma_webhook_outcomes_total', labels: { outcome: 'repeated' }, is: 1 },
    { name: 'saoma_webhook_outcomes_total', labels: { outcome: 'gone' }, is: 1 },
    { name: 'saoma_webhook_outcomes_total', labels: { outcome: 'nothing_to_do' }, is: 1 },
    { name: 'saoma_webhook_outcomes_total', labels: { outcome: 'refused_signature' }, is: 1 },
    { name: 'saoma_token_refreshes_total', labels: { account: 'main', outcome: 'ok' }, is: 1 },
    { name: 'saoma_token_failing', labels: { account: 'main' }, is: 0 },
    { name: 'saoma_wechat_fault', labels: { account: 'main' }, is: 1 },
    { name: 'saoma_qr_codes_per_day', labels: { account: 'main' }, is: 100_000 },
    { name: 'saoma_scenes', labels: { state: 'consumed' }, is: 1 },
    { name: 'saoma_ready', labels: {}, is: 1 },
    { name: 'saoma_info', labels: { version: 'test' }, is: 1 },
  ])('$name $labels is $is', ({ name, labels, is }) => {
    expect(page.sum(name, labels)).toBe(is);
  });

  test('a scene without a QR code is counted by that, and what a limit refuses by its name', async () => {
    expect(page.sum('saoma_limit_refusals_total', { limit: 'scenesPerAddress' })).toBe(8);
    const fresh = await startApp();
    await addFault(fresh, { api: 'qrcode/create', errcode: 45009 });
    expect((await fresh.browser().post('/api/scenes', { site: 'shop' })).status).toBe(503);
    const broken = await Exposition.of(fresh.url);
    await fresh.close();
    expect(broken.sum('saoma_scene_ends_total', { cause: 'cancelled_no_qr_code' })).toBe(1);
    expect(broken.sum('saoma_scene_moves_total', { state: 'pending' })).toBe(0);
  });

  test('the token lasts, the codes are counted, and all that was pushed was quick', () => {
    expect(page.sum('saoma_token_valid_seconds', { account: 'main' })).toBeGreaterThan(6_000);
    expect(page.sum('saoma_qr_codes_today', { account: 'main' })).toBeGreaterThanOrEqual(3);
    expect(page.sum('saoma_push_seconds_bucket', { le: '1' })).toBe(1);
  });

  test('there is nothing of Redis, which there is none of', () => {
    const names = new Set(page.samples.map(({ name }) => name));
    expect([...names].filter((name) => name.startsWith('saoma_redis'))).toEqual([]);
  });

  test('labels are of few values, and tell of nobody', () => {
    const text = JSON.stringify(page.samples);
    expect(text).not.toMatch(/oPerson|canary|wx0011|127\.0\.0\.1/);
    const labels = new Set(page.samples.flatMap((sample) => Object.keys(sample.labels)));
    const known = 'account api cause command how le limit node outcome state status version'.split(' ');
    const runtime = ['kind', 'type', 'space', 'major', 'minor', 'patch'];
    expect([...labels].filter((label) => ![...known, ...runtime].includes(label))).toEqual([]);
  });
});
