import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { basic, exchange, logIn, secretOf, verdictOf } from './support.ts';

let app: TestApp;
/** The code that no refusal below may spend. */
let unspent: string;
beforeAll(async () => {
  app = await startApp({ config: { scene: { codeTtlSeconds: 600 } } });
  ({ code: unspent } = await logIn(app));
});
afterAll(() => app.close());

test.each<{
  name: string;
  body: (code: string) => object | string;
  headers?: Record<string, string>;
  verdict?: string;
}>([
  { name: 'an empty body', body: () => '' },
  { name: 'no JSON', body: () => '{"code":' },
  {
    name: 'a form',
    body: (code) => `code=${code}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  {
    name: 'JSON that says it is text',
    body: (code) => ({ code }),
    headers: { 'content-type': 'text/plain' },
  },
  { name: 'a list', body: (code) => [code] },
  { name: 'a text', body: (code) => JSON.stringify(code) },
  { name: 'null', body: () => 'null' },
  { name: 'no code', body: () => ({}) },
  { name: 'a code that is a number', body: () => ({ code: 42 }) },
  { name: 'a code that is a list', body: (code) => ({ code: [code] }) },
  { name: 'a code of 257 characters', body: (code) => ({ code: code.padEnd(257, 'A') }) },
  { name: 'a verifier that is null', body: (code) => ({ code, codeVerifier: null }) },
  { name: 'a verifier of 257 characters', body: (code) => ({ code, codeVerifier: 'v'.repeat(257) }) },
  {
    name: 'more than 8 KiB',
    body: (code) => ({ code, more: 'x'.repeat(9000) }),
    verdict: '413 payload_too_large',
  },
  {
    name: 'a key of 15 characters',
    body: (code) => ({ code }),
    headers: { 'idempotency-key': 'k'.repeat(15) },
  },
  {
    name: 'a key of 129 characters',
    body: (code) => ({ code }),
    headers: { 'idempotency-key': 'k'.repeat(129) },
  },
  {
    name: 'a key with a space',
    body: (code) => ({ code }),
    headers: { 'idempotency-key': 'a key of 16 characters' },
  },
  {
    name: 'a key beyond ASCII',
    body: (code) => ({ code }),
    headers: { 'idempotency-key': 'é'.repeat(16) },
  },
  { name: 'an empty key', body: (code) => ({ code }), headers: { 'idempotency-key': '' } },
])('$name: told so', async ({ body, headers = {}, verdict = '400 invalid_request' }) => {
  const response = await exchange(app, body(unspent), headers);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await verdictOf(response)).toBe(verdict);
});

test('what else the body says is ignored', async () => {
  const { code } = await logIn(app);
  const body = JSON.stringify({ code, site: 'bank', __proto__x: 1, redirect_uri: 'https://bank.example' });
  const response = await exchange(app, body, { 'content-type': 'application/json; charset=utf-8' });
  expect(await response.json()).toMatchObject({ site: 'shop' });
});

test('a refusal is in the log with its reason, and with no code, secret, claim or key', async () => {
  const { scene, code } = await logIn(app);
  const key = 'canary-idempotency-key';
  await exchange(app, { code }, { authorization: basic('shop', 'canary-wrong-secret-0123') });
  await exchange(app, { code, codeVerifier: 'canary-verifier' }, { 'idempotency-key': key });
  await exchange(app, { code });
  await exchange(app, { code });
  const refusals = app.logged
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'an exchange was refused');
  expect(refusals.slice(-3).map(({ site, reason }) => [site, reason])).toStrictEqual([
    ['shop', 'invalid_client'],
    ['shop', 'invalid_grant'],
    ['shop', 'invalid_grant'],
  ]);
  const log = app.logged.join('\n');
  const basicText = basic('shop', secretOf(app, 'shop')).slice('Basic '.length);
  for (const secretText of [
    code,
    code.slice(22),
    scene.claim,
    secretOf(app, 'shop'),
    basicText,
    key,
    'canary-verifier',
    'canary-wrong',
  ])
    expect(log).not.toContain(secretText);
});

test('after all these refusals the code is good still', async () => {
  expect(await verdictOf(exchange(app, { code: unspent }))).toBe('200');
});
