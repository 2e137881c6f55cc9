import { describe, expect, test } from 'vitest';
import { judgeMail } from './mail/checker.ts';
import type { MailRule } from './mail/checker.ts';
import { judgePresence } from './mail/presence.ts';
import type { PresenceRule } from './mail/presence.ts';
import type { MailSight, MailSighting, Mark } from './mail/sights.ts';

const at = { site: 'shop' };

function came(client: string, openid: string, site = 'shop'): MailSight {
  return { kind: 'came', client, site, openid };
}

function welcome(client: string, socket = 0): MailSight {
  return { kind: 'welcome', client, socket, waiting: 0 };
}

function gone(client: string, more: { code?: number; byItself?: boolean; socket?: number } = {}): MailSight {
  return { kind: 'gone', client, socket: 0, code: 1006, welcome: true, byItself: false, ...more };
}

function posted(number: number, more: Partial<Extract<MailSight, { kind: 'posted' }>> = {}): MailSight {
  const mark = { ...at, from: null, to: 'oAnna', number };
  return {
    kind: 'posted',
    ...mark,
    id: `m${number}`,
    status: 'delivered',
    askedAt: 900,
    attempts: 1,
    ...more,
  };
}

type Got = Extract<MailSight, { kind: 'received' }>;

function received(number: number, more: Partial<Got> = {}): MailSight {
  const mark = { ...at, from: null, to: 'oAnna', number };
  return {
    kind: 'received',
    client: 'A',
    socket: 0,
    id: `m${number}`,
    from: null,
    toAll: false,
    mark,
    ...more,
  };
}

const anna = [came('A', 'oAnna'), welcome('A')];
const everything = [...anna, posted(0), received(0), posted(1), received(1)];
const toAll = { to: 'all', id: 'all0' };
const markOfAll: Mark = { ...at, from: null, to: 'all', number: 0 };
const gotAll: Partial<Got> = { id: 'all0', toAll: true, mark: markOfAll };

/** A sight every 100 ms from 1 s on. */
function seen(sights: readonly MailSight[]): MailSighting[] {
  return sights.map((sight, index) => ({ ...sight, at: 1_000 + index * 100 }));
}

function rulesBroken(sights: readonly MailSight[]): string[] {
  return judgeMail(seen(sights)).violations.map(({ rule }) => rule);
}

describe('messages without fault', () => {
  test.each([
    { name: 'all is there', sights: everything },
    { name: 'it is there before its sender is answered', sights: [...anna, received(0), posted(0)] },
    { name: 'one comes again, after a later one', sights: [...everything, received(0, { socket: 1 })] },
    { name: 'nobody is there to whom it is sent', sights: [posted(0, { to: 'oBen' })] },
    {
      name: 'another client has it',
      sights: [...anna, came('B', 'oAnna'), welcome('B'), posted(0), received(0, { client: 'B' })],
    },
    { name: 'a broadcast', sights: [...anna, posted(0, toAll), received(0, gotAll)] },
    { name: 'a broadcast, before somebody comes', sights: [posted(0, toAll), ...anna] },
    { name: 'a broadcast, and somebody went', sights: [...anna, posted(0, toAll), gone('A')] },
    { name: 'a broadcast of another site', sights: [...anna, posted(0, { ...toAll, site: 'cafe' })] },
    {
      name: 'a broadcast for one who does not read',
      sights: [...anna, { kind: 'deafened', client: 'A' } as const, posted(0, toAll)],
    },
    { name: 'somebody comes back', sights: [...everything, gone('A'), welcome('A', 1)] },
  ])('$name', ({ sights }) => {
    expect(rulesBroken(sights)).toEqual([]);
  });

  test('what came again is counted', () => {
    const sights = [...everything, received(0), received(1, { socket: 1 })];
    const counts = { taken: 2, received: 4, again: 2, againAtOneSocket: 1 };
    expect(judgeMail(seen(sights))).toMatchObject(counts);
  });
});

const foreignMark: Mark = { ...at, from: null, to: 'oBen', number: 0 };

