import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { appOfTest, basic, exchange, logIn, secretOf, times, verdictOf } from './support.ts';

const key = { 'idempotency-key': 'k'.repeat(16) };

describe('once', () => {
  test('of 50 callers with one code one learns who came', async () => {
    const app = await appOfTest();
    const { code } = await logIn(app);
    const verdicts = await times(50, () => verdictOf(exchange(app, { code })));
    expect(verdicts.toSorted()).toStrictEqual([
      '200',
      ...Array.from({ length: 49 }, () => '400 invalid_grant'),
    ]);
  });

  test('of 50 callers with a key each one learns it', async () => {
    const app = await appOfTest();
    const { code } = await logIn(app);
    const verdicts = await times(50, (i) =>
      verdictOf(exchange(app, { code }, { 'idempotency-key': `key-of-caller-number-${i}` })),
    );
    expect(verdicts.filter((verdict) => verdict === '200')).toHaveLength(1);
  });

  test('50 callers with one key get one answer, 50 times', async () => {
    const app = await appOfTest();
    const { code } = await logIn(app);
    const answers = await times(50, async () => {
      const response = await exchange(app, { code }, key);
      return `${response.status} ${await response.text()}`;
    });
    expect(answers[0]).toMatch(/^200 .*"openid":"oVisitor"/);
    expect(new Set(answers).size).toBe(1);
  });

  test('25 exchanges and 25 cancels at once: one login, or none', async () => {
    const app = await appOfTest();
    const { scene, code } = await logIn(app);
    const authorization = `Bearer ${scene.claim}`;
    const verdicts = await times(50, async (i) => {
      if (i % 2 === 0) return verdictOf(exchange(app, { code }));
      await app.browser().post(`/api/scenes/${scene.sceneId}/cancel`, {}, { authorization });
      return 'cancel';
    });
    const wins = verdicts.filter((verdict) => verdict === '200').length;
    const end = (await (await app.browser().view(scene)).json()) as { state: string };
    expect(wins).toBe(end.state === 'consumed' ? 1 : 0);
    expect(['consumed', 'cancelled']).toContain(end.state);
  });
});

describe('time', () => {
  test('a code lives 60 seconds', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ clock });
    const [one, other] = [await logIn(app), await logIn(app)];
    clock.advance(59_999);
    expect(await verdictOf(exchange(app, { code: one.code }))).toBe('200');
    clock.advance(1);
    expect(await verdictOf(exchange(app, { code: other.code }))).toBe('400 invalid_grant');
  });

  test('or as long as is configured', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ clock, config: { scene: { codeTtlSeconds: 2 } } });
    const { code } = await logIn(app);
    clock.advance(2000);
    expect(await verdictOf(exchange(app, { code }))).toBe('400 invalid_grant');
  });

  test('the same key gets the same answer for 60 seconds', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ clock });
    const { code } = await logIn(app);
    clock.advance(30_000);
    const first = await (await exchange(app, { code }, key)).text();
    clock.advance(59_999);
    const again = await exchange(app, { code }, key);
    expect([again.status, await again.text()]).toStrictEqual([200, first]);
    clock.advance(1);
    expect(await verdictOf(exchange(app, { code }, key))).toBe('400 invalid_grant');
  });

  test.each([
    { name: 'another key', headers: { 'idempotency-key': 'another-key-of-16' } },
    { name: 'no key', headers: {} },
    { name: 'the longest key', headers: { 'idempotency-key': 'k'.repeat(128) } },
  ])('$name gets nothing of it', async ({ headers }) => {
    const app = await appOfTest();
    const { code } = await logIn(app);
    expect(await verdictOf(exchange(app, { code }, key))).toBe('200');
    expect(await verdictOf(exchange(app, { code }, headers))).toBe('400 invalid_grant');
  });

  test('a key of 128 characters, and one of all visible signs', async () => {
    const app = await appOfTest();
    for (const sign of ['k'.repeat(128), '!"#$%&()*+,-./0:;<=>?@[]^_`{|}~']) {
      const { code } = await logIn(app);
      expect(await verdictOf(exchange(app, { code }, { 'idempotency-key': sign }))).toBe('200');
      expect(await verdictOf(exchange(app, { code }, { 'idempotency-key': sign }))).toBe('200');
    }
  });
});

describe('the limit on failures', () => {
  const config = { limits: { exchangeFailuresPerSitePerMinute: 3 } };

  test('changes the answer to failures only: a right code always passes', async () => {
    const app = await appOfTest({ config });
    const verdicts: string[] = [];
    for (let n = 0; n < 5; n++) verdicts.push(await verdictOf(exchange(app, { code: 'wrong' })));
    expect(verdicts).toStrictEqual([
      '400 invalid_grant',
      '400 invalid_grant',
      '400 invalid_grant',
      '429 rate_limited',
      '429 rate_limited',
    ]);
    const { code } = await logIn(app);
    expect(await verdictOf(exchange(app, { code }))).toBe('200');
  });

  test('says when to come back', async () => {
    const app = await appOfTest({ config });
    await times(3, () => exchange(app, { code: 'wrong' }));
    const response = await exchange(app, { code: 'wrong' });
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('counts wrong secrets too, and nobody locks the site out by them', async () => {
    const app = await appOfTest({ config });
    const { code } = await logIn(app);
    const authorization = basic('shop', 'wrong');
    const verdicts = await times(10, () => verdictOf(exchange(app, { code }, { authorization })));
    expect(verdicts.filter((verdict) => verdict === '429 rate_limited')).toHaveLength(7);
    expect(await verdictOf(exchange(app, { code }))).toBe('200');
  });

  test("is each site's own", async () => {
    const app = await appOfTest({ config });
    await times(5, () => exchange(app, { code: 'wrong' }));
    expect(await verdictOf(exchange(app, { code: 'wrong' }))).toBe('429 rate_limited');
    expect(await verdictOf(exchange(app, { code: 'wrong' }, { site: 'bank' }))).toBe('400 invalid_grant');
  });

  test('is one for all sites that do not exist', async () => {
    const app = await appOfTest({ config });
    const verdicts = await times(10, (i) =>
      verdictOf(
        exchange(app, { code: 'wrong' }, { authorization: basic(`nobody-${i}`, secretOf(app, 'shop')) }),
      ),
    );
    expect(verdicts.filter((verdict) => verdict === '429 rate_limited')).toHaveLength(7);
  });

  test('counts no malformed request: a slip of the hand is no guess', async () => {
    const app = await appOfTest({ config });
    await times(5, () => exchange(app, 'no json'));
    expect(await verdictOf(exchange(app, { code: 'wrong' }))).toBe('400 invalid_grant');
  });
});
