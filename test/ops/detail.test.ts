import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { sceneStates } from '../../src/protocol/messages.ts';
import type { SceneState } from '../../src/protocol/messages.ts';
import { detailOf } from '../../src/ops/detail.ts';
import { deriveCode } from '../../src/scene/code.ts';
import type { Surroundings } from '../../src/ops/row.ts';
import { advance, aged, begin, moves } from '../../src/scene/scene.ts';
import type { Change, MoveName, Scene } from '../../src/scene/scene.ts';
import type { OpenedScene } from '../../src/scene/scenes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { stage as miniProgramStage } from '../wechat/mini-program-stage.ts';
import { Stage, viewToken } from './stage.ts';

const openid = 'oOPENIDofsomebody0000000001';
const start = 1_700_000_000_000;
const keep = settings.scene.keepFinal;
const surroundings: Surroundings = { nodeLives: () => true, kindOf: () => null };

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock(start);
  stage = await new Stage({ clock }).listen();
});
afterEach(() => stage.close());

const show = (id: string) => stage.api(`scenes/${id}`);

/** Opened, a second later scanned, two seconds later confirmed, five seconds later consumed. */
async function logIn(): Promise<OpenedScene> {
  const opened = await stage.open();
  clock.advance(1_000);
  await stage.scenes.scan(opened.scene.id, { account: 'main', openid, followed: true });
  clock.advance(2_000);
  await stage.scenes.confirm(opened.scene.id, null);
  clock.advance(5_000);
  return opened;
}

