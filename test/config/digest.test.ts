import { expect, test } from 'vitest';
import { configDigest } from '../../src/config/digest.ts';
import { account, load, site } from './given.ts';

const given = { accounts: [account], sites: [site], server: { publicUrl: 'https://login.example' } };

test('is short, and the same for the same', () => {
  expect(configDigest(load(given))).toMatch(/^[A-Za-z0-9_-]{16}$/);
  expect(configDigest(load(given))).toBe(configDigest(load(structuredClone(given))));
});

test.each([
  { what: 'a limit', change: { limits: { maxPendingScenes: 7 } } },
  { what: 'a site', change: { sites: [{ ...site, name: 'Another name' }] } },
  { what: 'an order', change: { sites: [{ ...site, origins: ['https://a.test', 'https://b.test'] }] } },
  { what: 'whether there is a secret', change: { ops: { token: 'a-token-that-operators-know-2030' } } },
])('$what makes a difference', ({ change }) => {
  expect(configDigest(load({ ...given, ...change }))).not.toBe(configDigest(load(given)));
});

test.each([
  { what: "a site's secret", change: { sites: [{ ...site, secret: 'canary-other-secret-0123456789' }] } },
  {
    what: 'an AppSecret',
    change: { accounts: [{ ...account, appSecret: 'canary-other-0123456789abcdef' }] },
  },
])('$what makes none: nobody can try secrets against it', ({ change }) => {
  expect(configDigest(load({ ...given, ...change }))).toBe(configDigest(load(given)));
});
