import { describe, expect, test } from 'vitest';
import { judge } from './checker.ts';
import type { Law, RuleName } from './checker.ts';
import type { Sight, Sighting } from './history.ts';
import { percentile } from './report.ts';

const id = 'sceneAAAAAAAAAAAAAAAAA';
const code = `${id}codecodecode`;
const law: Law = { newQr: 'forbidden' };

const began: Sight = { kind: 'began', page: 'page 1' };
const opened: Sight = { kind: 'opened', page: 'page 1', scene: id };
const pending: Sight = { kind: 'shown', page: 'page 1', scene: id, state: 'pending', version: 1 };
const scan: Sight = {
  kind: 'scanned',
  openid: 'oAnna',
  scene: id,
  answer: 'accepted',
  postedAt: 1_000,
  attempts: 1,
};
const scanned: Sight = { kind: 'shown', page: 'page 1', scene: id, state: 'scanned', version: 2 };
const confirmed: Sight = { kind: 'shown', page: 'page 1', scene: id, state: 'confirmed', version: 3, code };
const left: Sight = { kind: 'left', page: 'page 1', scene: id, code };
const success: Sight = { kind: 'exchanged', code, key: 'key-1', status: 200, openid: 'oAnna', of: id };
const refusal: Sight = { kind: 'exchanged', code, key: 'key-2', status: 400 };
const noAnswer: Sight = { kind: 'exchanged', code, key: 'key-1', status: undefined };
const beforeScan = [began, opened, pending];
const beforeExchange = [...beforeScan, scan, scanned, confirmed, left];
const login = [...beforeExchange, success];

/** A sight every 100 ms from 1 s on. */
function seen(sights: readonly Sight[]): Sighting[] {
  return sights.map((sight, index) => ({ ...sight, at: 1_000 + index * 100 }));
}

function rulesBroken(sights: readonly Sight[], under: Law = law): string[] {
  return judge(seen(sights), under).violations.map(({ rule }) => rule);
}

describe('a history without fault', () => {
  test.each([
    { name: 'a login', sights: login },
    { name: 'the spent code is refused', sights: [...login, refusal] },
    { name: 'the same key gets the same answer again', sights: [...login, success] },
    { name: 'an answer was lost on the way', sights: [...beforeExchange, noAnswer, success] },
    { name: 'a snapshot comes twice', sights: [...beforeExchange, confirmed, success] },
    { name: 'an older snapshot comes late', sights: [...beforeExchange, scanned, success] },
    {
      name: 'a second person is told that the code is taken',
      sights: [...login, { ...scan, openid: 'oBen', answer: 'refused' } as const],
    },
    {
      name: 'a scan whose answer was lost logs in all the same',
      sights: login.map((one) => (one === scan ? { ...scan, answer: 'unanswered' as const } : one)),
    },
    {
      name: 'the browser gave up the scene',
      sights: [...login, { ...scanned, state: 'consumed', version: 4 } as const],
    },
  ])('$name', ({ sights }) => {
    const verdict = judge(seen(sights), law);
    expect(verdict.violations).toEqual([]);
    expect(verdict).toMatchObject({ pages: 1, loggedIn: 1, newQrCodes: 0, scannedAgain: 0 });
  });
});

const other = 'sceneBBBBBBBBBBBBBBBBB';
const nextScene: Sight[] = [
  { ...opened, scene: other },
  { ...pending, scene: other },
];
const nextLogin: Sight[] = [
  ...nextScene,
  { ...scan, scene: other },
  { ...confirmed, scene: other, code: `${other}x` },
  { ...success, code: `${other}x`, of: other },
];

