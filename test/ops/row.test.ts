import { expect, test } from 'vitest';
import { maskIp } from '../../src/http/address.ts';
import { rowOf } from '../../src/ops/row.ts';
import type { Surroundings } from '../../src/ops/row.ts';
import { begin } from '../../src/scene/scene.ts';

test.each([
  { ip: '203.0.113.77', masked: '203.0.113.0/24' },
  { ip: '::ffff:203.0.113.77', masked: '203.0.113.0/24' },
  { ip: '2001:db8:1:2:3:4:5:6', masked: '2001:db8:1::/48' },
  { ip: '::1', masked: '::/48' },
  { ip: 'unknown', masked: 'unknown' },
])('$ip is shown as $masked', ({ ip, masked }) => {
  expect(maskIp(ip)).toBe(masked);
});

const surroundings: Surroundings = { nodeLives: () => true, kindOf: () => null };

test('a user agent is shortened, and loses what is not to be seen', () => {
  const userAgent = `a\u202Eb\u0000c\u2066d\u200B\uFEFF\u2028<b>${'x'.repeat(600)}`;
  const browser = { ip: '203.0.113.77', userAgent, origin: 'https://shop.test' };
  const draft = {
    id: 'A'.repeat(22),
    site: 'shop',
    account: 'main',
    approval: 'scan' as const,
    browser,
    claimHash: '',
    codeHash: '',
    codeChallenge: null,
    siteState: null,
  };
  const shown = rowOf(begin(draft, 0, 1, 1), surroundings).browser.userAgent;
  expect(shown.slice(0, 8)).toBe('abcd<b>x');
  expect(shown).toHaveLength(256);
});
