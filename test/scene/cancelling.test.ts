import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { failureOf, openRoom } from './support.ts';

const ways = ['open', 'scanned', 'confirmed'] as const;

describe('by the browser', () => {
  test.each(ways)('a scene that is %s is over, and says why', async (way) => {
    const room = openRoom();
    const { scene, claim } = await room[way]();
    const before = (await room.store.find(scene.id))!;
    expect(await room.scenes.cancelByBrowser(scene.id, claim)).toMatchObject({
      state: 'cancelled',
      reason: 'browser',
      version: before.version + 1,
    });
  });

  test('a second time it is over already, and nothing is told', async () => {
    const { open, scenes, told } = openRoom();
    const { scene, claim } = await open();
    const first = await scenes.cancelByBrowser(scene.id, claim);
    told();
    expect(await scenes.cancelByBrowser(scene.id, claim)).toStrictEqual(first);
    expect(told()).toStrictEqual([]);
  });

  test('what is over otherwise stays so', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, claim, code } = await confirmed();
    await scenes.redeem(code, { site: 'shop' });
    expect(await scenes.cancelByBrowser(scene.id, claim)).toMatchObject({ state: 'consumed', reason: null });
  });

  test.each(ways)('nobody else can, be it %s', async (way) => {
    const room = openRoom();
    const { scene, claim } = await room[way]();
    const before = await room.store.find(scene.id);
    const tries: [string, string][] = [
      [scene.id, randomId(32)],
      [scene.id, ''],
      [scene.id, scene.claimHash],
      [randomId(16), claim],
      ['nonsense', claim],
    ];
    for (const [id, secret] of tries) expect(await room.scenes.cancelByBrowser(id, secret)).toBeUndefined();
    expect(await room.store.find(scene.id)).toStrictEqual(before);
  });
});

describe('by an operator', () => {
  test.each(ways)('a scene that is %s is over, and says why', async (way) => {
    const room = openRoom();
    const { scene } = await room[way]();
    expect(await room.scenes.cancelByOperator(scene.id)).toMatchObject({
      state: 'cancelled',
      reason: 'operator',
    });
  });

  test('a code is good no longer', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, code } = await confirmed();
    await scenes.cancelByOperator(scene.id);
    expect(await failureOf(scenes.redeem(code, { site: 'shop' }))).toBe('invalid_grant');
  });

  test.each(['', 'nonsense', randomId(16)])('there is no scene "%s" to cancel', async (id) => {
    expect(await failureOf(openRoom().scenes.cancelByOperator(id))).toBe('scene_not_found');
  });

  test('what is over cannot be cancelled', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, code } = await confirmed();
    await scenes.redeem(code, { site: 'shop' });
    expect(await failureOf(scenes.cancelByOperator(scene.id))).toBe('scene_final');
  });
});

test('of 25 cancels and 25 exchanges at once one wins', async () => {
  const { confirmed, scenes, told } = openRoom();
  const { scene, code } = await confirmed();
  told();
  const failures = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      failureOf(i % 2 === 0 ? scenes.redeem(code, { site: 'shop' }) : scenes.cancelByOperator(scene.id)),
    ),
  );
  expect(failures.filter((failure) => failure === 'none')).toHaveLength(1);
  expect(told()).toHaveLength(1);
});
