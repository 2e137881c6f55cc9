import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { deriveCode } from '../../src/scene/code.ts';
import { failureOf, openRoom, profile, times } from './support.ts';

const owner = { account: 'main', openid: 'oOwner', followed: false };

describe('announce', () => {
  test('a whole login, once for each move', async () => {
    const { open, scenes, told } = openRoom();
    const { scene, claim } = await open();
    expect(told()).toStrictEqual(['pending 1']);
    await scenes.attach(scene.id, claim, 'node-a');
    expect(told()).toStrictEqual([]);
    await scenes.scan(scene.id, owner);
    expect(told()).toStrictEqual(['scanned 2']);
    await scenes.confirm(scene.id, profile);
    expect(told()).toStrictEqual(['confirmed 3']);
    await scenes.redeem(deriveCode(scene.id, claim), { site: 'shop' });
    expect(told()).toStrictEqual(['consumed 4']);
  });

  test.each([
    { state: 'scanned', wait: 0, tells: 'again scanned 2' },
    { state: 'scanned, its wait over', wait: times.profileWait, tells: 'confirmed 3' },
    { state: 'expired since', wait: times.ttl, tells: 'again expired 3' },
  ])("WeChat's repeat tells of a scene that is $state", async ({ wait, tells }) => {
    const { scanned, scenes, told, clock } = openRoom();
    const { scene } = await scanned();
    told();
    clock.advance(wait);
    await scenes.scan(scene.id, owner);
    expect(told()).toStrictEqual([tells]);
  });

  test("WeChat's repeats after the confirmation wake the browser each time", async () => {
    const { confirmed, scenes, told } = openRoom();
    const { scene } = await confirmed();
    told();
    for (let n = 0; n < 3; n++) await scenes.scan(scene.id, owner);
    expect(told()).toStrictEqual(['again confirmed 3', 'again confirmed 3', 'again confirmed 3']);
  });

  test('a confirmation by touch is told', async () => {
    const { scanned, scenes, told, clock } = openRoom();
    const { scene } = await scanned();
    told();
    clock.advance(times.profileWait);
    await scenes.read(scene.id);
    await scenes.read(scene.id);
    expect(told()).toStrictEqual(['confirmed 3']);
  });

  test.each(['browser', 'operator'] as const)('a cancel by the %s is told once', async (by) => {
    const { open, scenes, told } = openRoom();
    const { scene, claim } = await open();
    told();
    const cancel = () =>
      by === 'browser' ? scenes.cancelByBrowser(scene.id, claim) : scenes.cancelByOperator(scene.id);
    await cancel();
    await failureOf(cancel());
    expect(told()).toStrictEqual(['cancelled 2']);
  });

  test('too many scanners are told once', async () => {
    const { scanned, scenes, told } = openRoom();
    const { scene } = await scanned();
    told();
    for (let n = 0; n < 10; n++) await scenes.scan(scene.id, { ...owner, openid: `oPerson${n}` });
    expect(told()).toStrictEqual(['cancelled 3']);
  });

  test('what changes nothing is not told', async () => {
    const { confirmed, scenes, told } = openRoom();
    const { scene, claim, code } = await confirmed();
    told();
    await scenes.scan(scene.id, { ...owner, openid: 'oOther' });
    await scenes.scan(scene.id, { ...owner, account: 'second' });
    await scenes.scan(randomId(16), owner);
    await scenes.confirm(scene.id, profile);
    await scenes.attach(scene.id, claim, 'node-a');
    await scenes.detach(scene.id, 'node-a', 1);
    await scenes.cancelByBrowser(scene.id, randomId(32));
    await failureOf(scenes.cancelByOperator(randomId(16)));
    await failureOf(scenes.redeem(code, { site: 'bank' }));
    expect(told()).toStrictEqual([]);
  });

  test('a repeated exchange is not told again', async () => {
    const { confirmed, scenes, told } = openRoom();
    const { code } = await confirmed();
    told();
    for (let n = 0; n < 3; n++)
      await scenes.redeem(code, { site: 'shop', idempotencyKey: 'a-key-of-16-characters' });
    expect(told()).toStrictEqual(['consumed 4']);
  });

  test('a scene without a QR code is told to nobody: nobody ever saw it', async () => {
    const { open, printer, told } = openRoom();
    printer.broken = true;
    await failureOf(open());
    expect(told()).toStrictEqual([]);
  });
});

describe('attended', () => {
  const orders = {
    'the browser comes, again and again': ['attach', 'look', 'attach'],
    'the browser looks in without a socket': ['look', 'look'],
    'somebody scans, again and again': ['scan', 'scan', 'scan'],
    'the browser comes, then somebody scans': ['attach', 'scan', 'attach'],
    'somebody scans, then the browser comes': ['scan', 'attach', 'attach', 'scan'],
    'somebody scans, then another, then the browser comes': ['scan', 'other', 'look'],
  } as const;

  test.each(Object.entries(orders))('%s: told once', async (_, steps) => {
    const { open, scenes, attended } = openRoom();
    const { scene, claim } = await open();
    const act = {
      attach: () => scenes.attach(scene.id, claim, 'node-a'),
      look: () => scenes.attach(scene.id, claim, null),
      scan: async () => scenes.scan(scene.id, owner),
      other: async () => scenes.scan(scene.id, { ...owner, openid: 'oOther' }),
    };
    for (const step of steps) await act[step]();
    expect(attended.map(({ id }) => id)).toStrictEqual([scene.id]);
  });

  test('a browser and a phone that come at once are told once', async () => {
    const { open, scenes, attended } = openRoom();
    const { scene, claim } = await open();
    await Promise.all([
      scenes.attach(scene.id, claim, 'node-a'),
      scenes.scan(scene.id, owner),
      scenes.attach(scene.id, claim, null),
    ]);
    expect(attended).toHaveLength(1);
  });

  test('nobody is told of a scene that was made for nobody', async () => {
    const { open, scenes, attended, clock } = openRoom();
    const { scene } = await open();
    await scenes.attach(scene.id, randomId(32), 'node-a');
    await scenes.read(scene.id);
    await scenes.scan(scene.id, { ...owner, account: 'second' });
    clock.advance(times.ttl);
    await scenes.scan(scene.id, owner);
    expect(attended).toStrictEqual([]);
  });
});