describe('GET /ops/api/scenes/{sceneId}', () => {
  test('tells of a new scene where it came from', async () => {
    const { scene } = await stage.open();
    const { status, body } = await show(scene.id);
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      sceneId: scene.id,
      site: 'shop',
      account: 'main',
      accountKind: null,
      state: 'pending',
      approval: 'scan',
      createdAt: start,
      expiresAt: start + 120_000,
      scannedAt: null,
      reason: null,
      node: null,
      connected: false,
      browser: { ip: '203.0.113.77', userAgent: 'Mozilla/5.0 (X11; Linux) Chrome/120' },
      followed: false,
      openid: null,
      strangers: 0,
      attachments: 0,
      origin: 'https://shop.test',
      history: [{ move: 'open', state: 'pending', at: start }],
    });
  });

  test('tells of a login what happened, oldest first', async () => {
    const { scene, claim } = await logIn();
    await stage.scenes.redeem(deriveCode(scene.id, claim), {
      site: 'shop',
      idempotencyKey: 'canary-idempotency-key',
    });
    clock.advance(30_000);
    expect((await show(scene.id)).body).toMatchObject({
      state: 'consumed',
      followed: true,
      openid: 'oOPE…001',
      reason: null,
      endsAt: start + 8_000,
      history: [
        { move: 'open', state: 'pending', at: start },
        { move: 'scan', state: 'scanned', at: start + 1_000 },
        { move: 'confirm', state: 'confirmed', at: start + 3_000 },
        { move: 'consume', state: 'consumed', at: start + 8_000 },
      ],
    });
  });

  test('tells who else scanned, how often the browser came, and why the scene ended', async () => {
    const { scene, claim } = await stage.open();
    for (let i = 0; i < 3; i++) await stage.scenes.attach(scene.id, claim, 'node-a');
    expect((await show(scene.id)).body).toMatchObject({ attachments: 3, node: 'node-a', connected: true });
    const scan = (who: string) =>
      stage.scenes.scan(scene.id, { account: 'main', openid: who, followed: false });
    await scan(openid);
    for (let i = 0; i < 2; i++) await scan(`oSTRANGER000000000000000000${i}`);
    expect((await show(scene.id)).body).toMatchObject({ strangers: 2, state: 'scanned' });
    for (let i = 2; i < 6; i++) await scan(`oSTRANGER000000000000000000${i}`);
    expect((await show(scene.id)).body).toMatchObject({
      strangers: 6,
      state: 'cancelled',
      reason: 'too_many_scanners',
      connected: false,
      history: [{ move: 'open' }, { move: 'scan' }, { move: 'crowd', state: 'cancelled', at: start }],
    });
  });

  test('tells of a mini program that its person was asked, and said no', async () => {
    const { program } = await miniProgramStage();
    await stage.close();
    stage = await new Stage({ clock, miniPrograms: [program] }).listen();
    const { scene } = await stage.open({ account: 'mini', approval: 'tap' });
    clock.advance(1_000);
    await stage.scenes.scan(scene.id, { account: 'mini', openid, followed: false, isAsked: true });
    clock.advance(4_000);
    await stage.scenes.answer(scene.id, { account: 'mini', openid }, 'decline', {
      unionid: null,
      user: null,
    });
    const told = { account: 'mini', accountKind: 'mini-program', approval: 'tap', state: 'denied' };
    expect((await show(scene.id)).body).toMatchObject({
      ...told,
      openid: 'oOPE…001',
      history: [
        { move: 'open', state: 'pending', at: start },
        { move: 'scan', state: 'scanned', at: start + 1_000 },
        { move: 'decline', state: 'denied', at: start + 5_000 },
      ],
    });
    expect((await stage.api('scenes')).body.scenes).toMatchObject([told]);
  });

  test('tells of a scene that ran out of time when it did, whenever it is asked', async () => {
    const { scene } = await stage.open();
    clock.advance(150_000);
    expect((await show(scene.id)).body).toMatchObject({
      state: 'expired',
      endsAt: start + 120_000,
      history: [{ move: 'open' }, { move: 'expire', state: 'expired', at: start + 120_000 }],
    });
    clock.advance(30_000);
    expect((await show(scene.id)).status).toBe(404);
  });

  test('looking changes nothing: what is due to be confirmed is left to those who wait for it', async () => {
    const { scene } = await stage.open();
    await stage.scenes.scan(scene.id, { account: 'main', openid, followed: false });
    clock.advance(5_000);
    expect((await show(scene.id)).body).toMatchObject({ state: 'scanned' });
    expect((await stage.store.find(scene.id))?.version).toBe(2);
  });

  test.each(['A'.repeat(22), 'short', 'A'.repeat(23), '%2F', '__proto__', `${'A'.repeat(21)}%00`])(
    'no scene: %s',
    async (id) => {
      const { status, body } = await show(id);
      expect(status).toBe(404);
      expect(body.error).toBe('scene_not_found');
    },
  );

  test('needs a session or the token', async () => {
    const { scene } = await stage.open();
    expect((await stage.fetch(`/ops/api/scenes/${scene.id}`)).status).toBe(401);
    const cookie = await stage.cookie();
    const answer = await stage.fetch(`/ops/api/scenes/${scene.id}`, { headers: { cookie } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('whoever may only view sees the network of the browser, and not its address', async () => {
    const { scene } = await stage.open();
    const headers = { authorization: `Bearer ${viewToken}` };
    const answer = await stage.fetch(`/ops/api/scenes/${scene.id}`, { headers });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('"ip":"203.0.113.0/24"');
    expect(text).not.toContain('203.0.113.77');
  });

  test('no claim, code, hash or whole openid is in any answer, whatever became of the scene', async () => {
    const { scene, claim } = await logIn();
    const stored = (await stage.store.find(scene.id))!;
    const code = deriveCode(scene.id, claim);
    const texts = [(await show(scene.id)).text];
    await stage.scenes.redeem(code, { site: 'shop', idempotencyKey: 'canary-idempotency-key' });
    const { exchangeKeyHash } = (await stage.store.find(scene.id))!;
    texts.push((await show(scene.id)).text, ...stage.lines);
    const secrets = [
      claim,
      code,
      code.slice(22),
      stored.claimHash,
      stored.codeHash,
      exchangeKeyHash!,
      openid,
    ];
    const kept = [...secrets, 'state-of-the-site', 'canary-idempotency-key'];
    expect(kept.filter((secret) => texts.join('\n').includes(secret))).toStrictEqual([]);
  });
});

const browser = { ip: '203.0.113.77', userAgent: 'A Browser', origin: 'https://shop.test' };
const newScene: Scene = begin(
  {
    id: 'A'.repeat(22),
    site: 'shop',
    account: 'main',
    approval: 'scan',
    browser,
    claimHash: 'hash-of-the-claim',
    codeHash: 'hash-of-the-code',
    codeChallenge: 'the-challenge',
    siteState: 'state-of-the-site',
  },
  start,
  120_000,
  keep,
);

function after(names: readonly MoveName[], last: Partial<Change> = {}): Scene {
  return names.reduce((scene, move, i) => {
    const change = { move, keep, ...(i === names.length - 1 && last) };
    return advance(scene, change, start + (i + 1) * 1_000)!;
  }, newScene);
}

const ends: { names: MoveName[]; reason?: Scene['reason'] }[] = [
  { names: [] },
  { names: ['scan'] },
  { names: ['scan', 'confirm'] },
  { names: ['scan', 'confirm', 'consume'] },
  { names: ['scan', 'decline'] },
  { names: ['cancel'], reason: 'browser' },
  { names: ['scan', 'cancel'], reason: 'operator' },
  { names: ['scan', 'confirm', 'cancel'], reason: 'state_lost' },
  { names: ['cancel'], reason: 'no_qr_code' },
  { names: ['scan', 'crowd'], reason: 'too_many_scanners' },
];

describe('the history of a scene', () => {
  test.each(ends)('$names, $reason', ({ names, reason = null }) => {
    const scene = after(names, reason === null ? {} : { set: { reason } });
    const { history, endsAt, ...detail } = detailOf(scene, 'view', surroundings);
    expect(history.map(({ move }) => move)).toStrictEqual(['open', ...names]);
    expect(history.map(({ at }) => at)).toStrictEqual([
      start,
      ...names.map((_, i) => start + (i + 1) * 1_000),
    ]);
    expect(history.at(-1)?.state).toBe(scene.state);
    expect(history.map(({ move, state }) => move === 'open' || moves[move].to === state)).not.toContain(
      false,
    );
    const isOver = !(['pending', 'scanned', 'confirmed'] as SceneState[]).includes(scene.state);
    expect(endsAt).toBe(isOver ? start + names.length * 1_000 : undefined);
    expect(detail.reason).toBe(reason);
  });

  test.each([[], ['scan'], ['scan', 'confirm']] as MoveName[][])('%s, and time', (...names) => {
    const scene = aged(after(names), start + 130_000);
    const { history, endsAt } = detailOf(scene, 'view', surroundings);
    expect(history.at(-1)).toStrictEqual({ move: 'expire', state: 'expired', at: scene.expiresAt });
    expect(endsAt).toBe(scene.expiresAt);
  });

  test('every state can be told', () => {
    const scenes = [...ends.map(({ names }) => after(names)), aged(newScene, start + 130_000)];
    expect(new Set(scenes.map(({ state }) => state))).toStrictEqual(new Set(sceneStates));
  });
});

describe('what is shown of a browser', () => {
  test.each([
    { role: 'operate', ip: '203.0.113.77', shown: '203.0.113.77' },
    { role: 'operate', ip: '2001:db8:1:2:3:4:5:6', shown: '2001:db8:1:2:3:4:5:6' },
    { role: 'view', ip: '203.0.113.77', shown: '203.0.113.0/24' },
    { role: 'view', ip: '2001:db8:1:2:3:4:5:6', shown: '2001:db8:1::/48' },
    { role: 'view', ip: 'unknown', shown: 'unknown' },
  ] as const)('$role sees $ip as $shown', ({ role, ip, shown }) => {
    const scene = { ...newScene, browser: { ...browser, ip } };
    const detail = detailOf(scene, role, surroundings);
    expect(detail.browser.ip).toBe(shown);
    expect(JSON.stringify(detail).includes(ip)).toBe(shown === ip);
  });

  test('what it wrote is shortened, and loses what is not to be seen', () => {
    const written = `https://a\u202Eb\u0000.test/${'x'.repeat(600)}`;
    const { origin } = detailOf(
      { ...newScene, browser: { ...browser, origin: written } },
      'operate',
      surroundings,
    );
    expect(origin.startsWith('https://ab.test/xxx')).toBe(true);
    expect(origin).toHaveLength(256);
  });
});
