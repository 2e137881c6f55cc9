import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { miniAccount, MiniPhone, speakMini } from '../channel/mini-stage.ts';
import { noRedis } from '../support/needs.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';
import type { TestApp } from '../support/start-app.ts';
import { FakeWechat } from '../wechat/fake-wechat.ts';

const site = {
  id: 'shop',
  secret: 'canary-shop-secret-0123456789',
  accounts: ['mini'],
  origins: ['https://shop.example'],
};

describe.skipIf(noRedis)('three nodes on one Redis', () => {
  let fleet: Fleet;
  let wechat: FakeWechat;
  beforeAll(async () => {
    wechat = await FakeWechat.start();
    speakMini(wechat);
    fleet = await startFleet(3, { furtherAccounts: [{ ...miniAccount, apiUrl: wechat.url }], sites: [site] });
  });
  afterAll(async () => {
    await fleet.close();
    await wechat.stop();
  });

  test('each step of a login by a mini program at another node', async () => {
    const [a, b, c] = fleet.nodes as [TestApp, TestApp, TestApp];
    const scene = await a.browser().open('shop');
    const socket = await b.browser().attach(scene);
    await socket.reach('pending');
    const person = await new MiniPhone(a.url, 'oUnitedMei', 'mini').login();
    const question = await person.at(c.url).asked(scene.sceneId);
    await socket.reach('scanned');
    expect(await person.at(a.url).asked(scene.sceneId)).toEqual(question);
    expect(await person.at(b.url).answer(question.handle)).toMatchObject({ status: 200 });
    expect(await person.at(c.url).answer(question.handle)).toMatchObject({ status: 409 });
    const { code = '' } = await socket.reach('confirmed');
    expect(await (await c.exchange(code)).json()).toMatchObject({
      openid: 'oUnitedMei',
      unionid: 'uUnitedMei',
      approval: 'tap',
    });
    expect(await socket.closed).toBe(1000);
  });

  test('of answers to all nodes at once one counts', async () => {
    const [a] = fleet.nodes as [TestApp];
    const scene = await a.browser().open('shop');
    const person = await new MiniPhone(a.url, 'oMei', 'mini').login();
    const { handle } = await person.asked(scene.sceneId);
    const answers = Array.from({ length: 30 }, (_, i) =>
      person.at(fleet.nodes[i % 3]!.url).answer(handle, i % 2 ? 'accept' : 'decline'),
    );
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(29);
  });
});
