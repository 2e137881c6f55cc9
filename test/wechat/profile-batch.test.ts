import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { follower, openidsOf, paths } from './fake-wechat.ts';
import { afterwards, ask, batches, everybody, openids, people, singles, underWay } from './gathering.ts';
import { errorLines, failure, stage } from './support.ts';

const { breakAfterFailures, profilesPerCall, retries } = settings.wechat;

const large = (openid: string) => ({ ...follower(openid), remark: '很'.repeat(400) });

const refusal = () => ({ errcode: 40003, errmsg: 'invalid openid' });

/** What those of three who gathered hear when WeChat answers `list`. */
async function told(list: (right: ReturnType<typeof follower>[]) => unknown[]) {
  const on = await underWay();
  on.wechat.answer(paths.batch, (asked) => ({ user_info_list: list(openidsOf(asked).map(follower)) }));
  const others = Promise.allSettled(ask(on, people(3)));
  on.answer();
  const heard = await others;
  expect(on.wechat.count(paths.batch)).toBe(1);
  return heard.map((one) => (one.status === 'fulfilled' ? one.value.openid : (one.reason as unknown)));
}

describe('the answer for many', () => {
  const none = expect.objectContaining({ kind: 'answer', api: 'user/info', action: 'retry' }) as unknown;
  const [one, two, three] = people(3);

  test('in another order is matched by openid', async () => {
    expect(await told((right) => right.toReversed())).toEqual([one, two, three]);
  });

  test('without somebody fails that one', async () => {
    expect(await told((right) => right.toSpliced(1, 1))).toEqual([one, none, three]);
  });

  test('with somebody else instead fails that one', async () => {
    expect(await told((right) => right.with(1, follower('oForeign')))).toEqual([one, none, three]);
  });

  test('with somebody twice serves all', async () => {
    expect(await told(([first, ...rest]) => [first, first, ...rest])).toEqual([one, two, three]);
  });

  const malformed = [null, 7, 'text', [], {}, { openid: 7 }, { errcode: 40003 }, { openid: '\u202e' }];
  test.each(malformed)('with %j in place of somebody fails that one', async (odd) => {
    expect(await told((right) => [right[0], odd, right[2]])).toEqual([one, none, three]);
  });

  test('is cleaned person by person, and keeps followers only', async () => {
    const on = await underWay();
    const list = [
      { openid: one, nickname: '\u202eevil', subscribe: 'yes' },
      { openid: two, subscribe: 0 },
      follower(three),
    ];
    on.wechat.answer(paths.batch, () => ({ user_info_list: list }));
    const others = Promise.all(ask(on, people(3)));
    on.answer();
    expect(await others).toMatchObject([
      { nickname: 'evil', subscribed: null },
      { subscribed: false },
      { subscribed: true, subscribedAt: 1_700_000_000_000 },
    ]);
    await on.account.userInfo(three!);
    expect(singles(on)).toEqual(['oFirst']);
  });

  test('of a hundred may have more than the 64 KiB of any other', async () => {
    const on = await underWay();
    on.wechat.answer(paths.batch, (asked) => ({ user_info_list: openidsOf(asked).map(large) }));
    expect(await openids(ask(on, people(profilesPerCall)))).toHaveLength(profilesPerCall);
    on.answer();
    await on.first;
  });

  test.each([{}, { user_info_list: null }, { user_info_list: {} }])('is none if it is %j', async (answer) => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => answer);
    const others = ask(on, people(2)).map(failure);
    on.answer();
    const fault = { kind: 'answer', api: 'user/info/batchget' };
    expect(await Promise.all(others)).toMatchObject([fault, fault]);
    expect(on.wechat.count(paths.batch)).toBe(1 + retries);
    expect(singles(on)).toEqual(['oFirst']);
  });
});

