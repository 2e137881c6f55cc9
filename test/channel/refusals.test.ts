import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import type { OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { event } from '../support/wechat.ts';
import { forgeries } from './forgeries.ts';
import { expectUntouched, modes, scanXml, textOf, whoCame } from './support.ts';
import type { Post } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const refusal = { status: 403, body: '' };
/** Long enough after the start that no timestamp of the window is older than the service. */
const uptime = 600_000;

describe.each(modes)('an account in %s mode', (mode) => {
  const clock = new FakeClock();
  let app: TestApp;
  let scene: OpenedScene;
  beforeAll(async () => {
    app = await startApp({ mode, clock });
    clock.advance(uptime);
    scene = await app.browser().open('shop');
  });
  afterAll(() => app.close());

  const genuine = () => {
    const xml = scanXml(openid, scene.sceneId);
    const stamp = app.wechat.stamp();
    return { ...stamp, xml, post: app.wechat.seal(xml, stamp) };
  };

  test.each(forgeries.filter((row) => row.modes.includes(mode)))('$name is refused', async ({ forge }) => {
    expect(await answerTo(app, forge(genuine()))).toEqual(refusal);
    await expectUntouched(app, scene);
  });

  test('every refusal looks like every other', async () => {
    const seen = new Set<string>();
    for (const { forge } of forgeries.filter((row) => row.modes.includes(mode))) {
      const { query, body } = forge(genuine());
      seen.add(await appearance(await app.wechat.post(query, body)));
    }
    expect([...seen]).toHaveLength(1);
  });

  const stamps = [
    { name: '300 s old', offset: -300_000, status: 200 },
    { name: '301 s old', offset: -301_000, status: 403 },
    { name: '300 s ahead', offset: 300_000, status: 200 },
    { name: '301 s ahead', offset: 301_000, status: 403 },
    { name: 'from the epoch', offset: -Infinity, status: 403 },
    { name: 'from the year 2286', offset: Infinity, status: 403 },
  ];
  test.each(stamps)('a timestamp $name is answered with $status', async ({ offset, status }) => {
    const pushed = await app.browser().open('shop');
    const at = Math.min(9_999_999_999_000, Math.max(1_000_000_000_000, clock.now() + offset));
    const response = await app.wechat.push(scanXml(openid, pushed.sceneId), app.wechat.stamp(at));
    expect(response.status).toBe(status);
    if (status === 403) return expectUntouched(app, pushed);
    expect(await whoCame(app, pushed)).toMatchObject({ openid });
  });

  test('a timestamp is stale from the first millisecond past 300 s', async () => {
    const stamp = app.wechat.stamp();
    const { query, body } = app.wechat.seal(scanXml(openid, scene.sceneId), stamp);
    clock.advance(300_001);
    const late = await app.browser().open('shop');
    expect(await answerTo(app, { query, body })).toEqual(refusal);
    clock.advance(999);
    await expectUntouched(app, late);
    scene = late;
  });

  test('a genuine push still passes after all of that', async () => {
    expect(await textOf(app, app.wechat.scan(openid, scene.sceneId))).toContain('The Shop');
    expect(await whoCame(app, scene)).toMatchObject({ openid });
  });

  const strangers = ['other', 'constructor', '__proto__', 'MAIN', 'main%00', 'main%2f', 'm'.repeat(5000)];
  test.each(strangers)('an account named %s is unknown', async (name) => {
    const { query, body } = genuine().post;
    const response = await fetch(`${app.url}/wechat/${name}?${query.toString()}`, { method: 'POST', body });
    expect(response.status).toBe(404);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('the method %s is not allowed', async (method) => {
    const given = await app.browser().open('shop');
    const { query, body } = app.wechat.seal(scanXml(openid, given.sceneId));
    const init = { method, body };
    const response = await fetch(`${app.url}/wechat/main?${query.toString()}`, init);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toMatch(/GET.*POST|POST.*GET/);
    await expectUntouched(app, given);
  });
});

describe('in compatible mode the clear fields beside the envelope are nothing', () => {
  const tampered = [
    { name: 'another scene', change: (_: string, other: string) => event('oForger', scanOf(other)) },
    { name: 'no fields', change: () => '<xml></xml>' },
    { name: 'fields repeated', change: (xml: string) => xml.replace('</xml>', '<Event>CLICK</Event></xml>') },
    { name: 'another account', change: (xml: string) => xml.replace('gh_1a2b3c4d5e6f', 'gh_forged') },
  ];
  test.each(tampered)('$name', async ({ change }) => {
    const app = await startApp({ mode: 'compatible' });
    try {
      const [scene, other] = await Promise.all([app.browser().open('shop'), app.browser().open('shop')]);
      const xml = scanXml(openid, scene.sceneId);
      const { query, body } = app.wechat.seal(xml);
      const [, envelope = ''] = /(<Encrypt>.*<\/Encrypt>)/.exec(body) ?? [];
      const forged = change(xml, other.sceneId).replace('</xml>', `${envelope}</xml>`);
      expect(await textOf(app, app.wechat.post(query, forged))).toContain('The Shop');
      await expectUntouched(app, other);
      expect(await whoCame(app, scene)).toMatchObject({ openid });
    } finally {
      await app.close();
    }
  });
});

function scanOf(sceneId: string): Record<string, string> {
  return { Event: 'SCAN', EventKey: sceneId };
}

async function answerTo(app: TestApp, { query, body }: Post): Promise<object> {
  const response = await app.wechat.post(query, body);
  return { status: response.status, body: await response.text() };
}

/** All that the outside sees of an answer, but for what differs with each request. */
async function appearance(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return JSON.stringify([response.status, headers, await response.text()]);
}
