/** What the tests share that make people gather while WeChat is being asked. */
import { EventEmitter, once } from 'node:events';

import { vi } from 'vitest';

import type { Profile } from '../../src/wechat/official-account.ts';
import { follower, openidsOf, paths } from './fake-wechat.ts';
import type { Asked } from './fake-wechat.ts';
import { stage } from './support.ts';
import type { Stage } from './support.ts';

export const people = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, i) => `oPerson${from + i}`);

export interface Held {
  /** Until so many calls have come, and one waits for its answer. */
  asked: (count: number) => Promise<unknown>;
  /** Answers those that wait: with what is right, or with this. */
  answer: (answer?: unknown) => void;
}

/** From now on the calls of a path wait for `answer`. */
export function hold(
  { wechat }: Pick<Stage, 'wechat'>,
  path: string,
  right: (asked: Asked) => unknown,
): Held {
  const gate = new EventEmitter();
  const before = wechat.count(path);
  wechat.answer(path, async (asked) => {
    const [answer] = (await once(gate, 'answer')) as unknown[];
    return answer ?? right(asked);
  });
  const hasCome = (count: number) =>
    wechat.count(path) - before === count && gate.listenerCount('answer') > 0;
  return {
    asked: (count) => until(() => hasCome(count)),
    answer: (answer) => void gate.emit('answer', answer),
  };
}

/** The right answer of a batchget. */
export const everybody = (asked: Asked) => ({ user_info_list: openidsOf(asked).map(follower) });

/** A call for `oFirst` is under way, and stays so until `answer` is called. */
export async function underWay(): Promise<Stage & { first: Promise<Profile>; answer: Held['answer'] }> {
  const on = await stage();
  const held = hold(on, paths.userInfo, ({ query }) => follower(query['openid']));
  const first = on.account.userInfo('oFirst');
  await held.asked(1);
  return { ...on, first, answer: held.answer };
}

export const ask = ({ account }: Pick<Stage, 'account'>, openids: string[]): Promise<Profile>[] =>
  openids.map((openid) => account.userInfo(openid));

export const openids = async (asked: Promise<Profile>[]): Promise<string[]> =>
  (await Promise.all(asked)).map(({ openid }) => openid);

/** Whom each batchget asked for. */
export const batches = ({ wechat }: Pick<Stage, 'wechat'>): string[][] =>
  wechat.asked.filter(({ path }) => path === paths.batch).map(openidsOf);

/** Whom each user/info asked for. */
export const singles = ({ wechat }: Pick<Stage, 'wechat'>): (string | undefined)[] =>
  wechat.asked.filter(({ path }) => path === paths.userInfo).map(({ query }) => query['openid']);

/** A slow machine gets its time. */
export const until = (happened: () => boolean): Promise<unknown> => vi.waitUntil(happened, 10_000);

/** Until what a settled call leads to has happened on our side. */
export const afterwards = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
