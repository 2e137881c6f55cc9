import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { basic, exchange, logIn, verdictOf } from './support.ts';

let app: TestApp;
/** The code that no refusal below may spend. */
let unspent: string;
beforeAll(async () => {
  app = await startApp({ config: { scene: { codeTtlSeconds: 600 } } });
  ({ code: unspent } = await logIn(app));
});
afterAll(() => app.close());

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
const secret = 'canary-shop-secret-0123456789';

describe('who the site is', () => {
  test.each([
    { name: 'no header', authorization: '' },
    { name: 'a wrong secret', authorization: basic('shop', 'another-secret-0123456789') },
    { name: "another site's secret", authorization: basic('shop', 'canary-bank-secret-9876543210') },
    { name: 'an unknown site', authorization: basic('nobody', secret) },
    { name: 'a site of another case', authorization: basic('SHOP', secret) },
    { name: 'a name of Object.prototype', authorization: basic('__proto__', secret) },
    { name: 'no id', authorization: basic('', secret) },
    { name: 'no secret', authorization: basic('shop', '') },
    { name: 'a secret cut short', authorization: basic('shop', secret.slice(0, -1)) },
    { name: 'a secret with a character more', authorization: basic('shop', `${secret}0`) },
    { name: 'a secret with a line break', authorization: basic('shop', `${secret}\n`) },
    { name: 'no colon', authorization: `Basic ${Buffer.from(`shop${secret}`).toString('base64')}` },
    { name: 'no base64', authorization: `Basic shop:${secret}` },
    { name: 'nothing after Basic', authorization: 'Basic' },
    { name: 'another scheme', authorization: `Bearer ${secret}` },
    { name: 'two values', authorization: `${basic('shop', 'wrong')}, ${basic('shop', secret)}` },
    { name: 'a very long value', authorization: basic('shop', 'x'.repeat(8000)) },
  ])('$name: invalid_client', async ({ authorization }) => {
    const response = await exchange(app, { code: unspent }, { authorization });
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.status).toBe(401);
    expect(await response.json()).toStrictEqual({
      error: 'invalid_client',
      message: /^basic /i.test(authorization)
        ? 'The site id or secret is wrong.'
        : "HTTP Basic authorization with the site's id and secret is wanted.",
    });
  });

  test('the scheme may be written in any case', async () => {
    const { code } = await logIn(app);
    const authorization = basic('shop', secret).replace('Basic', 'basic');
    expect(await verdictOf(exchange(app, { code }, { authorization }))).toBe('200');
  });

  test('who it is comes before what it asks: a stranger learns nothing of the body', async () => {
    const authorization = basic('shop', 'wrong');
    expect(await verdictOf(exchange(app, 'no json', { authorization }))).toBe('401 invalid_client');
  });
});

describe('what it asks for', () => {
  const grant = { error: 'invalid_grant', message: 'The code is unknown, used, expired, or not yours.' };

  test.each<{ name: string; other: (code: string) => string }>([
    { name: 'an unknown code', other: () => random(16) + random(32) },
    { name: 'an empty code', other: () => '' },
    { name: 'a code of another shape', other: () => 'nonsense' },
    { name: 'another code of the same scene', other: (code) => code.slice(0, 22) + random(32) },
    { name: 'the scene id alone', other: (code) => code.slice(0, 22) },
    { name: 'a code of 256 characters', other: (code) => code.padEnd(256, 'A') },
    { name: 'a code with a space', other: (code) => `${code} ` },
  ])('$name: invalid_grant', async ({ other }) => {
    const response = await exchange(app, { code: other(unspent) });
    expect(response.status).toBe(400);
    expect(await response.json()).toStrictEqual(grant);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('a used code', async () => {
    const { code } = await logIn(app);
    expect(await verdictOf(exchange(app, { code }))).toBe('200');
    const again = await exchange(app, { code });
    expect([again.status, await again.json()]).toStrictEqual([400, grant]);
  });

  test("the claim is no code, though it is the browser's", async () => {
    const { scene } = await logIn(app);
    expect(await verdictOf(exchange(app, { code: scene.sceneId + scene.claim }))).toBe('400 invalid_grant');
  });

  test('a code whose login was cancelled', async () => {
    const { scene, code } = await logIn(app);
    const { sceneId, claim } = scene;
    await app.browser().post(`/api/scenes/${sceneId}/cancel`, {}, { authorization: `Bearer ${claim}` });
    expect(await verdictOf(exchange(app, { code }))).toBe('400 invalid_grant');
  });

  test.each([
    { of: 'shop', by: 'bank' },
    { of: 'bank', by: 'shop' },
  ] as const)("$by's secret opens nothing of $of, not even with a key", async ({ of, by }) => {
    const { code } = await logIn(app, { site: of });
    const headers = { site: by, 'idempotency-key': 'a-key-of-16-characters' };
    const response = await exchange(app, { code }, headers);
    expect([response.status, await response.json()]).toStrictEqual([400, grant]);
    expect(
      await verdictOf(exchange(app, { code }, { site: of, 'idempotency-key': 'a-key-of-16-characters' })),
    ).toBe('200');
    expect(await verdictOf(exchange(app, { code }, headers))).toBe('400 invalid_grant');
  });

  const verifier = random(32);
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');

  test.each([
    {
      name: 'the right verifier',
      login: { codeChallenge },
      body: { codeVerifier: verifier },
      verdict: '200',
    },
    { name: 'no verifier', login: { codeChallenge }, body: {}, verdict: '400 invalid_grant' },
    {
      name: 'a wrong verifier',
      login: { codeChallenge },
      body: { codeVerifier: random(32) },
      verdict: '400 invalid_grant',
    },
    {
      name: 'the challenge as verifier',
      login: { codeChallenge },
      body: { codeVerifier: codeChallenge },
      verdict: '400 invalid_grant',
    },
    {
      name: 'a verifier without a challenge',
      login: {},
      body: { codeVerifier: verifier },
      verdict: '400 invalid_grant',
    },
    {
      name: 'an empty verifier without a challenge',
      login: {},
      body: { codeVerifier: '' },
      verdict: '400 invalid_grant',
    },
  ])('$name: $verdict', async ({ login, body, verdict }) => {
    const { code } = await logIn(app, login);
    expect(await verdictOf(exchange(app, { code, ...body }))).toBe(verdict);
  });
});

test('after all these refusals the code is good still', async () => {
  expect(await verdictOf(exchange(app, { code: unspent }))).toBe('200');
});