describe('a batch that is refused', () => {
  const ofOne = [40003, 40032, 50005, 99999];
  test.each(ofOne)('because of one person (%i) fails that one only', async (errcode) => {
    const on = await underWay();
    const [bad, ...good] = people(3);
    on.wechat.answer(paths.batch, () => ({ errcode, errmsg: 'x' }));
    const others = ask(on, [bad!, ...good]);
    on.answer();
    await on.first;
    on.wechat.answer(paths.userInfo, ({ query: { openid } }) =>
      openid === bad ? { errcode: 40003, errmsg: 'invalid openid' } : follower(openid),
    );
    expect(await failure(others[0]!)).toMatchObject({ errcode: 40003, api: 'user/info' });
    expect(await openids(others.slice(1))).toEqual(good);
    expect(on.wechat.count(paths.batch)).toBe(1);
    expect(singles(on)).toHaveLength(4);
    expect(new Set(singles(on))).toEqual(new Set(['oFirst', ...people(3)]));
  });

  test('because of everybody fails each by itself, and holds up nobody after', async () => {
    const on = await stage();
    on.wechat.answer(paths.userInfo, refusal);
    on.wechat.answer(paths.batch, refusal);
    const rounds = breakAfterFailures + 1;
    for (let round = 1; round <= rounds; round += 1) {
      for (const error of await Promise.all(ask(on, people(3)).map(failure)))
        expect(error).toMatchObject({ errcode: 40003, api: 'user/info' });
      await afterwards();
      expect(batches(on)).toHaveLength(round);
      expect(singles(on)).toHaveLength(3 * round);
    }
    expect(on.lines).toEqual([]);
  });

  test('as we ask it wrongly is told to the operator, once', async () => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => ({ errcode: 47001, errmsg: 'data format error' }));
    const others = ask(on, people(2));
    on.answer();
    await on.first;
    on.wechat.answer(paths.userInfo, ({ query }) => follower(query['openid']));
    expect(await openids(others)).toEqual(people(2));
    expect(errorLines(on.lines)).toMatchObject([{ api: 'user/info/batchget', errcode: 47001 }]);
  });

  test('for a dead token is sent again with a new one', async () => {
    const on = await underWay();
    on.wechat.token = 'token-2';
    const others = ask(on, people(3));
    on.answer();
    expect(await openids(others)).toEqual(people(3));
    expect(batches(on)).toEqual([people(3), people(3)]);
    expect(on.wechat.count(paths.token)).toBe(2);
    expect(singles(on)).toEqual(['oFirst']);
  });
});

describe('a batch that fails', () => {
  const ofAll = [
    { name: 'a dead token, for good', errcode: 40001, action: 'operator', calls: 2 },
    { name: 'the limit of a day', errcode: 45009, action: 'operator', calls: 1 },
    { name: 'the limit of a minute', errcode: 45011, action: 'retry', calls: 1 },
    { name: 'a WeChat that is busy', errcode: -1, action: 'retry', calls: 1 + retries },
  ];
  test.each(ofAll)('for $name fails all who are in it alike', async ({ errcode, action, calls }) => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => ({ errcode, errmsg: 'x' }));
    const others = ask(on, people(3)).map(failure);
    on.answer();
    const fault = { errcode, action, api: 'user/info/batchget' };
    expect(await Promise.all(others)).toMatchObject([fault, fault, fault]);
    expect(batches(on)).toHaveLength(calls);
    expect(singles(on)).toEqual(['oFirst']);
  });

  test('and then succeeds is a success', async () => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => {
      on.wechat.answer(paths.batch, everybody);
      return { errcode: -1, errmsg: 'system error' };
    });
    const others = ask(on, people(2));
    on.answer();
    expect(await openids(others)).toEqual(people(2));
  });

  test.each([
    { name: 'no right to the call', errcode: 48001 },
    { name: 'the limit of a day', errcode: 45009 },
  ])('so that no more are sent, for $name, leaves one call for each person', async ({ errcode }) => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => ({ errcode, errmsg: 'x' }));
    const others = Promise.allSettled(ask(on, people(2)));
    on.answer();
    await on.first;
    await others;
    await afterwards();
    on.wechat.answer(paths.userInfo, ({ query }) => follower(query['openid']));
    expect(await openids(ask(on, people(4, 3)))).toEqual(people(4, 3));
    expect(batches(on)).toHaveLength(1);
    await expect(on.account.createQrCode('a', 60)).resolves.toBeDefined();
  });

  test('for no right to the call is made good by one for each', async () => {
    const on = await underWay();
    on.wechat.answer(paths.batch, () => ({ errcode: 48001, errmsg: 'api unauthorized' }));
    const others = ask(on, people(3));
    on.wechat.answer(paths.userInfo, ({ query }) => follower(query['openid']));
    on.answer();
    expect(await openids(others)).toEqual(people(3));
  });
});