const breaches: { name: string; rule: MailRule; sights: MailSight[] }[] = [
  { name: 'one never comes', rule: 'a message is lost', sights: [...anna, posted(0)] },
  {
    name: 'one was queued for somebody who comes later, and never comes',
    rule: 'a message is lost',
    sights: [posted(0, { status: 'queued' }), ...anna],
  },
  {
    name: 'the service never takes it',
    rule: 'a message is not taken',
    sights: [...anna, posted(0, { status: undefined })],
  },
  {
    name: 'the later one comes first',
    rule: 'messages out of order',
    sights: [...anna, posted(0), posted(1), received(1), received(0)],
  },
  {
    name: 'it comes again under another id',
    rule: 'a message has two ids',
    sights: [
      ...anna,
      posted(0, { from: 'oBen' }),
      received(0, { from: 'oBen', mark: { ...foreignMark, from: 'oBen', to: 'oAnna' } }),
      received(0, { from: 'oBen', mark: { ...foreignMark, from: 'oBen', to: 'oAnna' }, id: 'other' }),
    ],
  },
  {
    name: 'two have one id',
    rule: 'an id has two messages',
    sights: [...anna, posted(0), received(0), posted(1, { id: 'm0' }), received(1, { id: 'm0' })],
  },
  {
    name: 'it was for somebody else',
    rule: 'a message of another user',
    sights: [...anna, posted(0, { to: 'oBen' }), received(0, { mark: foreignMark })],
  },
  {
    name: 'it was for the same person at another site',
    rule: 'a message of another site',
    sights: [
      ...anna,
      posted(0, { site: 'cafe' }),
      received(0, { mark: { ...foreignMark, to: 'oAnna', site: 'cafe' } }),
    ],
  },
  {
    name: 'it is said to be of another sender',
    rule: 'a false sender',
    sights: [...anna, posted(0), received(0, { from: 'oBen' })],
  },
  { name: 'nobody sent it', rule: 'a message that nobody sent', sights: [...anna, received(0)] },
  {
    name: 'the site gave it another id',
    rule: 'a message that nobody sent',
    sights: [...anna, posted(0), received(0, { id: 'other' })],
  },
  {
    name: 'a broadcast does not come',
    rule: 'a broadcast is missed',
    sights: [...anna, posted(0, { ...toAll, askedAt: 1_500 })],
  },
  {
    name: 'a broadcast comes again',
    rule: 'a broadcast comes twice',
    sights: [...anna, posted(0, toAll), received(0, gotAll), received(0, gotAll)],
  },
  {
    name: 'a good token is refused',
    rule: 'a client is turned away',
    sights: [...anna, gone('A', { code: 4401 })],
  },
];

describe('messages with a fault', () => {
  test.each(breaches)('$rule: $name', ({ rule, sights }) => {
    expect(rulesBroken(sights)).toEqual([rule]);
  });
});

/** The first three as above, what follows at another time. */
function later(sights: readonly MailSight[], after: number): MailSighting[] {
  return sights.map((sight, index) => ({ ...sight, at: index < 3 ? 1_000 + index * 100 : after }));
}

describe('who is there', () => {
  const within = 500;
  type Looked = Extract<MailSight, { kind: 'looked' }>;
  const told = (askedAt: number, connections: number, more: Partial<Looked> = {}): MailSight => ({
    kind: 'looked',
    ...at,
    openid: 'oAnna',
    askedAt,
    online: connections > 0,
    connections,
    lastSeenAt: performance.timeOrigin + 1_100,
    ...more,
  });
  const goneAt1200 = [...anna, gone('A')];

  test.each<{ name: string; sights: MailSight[]; after: number }>([
    { name: 'there', sights: [...anna, came('B', 'oBen'), told(1_400, 1)], after: 1_500 },
    { name: 'gone, and still counted', sights: [...goneAt1200, told(1_400, 1)], after: 1_500 },
    { name: 'gone', sights: [...goneAt1200, told(1_800, 0)], after: 1_900 },
  ])('$name', ({ sights, after }) => {
    expect(judgePresence(later(sights, after), within).violations).toEqual([]);
  });

  test.each<{ rule: PresenceRule; sights: MailSight[]; after: number }>([
    {
      rule: 'somebody who is there is not seen',
      sights: [...anna, came('B', 'oBen'), told(1_400, 0)],
      after: 1_500,
    },
    { rule: 'somebody who is gone is still seen', sights: [...goneAt1200, told(1_800, 1)], after: 1_900 },
    { rule: 'more sockets than there ever were', sights: [...goneAt1200, told(1_400, 2)], after: 1_500 },
    {
      rule: 'online and connections differ',
      sights: [...goneAt1200, told(1_800, 0, { online: true })],
      after: 1_900,
    },
    {
      rule: 'last seen at a wrong time',
      sights: [...goneAt1200, told(2_800, 0, { lastSeenAt: null })],
      after: 2_900,
    },
    {
      rule: 'last seen at a wrong time',
      sights: [...goneAt1200, told(2_800, 0, { lastSeenAt: performance.timeOrigin - 5_000 })],
      after: 2_900,
    },
  ])('$rule', ({ rule, sights, after }) => {
    const { violations } = judgePresence(later(sights, after), within);
    expect(violations.map((one) => one.rule)).toEqual([rule]);
  });

  test('how long somebody is counted who is gone', () => {
    expect(judgePresence(later([...goneAt1200, told(1_500, 1)], 1_600), within).staleness).toEqual([300]);
  });
});
