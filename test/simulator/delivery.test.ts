import { describe, expect, test } from 'vitest';
import { parseXml } from '../../src/wechat/xml.ts';
import { fields, open, replyTo, sealed, startBoth } from './seals.ts';
import { credentials, startWorld } from './support.ts';
import type { Hit, Reply } from './support.ts';

const { originalId } = credentials;
const faultNotice = '该公众号提供的服务出现故障，请稍后再试';

describe.each(['plain', 'compatible', 'safe'] as const)('in %s mode', (mode) => {
  test('a scan is posted as WeChat posts it', async () => {
    const { webhook, createCode, act, person } = await startBoth(undefined, { mode });
    const { ticket } = await createCode('login-1');
    const { openid } = await person('xiaosao');
    const { outcome, deliveries } = await act('/scan', { person: 'xiaosao', newest: true });
    expect(outcome).toBe('silent');
    expect(deliveries).toHaveLength(1);
    const [hit] = webhook.hits;
    if (!hit) throw new Error('nothing was posted');
    expect(open(hit)).toEqual({
      ToUserName: originalId,
      FromUserName: openid,
      CreateTime: hit.query.get('timestamp'),
      MsgType: 'event',
      Event: 'SCAN',
      EventKey: 'login-1',
      Ticket: ticket,
    });
    expect(hit.query.get('openid')).toBe(openid);
    expect(hit.query.get('from')).toBe('test');
    expect(hit.query.has('encrypt_type')).toBe(mode !== 'plain');
    expect(hit.headers['content-type']).toBe('text/xml');
    expect(Object.keys(parseXml(hit.body, [...fields, 'Encrypt']))).toEqual(
      { plain: [...fields], compatible: [...fields, 'Encrypt'], safe: ['ToUserName', 'Encrypt'] }[mode],
    );
  });

  test('the reply is shown in the chat', async () => {
    const answer = (hit: Hit) => {
      const clear = replyTo(hit, '登录成功 ]]> <b>');
      return { body: mode === 'safe' ? sealed(clear) : clear };
    };
    const { createCode, act, person } = await startBoth(answer, { mode });
    await createCode('login-1');
    const result = await act('/scan', { person: 'xiaosao', newest: true });
    expect(result).toMatchObject({ outcome: 'replied', shown: '登录成功 ]]> <b>' });
    expect((await person('xiaosao')).chat.at(-1)).toMatchObject({
      from: 'account',
      text: '登录成功 ]]> <b>',
    });
  });
});

describe('an answer that is no reply', () => {
  test.each<[string, (hit: Hit) => string]>([
    ['a page', () => '<html><body>Hello</body></html>'],
    ['JSON', () => '{"ok":true}'],
    ['a reply in clear, in safe mode', (hit) => replyTo(hit, 'hello')],
    ['a wrong signature', (hit) => sealed(replyTo(hit, 'hello'), 'f'.repeat(40))],
    ['an empty text', (hit) => sealed(replyTo(hit, ''))],
    ['text around it', (hit) => `${sealed(replyTo(hit, 'hello'))} and more`],
    [
      'somebody else',
      (hit) => sealed(replyTo(hit, 'hello').replace(/<ToUserName>.*?<\//, '<ToUserName>oX</')),
    ],
  ])('%s shows the fault notice and is not sent again', async (_name, answer) => {
    const { webhook, createCode, act, person } = await startBoth((hit) => ({ body: answer(hit) }));
    await createCode('login-1');
    const result = await act('/scan', { person: 'xiaosao', newest: true });
    expect(result).toMatchObject({ outcome: 'fault', shown: faultNotice });
    expect(result.deliveries[0]).toMatchObject({ verdict: 'invalid', error: expect.any(String) });
    expect(webhook.hits).toHaveLength(1);
    expect((await person('xiaosao')).chat.at(-1)).toMatchObject({ notice: 'fault', text: faultNotice });
  });
});

describe('sending again', () => {
  test.each<[string, Reply]>([
    ['no answer in time', 'stall'],
    ['status 500', { status: 500 }],
    ['status 403', { status: 403 }],
    ['a redirect', { status: 302 }],
  ])('%s: three times more, the same bytes', async (_name, reply) => {
    const { webhook, createCode, act } = await startBoth(() => reply, { answerWithin: 150 });
    await createCode('login-1');
    const { outcome, deliveries, shown } = await act('/scan', { person: 'xiaosao', newest: true });
    expect({ outcome, shown }).toEqual({ outcome: 'fault', shown: faultNotice });
    expect(deliveries.map(({ attempt, event }) => [attempt, event])).toEqual([1, 2, 3, 4].map((n) => [n, 1]));
    expect(deliveries.every(({ verdict, error }) => verdict === 'failed' && error !== null)).toBe(true);
    expect(new Set(webhook.hits.map(({ query, body }) => `${query.toString()} ${body}`)).size).toBe(1);
  });

  test('nobody there at all', async () => {
    const { createCode, act } = await startWorld({ retries: 1 });
    await createCode('login-1');
    const { deliveries } = await act('/scan', { person: 'xiaosao', newest: true });
    expect(deliveries.map(({ error }) => error)).toEqual(['connection refused', 'connection refused']);
  });

  test('ends with the first good answer, and can be signed anew', async () => {
    const { webhook, createCode, act } = await startBoth((_hit, count) => (count < 3 ? { status: 503 } : {}));
    await createCode('login-1');
    const { outcome } = await act('/scan', { person: 'xiaosao', newest: true, freshRetries: true });
    expect(outcome).toBe('silent');
    expect(webhook.hits).toHaveLength(3);
    expect(new Set(webhook.hits.map(({ query }) => query.get('nonce'))).size).toBe(3);
    expect(new Set(webhook.hits.map((hit) => JSON.stringify(open(hit)))).size).toBe(1);
  });
});
