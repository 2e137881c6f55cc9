import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { event } from '../support/wechat.ts';
import { addFault, encodingAesKey, modes, scanXml, signed, textOf, token, whoCame } from './support.ts';

type Line = Record<string, unknown>;
const openid = 'oCanary0000000000000000000xyz';

describe.each(modes)('in %s mode', (mode) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ mode, config: { log: { level: 'trace' } } });
  });
  afterAll(() => app.close());

  const lines = () => app.logged.map((line) => JSON.parse(line) as Line);
  const newest = () => lines().findLast(({ path }) => path === '/wechat/main') ?? {};
  const common = {
    requestId: expect.stringMatching(/^[\w-]{12}$/) as unknown,
    ms: expect.any(Number) as unknown,
    method: 'POST',
    path: '/wechat/main',
    account: 'main',
  };

  test('a scan: what it was, what came of it, which scene, how long it took', async () => {
    const { sceneId } = await app.browser().open('shop');
    const answer = await app.wechat.scan(openid, sceneId);
    expect(newest()).toMatchObject({ ...common, status: 200, event: 'scan', outcome: 'scanned', sceneId });
    expect(newest()['requestId']).toBe(answer.headers.get('x-request-id'));
    await app.wechat.scan(openid, sceneId);
    expect(newest()).toMatchObject({ ...common, event: 'scan', outcome: 'repeated', sceneId });
    await app.wechat.follow('oStranger000000000000000000x', sceneId);
    expect(newest()).toMatchObject({ ...common, event: 'subscribe', outcome: 'stranger', sceneId });
  });

  const rows = [
    {
      name: 'a message',
      fields: { MsgType: 'text', Content: 'x' },
      event: 'other',
      outcome: 'nothing to do',
    },
    { name: 'leaving', fields: { Event: 'unsubscribe' }, event: 'unsubscribe', outcome: 'nothing to do' },
    {
      name: 'a foreign code',
      fields: { Event: 'SCAN', EventKey: 'x' },
      event: 'scan',
      outcome: 'not our code',
    },
  ];
  test.each(rows)('$name', async ({ fields, event: kind, outcome }) => {
    await app.wechat.push(event(openid, fields));
    expect(newest()).toMatchObject({ ...common, status: 200, event: kind, outcome });
  });

  test('a refusal says why, to the log alone', async () => {
    const { query, body } = app.wechat.seal(scanXml(openid, 'x'));
    query.set('signature', '0'.repeat(40));
    await app.wechat.post(query, body);
    expect(newest()).toMatchObject({ ...common, status: 403, outcome: 'refused: signature' });
    const stamp = app.wechat.stamp();
    await app.wechat.push(event(openid, { Event: 'CLICK' }), stamp);
    await app.wechat.push(event(openid, { Event: 'VIEW' }), stamp);
    expect(newest()).toMatchObject({ ...common, status: 403, outcome: 'refused: replay' });
  });

  test('an unreadable message', async () => {
    await app.wechat.push('<xml><CreateTime>0</CreateTime></xml>');
    expect(newest()).toMatchObject({ ...common, status: 400, error: 'invalid_request' });
  });

  test('nothing that is secret is in any line, whatever happened', async () => {
    const scene = await app.browser().open('shop', { state: 'canary-state' });
    const socket = await app.browser().attach(scene);
    const { query, body } = app.wechat.seal(scanXml(openid, scene.sceneId));
    query.set('openid', openid);
    await textOf(app, app.wechat.post(query, body));
    await app.wechat.post(query, `${body} `);
    const { code = '' } = await socket.reach('confirmed');
    await whoCame(app, scene);
    await app.exchange(code);
    await app.wechat.push(event(openid, { MsgType: 'text', Content: 'canary-words' }));
    await app.wechat.push(`<!DOCTYPE ${openid}><xml/>`);
    await fetch(`${app.url}/wechat/main?${signed(app.wechat.stamp()).toString()}&echostr=canary-echo`);
    await fetch(`${app.url}/wechat/main?signature=0&echostr=canary-echo`);
    await addFault(app, { api: 'user/info', errcode: 48001, errmsg: `canary-errmsg ${openid}` });
    const other = await app.browser().open('shop');
    await app.wechat.scan(`${openid}2`, other.sceneId);
    await whoCame(app, other);
    const secrets = [
      scene.claim,
      code,
      code.slice(22),
      openid,
      'canary-state',
      'canary-words',
      'canary-echo',
      'canary-app-secret',
      'canary-shop-secret',
      'canary-bank-secret',
      query.get('signature') ?? '',
      token,
      encodingAesKey,
      ...(await accessTokens(app)),
    ];
    expect(app.logged.length).toBeGreaterThan(10);
    const log = app.logged.join('\n');
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test('nothing unexpected happened', () => {
    expect(lines().filter(({ err, msg }) => err !== undefined || msg === 'unexpected')).toEqual([]);
  });
});

async function accessTokens(app: TestApp): Promise<string[]> {
  const response = await fetch(`${app.simulator.url}/phone/api/calls`);
  const { calls } = (await response.json()) as { calls: { query: { access_token?: string } }[] };
  const tokens = calls.flatMap(({ query }) => query.access_token ?? []);
  expect(tokens.length).toBeGreaterThan(0);
  return tokens;
}