const breaches: { name: string; rule: RuleName; sights: Sight[]; under?: Law }[] = [
  {
    name: 'a page is shown the code of another',
    rule: 'a scene is seen at another page',
    sights: [...login, { ...confirmed, page: 'page 2' }],
  },
  {
    name: 'a page is shown how far another is',
    rule: 'a scene is seen at another page',
    sights: [...login, { ...pending, page: 'page 2' }],
  },
  {
    name: 'the code changes',
    rule: 'two codes of one scene',
    sights: [...login, { ...confirmed, code: `${code}2` }],
  },
  {
    name: 'a code is that of another scene',
    rule: 'two codes of one scene',
    sights: login.map((one) => (one === confirmed ? { ...confirmed, code: `${other}x` } : one)),
  },
  {
    name: 'one version has two states',
    rule: 'a scene goes back',
    sights: [...login, { ...scanned, version: 3 }],
  },
  {
    name: 'a later version has an earlier state',
    rule: 'a scene goes back',
    sights: [...login, { ...pending, version: 4 }],
  },
  {
    name: 'something follows an end',
    rule: 'a scene goes back',
    sights: [
      ...login,
      { ...pending, state: 'consumed', version: 4 },
      { ...pending, state: 'expired', version: 5 },
    ],
  },
  {
    name: 'two people are told that they log in',
    rule: 'two owners',
    sights: [...login, { ...scan, openid: 'oBen' }],
  },
  {
    name: 'the site learns of somebody who did not scan',
    rule: 'the wrong person',
    sights: [...beforeExchange, { ...success, openid: 'oBen' }],
  },
  {
    name: 'the site learns of another scene',
    rule: 'the wrong person',
    sights: [...beforeExchange, { ...success, of: other }],
  },
  {
    name: 'one code is two people',
    rule: 'two identities',
    sights: [...login, { ...success, openid: 'oBen' }],
  },
  {
    name: 'another key gets an answer too',
    rule: 'a spent code works again',
    sights: [...login, { ...success, key: 'key-2' }],
  },
  {
    name: 'a code works that no page was shown',
    rule: 'a code that nobody was given works',
    sights: [...login, { ...success, code: `${code}2` }],
  },
  {
    name: 'the page never learns of the scan',
    rule: 'a login is lost',
    sights: [...beforeScan, scan],
  },
  {
    name: 'the exchange is refused',
    rule: 'a login is lost',
    sights: [...beforeExchange, { ...refusal, key: 'key-1' }],
  },
  {
    name: 'the exchange is never answered',
    rule: 'a login is lost',
    sights: [...beforeExchange, noAnswer],
  },
  {
    name: 'the page must ask for another QR code after the scan',
    rule: 'a login is lost',
    sights: [...beforeScan, scan, ...nextLogin],
  },
  {
    name: 'even where that is allowed, the last scan counts',
    rule: 'a login is lost',
    sights: [...beforeScan, scan, ...nextScene, { ...scan, scene: other }],
    under: { newQr: 'allowed' },
  },
  {
    name: 'a page gets no QR code',
    rule: 'a page is not logged in',
    sights: [...login, { ...began, page: 'page 2' }],
  },
  { name: 'nobody is told anything', rule: 'a page is not logged in', sights: beforeScan },
  {
    name: 'a page must ask for another QR code before the scan',
    rule: 'a new QR code is forced',
    sights: [...beforeScan, ...nextLogin],
  },
  {
    name: 'the code takes too long',
    rule: 'a result is late',
    // Posted at 1,000, shown at 1,500.
    sights: login,
    under: { ...law, confirmedWithin: 499 },
  },
];

describe('a breach of a rule is found', () => {
  test.each(breaches)('$rule: $name', ({ rule, sights, under }) => {
    expect(rulesBroken(sights, under)).toContain(rule);
  });

  test('every rule has one here', () => {
    const none: Record<RuleName, true> = {
      'a scene is seen at another page': true,
      'two codes of one scene': true,
      'a scene goes back': true,
      'two owners': true,
      'the wrong person': true,
      'two identities': true,
      'a spent code works again': true,
      'a code that nobody was given works': true,
      'a login is lost': true,
      'a page is not logged in': true,
      'a new QR code is forced': true,
      'a result is late': true,
    };
    expect(new Set(breaches.map(({ rule }) => rule))).toEqual(new Set(Object.keys(none)));
  });

  test('and says where, and what was seen there', () => {
    const { violations } = judge(seen([...beforeExchange, { ...refusal, key: 'key-1' }]), law);
    expect(violations).toContainEqual({
      rule: 'a login is lost',
      where: id,
      says: 'the page saw pending, scanned, confirmed; the exchange was answered 400',
    });
  });
});

test('where a new QR code is allowed, what had to be repeated is counted and no breach', () => {
  const verdict = judge(seen([...beforeScan, scan, ...nextLogin]), { newQr: 'allowed' });
  expect(verdict).toMatchObject({ violations: [], loggedIn: 1, newQrCodes: 1, scannedAgain: 1 });
});

test('pages that only wait need not be logged in', () => {
  expect(rulesBroken(beforeScan, { ...law, everyoneLogsIn: false })).toEqual([]);
});

test('the time from the first posting to the code is told', () => {
  expect(judge(seen(login), law).latencies).toEqual([500]);
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(percentile([1, 2, 3, 4], 1)).toBe(4);
  expect(percentile([], 0.5)).toBeNaN();
});
