import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { look, openMiniStage } from './mini-stage.ts';
import type { MiniStage, Told } from './mini-stage.ts';

/** A code of the mini program, and the person who scanned it first. */
async function scanned(stage: MiniStage) {
  const scene = await stage.app.browser().open('shop', { account: 'mini' });
  const owner = await stage.phone('oOwner').login();
  return { scene, owner, question: await owner.asked(scene.sceneId) };
}

const refusal = (status: number, error: string): object => ({
  status,
  body: { error, message: expect.stringMatching(/\.$/) },
});

describe('whoever scans', () => {
  test('again is asked the same again', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const before = await look(stage, scene);
    expect(await owner.asked(scene.sceneId)).toEqual(question);
    expect(await look(stage, scene)).toEqual(before);
  });

  test('again in a new session is the same person', async () => {
    const stage = await openMiniStage();
    const { scene, question } = await scanned(stage);
    const again = await stage.phone('oOwner').login();
    expect(await again.asked(scene.sceneId)).toEqual(question);
    expect(await again.answer(question.handle)).toMatchObject({ status: 200 });
  });

  test('after somebody else is told so, and changes nothing', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const thief = await stage.phone('oThief').login();
    expect(await thief.scan(scene.sceneId)).toEqual(refusal(409, 'scene_taken'));
    expect(await look(stage, scene)).toMatchObject({ state: 'scanned', version: 2 });
    expect(await owner.answer(question.handle)).toMatchObject({ status: 200 });
  });

  test('as the sixth other person ends it', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    for (let i = 0; i < 6; i++) {
      const other = await stage.phone(`oOther${i}`).login();
      expect(await other.scan(scene.sceneId)).toEqual(refusal(409, 'scene_taken'));
    }
    expect(await look(stage, scene)).toMatchObject({ state: 'cancelled', reason: 'too_many_scanners' });
    expect(await owner.answer(question.handle)).toEqual(refusal(409, 'scene_final'));
  });

  test('what is not there, over, or of another account finds nothing', async () => {
    const stage = await openMiniStage();
    const { scene } = await scanned(stage);
    const [person, stranger] = [
      await stage.phone('oMei').login(),
      await stage.phone('oMei', 'other').login(),
    ];
    const official = await stage.app.browser().open('shop');
    const nowhere = refusal(404, 'scene_not_found');
    expect(await stranger.scan(scene.sceneId)).toEqual(nowhere);
    for (const id of [official.sceneId, randomId(16), 'nonsense', '__proto__'])
      expect(await person.scan(id)).toEqual(nowhere);
    const cancelled = await stage.app.browser().open('shop', { account: 'mini' });
    const headers = { authorization: `Bearer ${cancelled.claim}` };
    await stage.app.browser().post(`/api/scenes/${cancelled.sceneId}/cancel`, {}, headers);
    expect(await person.scan(cancelled.sceneId)).toEqual(nowhere);
    expect(await look(stage, official)).toMatchObject({ state: 'pending', version: 1 });
  });

  test("an official account's event reaches no scene of the mini program", async () => {
    const stage = await openMiniStage();
    const scene = await stage.app.browser().open('shop', { account: 'mini' });
    await stage.app.wechat.scan('oThief', scene.sceneId);
    expect(await look(stage, scene)).toMatchObject({ state: 'pending', version: 1 });
  });

  test('more often than allowed has to wait', async () => {
    const stage = await openMiniStage({ config: { limits: { scansPerOpenidPerMinute: 2 } } });
    const { scene, owner } = await scanned(stage);
    await owner.asked(scene.sceneId);
    expect(await owner.scan(scene.sceneId)).toEqual(refusal(429, 'rate_limited'));
    const other = await stage.phone('oOther').login();
    expect(await other.scan(scene.sceneId)).toEqual(refusal(409, 'scene_taken'));
  });
});

