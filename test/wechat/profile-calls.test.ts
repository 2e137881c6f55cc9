import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { follower, paths, stall } from './fake-wechat.ts';
import {
  afterwards,
  ask,
  batches,
  everybody,
  hold,
  openids,
  people,
  singles,
  underWay,
  until,
} from './gathering.ts';
import { failure, stage } from './support.ts';

const { profileCallPatience, profilesOpen, profilesPerCall } = settings.wechat;

describe('who asks', () => {
  test('is asked for alone and at once when nobody else is, time and again', async () => {
    const on = await stage();
    for (const openid of people(3)) await on.account.userInfo(openid);
    expect(singles(on)).toEqual(people(3));
    expect(batches(on)).toEqual([]);
    await afterwards();
    expect(on.clock.alarms).toBe(0);
  });

  test('while a call is under way goes with the others after it, in one call, in Chinese', async () => {
    const on = await underWay();
    const others = ask(on, people(3));
    expect(on.wechat.count(paths.batch)).toBe(0);
    on.answer();
    expect(await openids([on.first, ...others])).toEqual(['oFirst', ...people(3)]);
    expect(singles(on)).toEqual(['oFirst']);
    expect(on.wechat.asked.at(-1)).toMatchObject({ method: 'POST', query: { access_token: 'token-1' } });
    expect(JSON.parse(on.wechat.asked.at(-1)?.body ?? '')).toEqual({
      user_list: people(3).map((openid) => ({ openid, lang: 'zh_CN' })),
    });
    expect(on.observed).toEqual(['stable_token ok', 'user/info ok', 'user/info/batchget ok']);
  });

  test('while a call is under way, as the only one, goes alone after it', async () => {
    const on = await underWay();
    const other = on.account.userInfo('oOther');
    expect(singles(on)).toEqual(['oFirst']);
    on.answer();
    await on.first;
    await until(() => singles(on).length === 2);
    on.answer();
    await expect(other).resolves.toMatchObject({ openid: 'oOther' });
    expect(batches(on)).toEqual([]);
  });

  test('goes after a call that fails, too', async () => {
    const on = await underWay();
    const others = ask(on, people(2));
    on.answer({ errcode: 40003, errmsg: 'invalid openid' });
    expect(await failure(on.first)).toMatchObject({ errcode: 40003 });
    expect(await openids(others)).toEqual(people(2));
  });

  test('is in the call once, however many ask for the same person', async () => {
    const on = await underWay();
    const others = ask(on, [...people(2), ...people(2)]);
    on.answer();
    expect(await openids(others)).toEqual([...people(2), ...people(2)]);
    expect(batches(on)).toEqual([people(2)]);
  });

  test('while a batch is under way goes after it', async () => {
    const on = await underWay();
    const held = hold(on, paths.batch, everybody);
    const others = ask(on, people(2));
    on.answer();
    await held.asked(1);
    const later = ask(on, people(3, 3));
    held.answer();
    await openids(others);
    await held.asked(2);
    held.answer();
    await openids(later);
    expect(batches(on)).toEqual([people(2), people(3, 3)]);
  });
});

describe('nobody waits for a call under way', () => {
  test('once a hundred have gathered; the next gather anew', async () => {
    const on = await underWay();
    const hundred = ask(on, people(profilesPerCall));
    const others = ask(on, people(2, profilesPerCall + 1));
    expect(await openids(hundred)).toEqual(people(profilesPerCall));
    // The first call is still under way, but the newest is over.
    expect(await openids(others)).toEqual(people(2, profilesPerCall + 1));
    expect(batches(on)).toEqual([people(profilesPerCall), people(2, profilesPerCall + 1)]);
    on.answer();
    await on.first;
  });

  test('that has stalled', async () => {
    const on = await underWay();
    const others = ask(on, people(2));
    on.clock.pass(profileCallPatience - 1);
    await afterwards();
    expect(batches(on)).toEqual([]);
    on.clock.pass(1);
    expect(await openids(others)).toEqual(people(2));
    on.answer();
    await on.first;
    await afterwards();
    expect(on.clock.alarms).toBe(0);
  });

  test('that had stalled before they came; of two the newer is waited for', async () => {
    const on = await underWay();
    on.clock.pass(profileCallPatience);
    const second = hold(on, paths.userInfo, ({ query }) => follower(query['openid']));
    const next = on.account.userInfo('oNext');
    await second.asked(1);
    const others = ask(on, people(2));
    on.answer();
    await on.first;
    await afterwards();
    expect(batches(on)).toEqual([]);
    second.answer();
    expect(await openids([next, ...others])).toEqual(['oNext', ...people(2)]);
    expect(batches(on)).toEqual([people(2)]);
  });
});

test('those who wait are so many at most', async () => {
  const on = await stage();
  on.wechat.answer(paths.userInfo, stall);
  on.wechat.answer(paths.batch, stall);
  const waiting = Promise.allSettled(ask(on, people(profilesOpen)));
  expect(await failure(on.account.userInfo('oOneMore'))).toMatchObject({ kind: 'refused', api: 'user/info' });
  // Who waits already may be asked for by others.
  const again = failure(on.account.userInfo(people(profilesOpen).at(-1)!));
  on.account.close();
  await waiting;
  expect(await again).toMatchObject({ kind: 'timeout' });
});

describe('what is to be forgotten', () => {
  test('before the call leaves is asked for once, and kept as it comes', async () => {
    const on = await underWay();
    const [one, two] = people(2);
    const early = ask(on, [one!, two!]);
    on.account.forgetUser(one!);
    const late = on.account.userInfo(one!);
    on.answer();
    expect(await openids([...early, late])).toEqual([one, two, one]);
    expect(batches(on)).toEqual([[one, two]]);
    await on.account.userInfo(one!);
    expect(singles(on)).toEqual(['oFirst']);
  });

  test('while the call is under way is not kept, and asked for anew', async () => {
    const on = await underWay();
    const [one, two] = people(2);
    const held = hold(on, paths.batch, everybody);
    const early = ask(on, [one!, two!]);
    on.answer();
    await held.asked(1);
    on.account.forgetUser(one!);
    on.wechat.answer(paths.userInfo, () => ({ openid: one, subscribe: 0 }));
    const late = on.account.userInfo(one!);
    held.answer();
    expect(await Promise.all(early)).toMatchObject([{ subscribed: true }, { subscribed: true }]);
    await expect(late).resolves.toMatchObject({ openid: one, subscribed: false });
    await ask(on, [two!])[0];
    expect(singles(on)).toEqual(['oFirst', one]);
    await on.account.userInfo(one!);
    expect(singles(on)).toEqual(['oFirst', one, one]);
  });
});

describe('close', () => {
  test('fails a batch under way and those who gathered, and sends nothing more', async () => {
    const on = await underWay();
    on.wechat.answer(paths.batch, stall);
    const inBatch = ask(on, people(2)).map(failure);
    on.answer();
    await until(() => batches(on).length === 1);
    const gathered = ask(on, people(2, 3)).map(failure);
    on.account.close();
    for (const error of await Promise.all([...inBatch, ...gathered]))
      expect(error).toMatchObject({ errcode: null, action: 'retry' });
    await afterwards();
    expect(on.clock.alarms).toBe(0);
    expect(batches(on)).toEqual([people(2)]);
    expect(singles(on)).toEqual(['oFirst']);
  });
});
