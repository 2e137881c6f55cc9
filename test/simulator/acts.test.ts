import { describe, expect, test } from 'vitest';
import { decrypt } from '../../src/wechat/seal.ts';
import { parseXml } from '../../src/wechat/xml.ts';
import { open, replyTo, sealed, startBoth } from './seals.ts';
import { credentials } from './support.ts';
import type { Hit } from './support.ts';

describe('somebody who does not follow', () => {
  test('posts nothing by a scan; the follow carries the scene', async () => {
    const { webhook, createCode, act, person, userInfo } = await startBoth();
    const { ticket } = await createCode('login-1');
    expect(await act('/scan', { person: 'ama', ticket })).toMatchObject({
      outcome: 'follow_first',
      deliveries: [],
    });
    expect(webhook.hits).toEqual([]);
    expect((await person('ama')).offered).toMatchObject({ scene: 'login-1' });
    expect(await act('/follow', { person: 'ama' })).toMatchObject({ outcome: 'silent' });
    expect(webhook.hits.map(open)).toMatchObject([
      { Event: 'subscribe', EventKey: 'qrscene_login-1', Ticket: ticket },
    ]);
    expect(await userInfo((await person('ama')).openid)).toMatchObject({
      subscribe: 1,
      subscribe_scene: 'ADD_SCENE_QR_CODE',
      qr_scene_str: 'login-1',
    });
    expect(await act('/follow', { person: 'ama' })).toMatchObject({ outcome: 'already_follows' });
  });

  test('can follow without a code, or close the sheet first', async () => {
    const { webhook, createCode, act, control } = await startBoth();
    await createCode('login-1');
    await act('/scan', { person: 'ama', newest: true });
    await act('/follow', { person: 'ama', withoutCode: true });
    await act('/scan', { person: 'noor', newest: true });
    expect((await control('/dismiss', { person: 'noor' })).status).toBe(204);
    await act('/follow', { person: 'noor' });
    const events = webhook.hits.map(open);
    expect(events).toMatchObject([{ Event: 'subscribe' }, { Event: 'subscribe' }]);
    expect(events.every((event) => event['EventKey'] === '' && event['Ticket'] === undefined)).toBe(true);
  });

  test('has left by unfollowing, and no reply reaches them', async () => {
    const { webhook, act, person } = await startBoth((hit) => ({ body: sealed(replyTo(hit, 'bye')) }));
    expect(await act('/unfollow', { person: 'robin' })).toMatchObject({ outcome: 'replied', shown: '' });
    expect(webhook.hits.map(open)).toMatchObject([{ Event: 'unsubscribe', EventKey: '' }]);
    expect((await person('robin')).chat.map(({ from }) => from)).toEqual(['notice']);
    expect(await act('/message', { person: 'robin', text: 'hi' })).toMatchObject({
      outcome: 'does_not_follow',
    });
    expect(await act('/unfollow', { person: 'robin' })).toMatchObject({ outcome: 'does_not_follow' });
  });
});

test('a message has a MsgId of 19 digits, and a tapped link its id', async () => {
  const { webhook, act } = await startBoth();
  await act('/message', { person: 'robin', text: 'hello <&> ]]>' });
  await act('/message', { person: 'robin', text: 'Confirm', menuId: 'c-1' });
  const [first, second] = webhook.hits;
  if (!first || !second) throw new Error('two messages were to come');
  expect(open(first)).toMatchObject({ MsgType: 'text', Content: 'hello <&> ]]>' });
  expect(open(first)['MsgId']).toMatch(/^73\d{17}$/);
  const clear = decrypt(parseXml(second.body, ['Encrypt'])['Encrypt'] ?? '', credentials) ?? '';
  expect(parseXml(clear, ['bizmsgmenuid'])).toEqual({ bizmsgmenuid: 'c-1' });
});

test('the last event can be sent again, byte for byte or signed anew', async () => {
  const { webhook, createCode, act } = await startBoth();
  expect(await act('/repeat', { person: 'xiaosao' })).toMatchObject({ outcome: 'nothing_to_repeat' });
  await createCode('login-1');
  await act('/scan', { person: 'xiaosao', newest: true });
  await act('/repeat', { person: 'xiaosao' });
  await act('/repeat', { person: 'xiaosao', fresh: true });
  const [first, same, fresh] = webhook.hits;
  expect(same).toMatchObject({ body: first?.body, query: first?.query });
  expect(fresh?.body).not.toBe(first?.body);
  expect(fresh && open(fresh)).toEqual(first && open(first));
});

test('an event can wait, and the answer need not', async () => {
  const { webhook, createCode, act, api } = await startBoth();
  await createCode('login-1');
  const begun = Date.now();
  await act('/scan', { person: 'xiaosao', newest: true, delayMs: 120 });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(119);
  expect(webhook.hits).toHaveLength(1);
  expect(await act('/scan', { person: 'xiaosao', newest: true, wait: false, delayMs: 50 })).toEqual({
    outcome: 'under_way',
    shown: '',
    deliveries: [],
  });
  expect(webhook.hits).toHaveLength(1);
  await expect.poll(() => webhook.hits.length).toBe(2);
  await expect
    .poll(async () => ((await (await api('/deliveries')).json()) as { deliveries: object[] }).deliveries)
    .toMatchObject([{ verdict: 'silent' }, { verdict: 'silent', kind: 'SCAN', person: 'xiaosao' }]);
});

test.each(['ticket', 'url', 'scene', 'code'])('a code is found by its %s', async (field) => {
  const { createCode, act } = await startBoth();
  const code = await createCode('login-1');
  await createCode('login-2');
  const name = { ...code, scene: 'login-1', code: code.url }[field];
  const { deliveries } = await act('/scan', { person: 'xiaosao', [field]: name });
  expect(deliveries[0]?.clear).toContain('<EventKey><![CDATA[login-1]]></EventKey>');
});

test('an expired code and an unknown one post nothing', async () => {
  const time = { now: Date.now() };
  const { webhook, createCode, act, person } = await startBoth(undefined, { now: () => time.now });
  await createCode('login-1', 2);
  time.now += 2000;
  expect(await act('/scan', { person: 'xiaosao', scene: 'login-1' })).toMatchObject({
    outcome: 'code_expired',
  });
  expect(await act('/scan', { person: 'xiaosao', newest: true })).toMatchObject({ outcome: 'unknown_code' });
  expect((await person('xiaosao')).chat.map(({ notice }) => notice)).toEqual([
    'code_expired',
    'unknown_code',
  ]);
  expect(webhook.hits).toEqual([]);
});

test.each([
  ['unknown-event', (hit: Hit) => expect(open(hit)['Event']).toBe('some_future_event')],
  ['foreign-key', (hit: Hit) => expect(open(hit)['EventKey']).toBe('poster-2026')],
  ['forged-signature', (hit: Hit) => expect(() => open(hit)).toThrow('to be')],
  ['garbage-body', (hit: Hit) => expect(() => parseXml(hit.body, [])).toThrow('not well-formed')],
  [
    'old-timestamp',
    (hit: Hit) => expect(Number(open(hit)['CreateTime'])).toBeLessThan(Date.now() / 1000 - 500),
  ],
])('junk: %s, once', async (kind, check) => {
  const { webhook, act } = await startBoth(() => ({ status: 403 }));
  expect(await act('/junk', { person: 'xiaosao', kind })).toMatchObject({ outcome: 'fault', shown: '' });
  expect(webhook.hits).toHaveLength(1);
  for (const hit of webhook.hits) check(hit);
});