describe('an answer', () => {
  test('works once', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    await owner.answer(question.handle);
    for (const answer of ['accept', 'decline'])
      expect(await owner.answer(question.handle, answer)).toEqual(refusal(409, 'approval_used'));
    expect(await look(stage, scene)).toMatchObject({ state: 'confirmed', version: 3 });
    expect(await owner.scan(scene.sceneId)).toEqual(refusal(409, 'approval_used'));
  });

  test('of many at once counts once', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const answers = Array.from({ length: 10 }, (_, i) =>
      owner.answer(question.handle, i % 2 ? 'accept' : 'decline'),
    );
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(9);
    expect(await look(stage, scene)).toMatchObject({ version: 3 });
  });

  test('with the handle of another person is as if there were none', async () => {
    const stage = await openMiniStage();
    const { scene, question } = await scanned(stage);
    const thief = await stage.phone('oThief').login();
    await thief.scan(scene.sceneId);
    const sameAtAnother = await stage.phone('oOwner', 'other').login();
    for (const phone of [thief, sameAtAnother])
      expect(await phone.answer(question.handle)).toEqual(refusal(404, 'approval_not_found'));
    expect(await look(stage, scene)).toMatchObject({ state: 'scanned', version: 2 });
  });

  test('with a handle that nobody gave out is as if there were none', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const forged = [
      scene.sceneId,
      scene.sceneId + randomId(32),
      randomId(16) + question.handle.slice(22),
      `${question.handle}A`,
      'nonsense',
    ];
    for (const handle of forged)
      expect(await owner.answer(handle)).toEqual(refusal(404, 'approval_not_found'));
    expect(await look(stage, scene)).toMatchObject({ state: 'scanned', version: 2 });
  });

  test.each(['maybe', '', null, true, undefined])('that is %j is none', async (answer) => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const told = await owner.post(`/approvals/${question.handle}`, { answer });
    expect(told).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await look(stage, scene)).toMatchObject({ state: 'scanned', version: 2 });
  });
});

test('who somebody says they are is never believed', async () => {
  const stage = await openMiniStage();
  const { scene, question } = await scanned(stage);
  const thief = await stage.phone('oThief').login();
  const disguise = { openid: 'oOwner', session: { openid: 'oOwner' }, account: 'mini', answer: 'accept' };
  expect(await thief.post(`/scenes/${scene.sceneId}/scan?openid=oOwner`, disguise)).toEqual(
    refusal(409, 'scene_taken'),
  );
  expect(await thief.post(`/approvals/${question.handle}?openid=oOwner`, disguise)).toEqual(
    refusal(404, 'approval_not_found'),
  );
});

describe('without a session', () => {
  const relogin = { status: 401, body: { error: 'session_expired', relogin: true } };

  test('nobody scans, and nobody answers', async () => {
    const stage = await openMiniStage();
    const { scene, owner, question } = await scanned(stage);
    const nobody = stage.phone('oOwner');
    expect(await nobody.scan(scene.sceneId)).toMatchObject(relogin);
    expect(await nobody.answer(question.handle)).toMatchObject(relogin);
    // Its own, but of another account.
    const elsewhere = await fetch(`${stage.app.url}/miniprogram/mini/scenes/${scene.sceneId}/scan`, {
      method: 'POST',
      headers: { authorization: `Bearer ${randomId(32)}` },
    });
    expect(elsewhere.status).toBe(401);
    expect(await owner.answer(question.handle)).toMatchObject({ status: 200 });
  });

  test('an account that is none, or no mini program, is unknown', async () => {
    const stage = await openMiniStage();
    const told: Told[] = [];
    for (const account of ['main', 'nobody', '__proto__'])
      told.push(await stage.phone('oMei', account).scan(randomId(16)));
    expect(told).toEqual(told.map(() => refusal(404, 'unknown_account')));
  });
});

test('nothing secret is logged, nor who scanned', async () => {
  const stage = await openMiniStage({ config: { log: { level: 'debug' } } });
  const { owner, question } = await scanned(stage);
  await owner.answer(question.handle);
  const lines = stage.app.logged.join('\n');
  expect(lines).toContain('"outcome":"scanned"');
  expect(lines).toContain('"outcome":"confirmed"');
  expect(lines).not.toContain('oOwner');
  expect(lines).not.toContain('canary');
});
