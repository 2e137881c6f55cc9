import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { event } from '../support/wechat.ts';
import {
  appOfTest,
  expectUntouched,
  look,
  modes,
  rawPost,
  reached,
  scanXml,
  signed,
  textOf,
  whoCame,
} from './support.ts';

const owner = 'oOwner00000000000000000000xx';
const forger = 'oForger0000000000000000000xx';

describe.each(modes)('in %s mode', (mode) => {
  test('the very same push again gets the same answer, and changes nothing', async () => {
    const app = await appOfTest({ mode });
    const scene = await app.browser().open('shop');
    const { query, body } = app.wechat.seal(scanXml(owner, scene.sceneId));
    const first = await textOf(app, app.wechat.post(query, body));
    const { version } = await reached(app, scene, 'confirmed');
    for (let time = 0; time < 3; time++) expect(await textOf(app, app.wechat.post(query, body))).toBe(first);
    expect(await look(app, scene)).toMatchObject({ state: 'confirmed', version });
  });

  test('its signature with another body is refused, for as long as it is fresh', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ mode, clock });
    const stamp = app.wechat.stamp();
    const message = event(owner, { MsgType: 'text', Content: 'hello' });
    expect(await textOf(app, app.wechat.push(message, stamp))).toBe('success');
    for (const minutes of [0, 1, 1, 1, 1, 1]) {
      clock.advance(minutes * 60_000);
      const scene = await app.browser().open('shop');
      const response = await app.wechat.push(scanXml(forger, scene.sceneId), stamp);
      expect({ status: response.status, body: await response.text() }).toEqual({ status: 403, body: '' });
      await expectUntouched(app, scene);
    }
  });

  test('timestamp and nonce the other way round, which sign alike, are the same signature', async () => {
    const app = await appOfTest({ mode });
    const scene = await app.browser().open('shop');
    const { timestamp } = app.wechat.stamp();
    const shifted = String(Number(timestamp) - 1);
    const first = event(owner, { MsgType: 'text', Content: 'hello' });
    expect(await textOf(app, app.wechat.push(first, { timestamp, nonce: shifted }))).toBe('success');
    const second = app.wechat.push(scanXml(forger, scene.sceneId), { timestamp: shifted, nonce: timestamp });
    expect((await second).status).toBe(403);
    await expectUntouched(app, scene);
  });

  test('of two bodies with one signature at once, one is believed', async () => {
    const app = await appOfTest({ mode });
    const scenes = await Promise.all(Array.from({ length: 10 }, () => app.browser().open('shop')));
    const stamp = app.wechat.stamp();
    const answers = await Promise.all(
      scenes.map(({ sceneId }) => app.wechat.push(scanXml(owner, sceneId), stamp)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 403)]);
    const looks = await Promise.all(scenes.map((scene) => look(app, scene)));
    expect(looks.filter(({ state }) => state !== 'pending')).toHaveLength(1);
  });
});

describe.each(['compatible', 'safe'] as const)('in %s mode the body is its Encrypt', (mode) => {
  test('another document around it is the same push', async () => {
    const app = await appOfTest({ mode });
    const scene = await app.browser().open('shop');
    const { query, body } = app.wechat.seal(scanXml(owner, scene.sceneId));
    const first = await textOf(app, app.wechat.post(query, body));
    const again = await app.wechat.post(query, body.replace('</xml>', '<Extra>1</Extra></xml>'));
    expect(await textOf(app, again)).toBe(first);
  });
});

test('in plain mode one blank more is another body', async () => {
  const app = await appOfTest({ mode: 'plain' });
  const scene = await app.browser().open('shop');
  const { query, body } = app.wechat.seal(scanXml(owner, scene.sceneId));
  expect((await app.wechat.post(query, body)).status).toBe(200);
  expect((await app.wechat.post(query, `${body} `)).status).toBe(403);
});

describe('after a restart, which loses the memory', () => {
  const restarts = [
    { mode: 'plain' as const, status: 403 },
    { mode: 'compatible' as const, status: 200 },
    { mode: 'safe' as const, status: 200 },
  ];
  test.each(restarts)(
    'a push from before is answered with $status in $mode mode',
    async ({ mode, status }) => {
      const app = await appOfTest({ mode, clock: new FakeClock() });
      const scene = await app.browser().open('shop');
      const before = app.wechat.stamp(1_700_000_000_000 - 1000);
      const response = await app.wechat.push(scanXml(owner, scene.sceneId), before);
      expect(response.status).toBe(status);
      if (status === 403) return expectUntouched(app, scene);
      expect(await whoCame(app, scene)).toMatchObject({ openid: owner });
    },
  );

  test.each(restarts)('a push from now on passes in $mode mode', async ({ mode }) => {
    const app = await appOfTest({ mode, clock: new FakeClock() });
    const scene = await app.browser().open('shop');
    expect(await textOf(app, app.wechat.scan(owner, scene.sceneId))).toContain('The Shop');
  });
});

describe('in plain mode, where a signature covers no body, a captured query signs no second one', () => {
  test('in its last millisecond', async () => {
    const { app, clock, query } = await captured();
    clock.advance(300_000);
    const scene = await app.browser().open('shop');
    expect((await app.wechat.post(query, scanXml(forger, scene.sceneId))).status).toBe(403);
    await expectUntouched(app, scene);
  });

  test('by a body that arrives when the query is no longer fresh', async () => {
    const { app, clock, query } = await captured();
    clock.advance(299_000);
    const scene = await app.browser().open('shop');
    const body = scanXml(forger, scene.sceneId);
    const url = `${app.url}/wechat/main?${query.toString()}`;
    const answer = await rawPost(url, { 'content-length': body.length }, (request) => {
      request.write(body.slice(0, 10));
      setTimeout(() => {
        clock.advance(20_000);
        request.end(body.slice(10));
      }, 200);
    });
    expect(answer.status).toBe(403);
    await expectUntouched(app, scene);
  });

  test('by the check of the address', async () => {
    const app = await appOfTest({ mode: 'plain' });
    const scene = await app.browser().open('shop');
    const query = signed(app.wechat.stamp());
    const ask = () => fetch(`${app.url}/wechat/main?${query.toString()}&echostr=hello`);
    expect(await (await ask()).text()).toBe('hello');
    expect((await app.wechat.post(query, scanXml(forger, scene.sceneId))).status).toBe(403);
    await expectUntouched(app, scene);
    expect(await (await ask()).text()).toBe('hello');
  });
});

/** A query that WeChat used for a message of its own, to an account in plain mode. */
async function captured() {
  const clock = new FakeClock();
  const app = await appOfTest({ mode: 'plain', clock });
  const stamp = app.wechat.stamp();
  await app.wechat.push(event(owner, { MsgType: 'text', Content: 'hello' }), stamp);
  return { app, clock, query: signed(stamp) };
}
