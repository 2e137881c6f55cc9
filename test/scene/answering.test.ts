import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { Answer } from '../../src/scene/answer.ts';
import { deriveCode } from '../../src/scene/code.ts';
import { failureOf, openRequest, openRoom, profile, times } from './support.ts';

const owner = { account: 'main', openid: 'oOwner' };
const whoAsks = { ...owner, followed: false, isAsked: true };
const answers: Answer[] = ['accept', 'decline'];

/** A scene whose person is being asked. */
async function asked() {
  const room = openRoom();
  const opened = await room.open({ approval: 'tap' });
  await room.scenes.scan(opened.scene.id, whoAsks);
  room.told();
  return { ...room, ...opened, id: opened.scene.id };
}

test('who is asked has a minute to answer, however late the scan', async () => {
  const { scenes, open, clock } = openRoom();
  const { scene } = await open({ approval: 'tap' });
  clock.advance(times.ttl - 1);
  const result = await scenes.scan(scene.id, whoAsks);
  expect(result).toMatchObject({
    kind: 'owner',
    scene: { state: 'scanned', expiresAt: clock.now() + settings.scene.whileAsked },
  });
});

test('no time confirms it: who does not answer has not logged in', async () => {
  const { scenes, id, clock, told } = await asked();
  clock.advance(times.profileWait + 1);
  expect(await scenes.read(id)).toMatchObject({ state: 'scanned' });
  clock.advance(times.ttl);
  expect(await scenes.read(id)).toMatchObject({ state: 'expired', confirmedAt: null });
  expect(told()).toStrictEqual([]);
});

test('yes confirms it, with what is known of the person, and the code is good', async () => {
  const { scenes, id, clock, told, claim } = await asked();
  const scene = await scenes.answer(id, owner, 'accept', profile);
  expect(scene).toMatchObject({
    state: 'confirmed',
    ...profile,
    confirmedAt: clock.now(),
    codeExpiresAt: clock.now() + times.codeTtl,
  });
  expect(told()).toStrictEqual(['confirmed 3']);
  const redeemed = await scenes.redeem(deriveCode(id, claim), { site: openRequest.site });
  expect(redeemed).toMatchObject({ openid: 'oOwner', approval: 'tap' });
});

test('no ends it, and no code is good', async () => {
  const { scenes, id, told, claim } = await asked();
  expect(await scenes.answer(id, owner, 'decline', profile)).toMatchObject({ state: 'denied', user: null });
  expect(told()).toStrictEqual(['denied 3']);
  const attempt = scenes.redeem(deriveCode(id, claim), { site: openRequest.site });
  expect(await failureOf(attempt)).toBe('invalid_grant');
});

describe.each(answers)('%s', (answer) => {
  test.each([
    { who: 'another person', by: { ...owner, openid: 'oThief' } },
    { who: 'somebody of another account', by: { ...owner, account: 'other' } },
  ])('of $who is as if there were no scene, and changes nothing', async ({ by }) => {
    const { scenes, id, store } = await asked();
    expect(await failureOf(scenes.answer(id, by, answer, profile))).toBe('approval_not_found');
    expect(await store.find(id)).toMatchObject({ state: 'scanned', version: 2 });
    await scenes.answer(id, owner, 'decline', null);
    expect(await failureOf(scenes.answer(id, by, answer, profile))).toBe('approval_not_found');
  });

  test.each(answers)('after %s comes too late', async (first) => {
    const { scenes, id } = await asked();
    const before = await scenes.answer(id, owner, first, profile);
    expect(await failureOf(scenes.answer(id, owner, answer, profile))).toBe('approval_used');
    expect(await scenes.read(id)).toStrictEqual(before);
  });

  test('after the code was taken comes too late', async () => {
    const { scenes, id, claim } = await asked();
    await scenes.answer(id, owner, 'accept', profile);
    await scenes.redeem(deriveCode(id, claim), { site: openRequest.site });
    expect(await failureOf(scenes.answer(id, owner, answer, profile))).toBe('approval_used');
  });

  test('to a scene that is over', async () => {
    const { scenes, id, claim } = await asked();
    await scenes.cancelByBrowser(id, claim);
    expect(await failureOf(scenes.answer(id, owner, answer, profile))).toBe('scene_final');
  });

  test('to a scene that expired, and to one that is gone', async () => {
    const { scenes, id, clock } = await asked();
    clock.advance(times.ttl);
    expect(await failureOf(scenes.answer(id, owner, answer, profile))).toBe('scene_final');
    clock.advance(settings.scene.keepFinal);
    expect(await failureOf(scenes.answer(id, owner, answer, profile))).toBe('approval_not_found');
  });

  test('before anybody scanned', async () => {
    const { scenes, open } = openRoom();
    const { scene } = await open({ approval: 'tap' });
    expect(await failureOf(scenes.answer(scene.id, owner, answer, profile))).toBe('approval_not_found');
  });

  test('to what cannot be a scene', async () => {
    const { scenes } = openRoom();
    expect(await failureOf(scenes.answer('nonsense', owner, answer, profile))).toBe('approval_not_found');
  });
});

test('of all answers at once one counts', async () => {
  const { scenes, id, told } = await asked();
  const attempts = Array.from({ length: 20 }, (_, i) =>
    failureOf(scenes.answer(id, owner, answers[i % 2]!, profile)),
  );
  const failures = await Promise.all(attempts);
  expect(failures.filter((failure) => failure === 'none')).toHaveLength(1);
  expect(failures.filter((failure) => failure === 'approval_used')).toHaveLength(19);
  expect(told()).toHaveLength(1);
});

test('a way to scan that asks by itself does so whatever the site says', async () => {
  const { open, printer } = openRoom();
  printer.approval = 'tap';
  expect((await open({ approval: 'scan' })).scene.approval).toBe('tap');
});
