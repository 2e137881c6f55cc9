import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { event } from '../support/wechat.ts';
import { callCount, expectUntouched, modes, newPerson, scanXml, textOf, whoCame } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';

describe.each(modes)('an account in %s mode', (mode) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ mode });
  });
  afterAll(() => app.close());

  const logins = [
    { name: 'a follower scans', fields: { Event: 'SCAN' }, prefix: '', followed: false },
    { name: 'the event in small letters', fields: { Event: 'scan' }, prefix: '', followed: false },
    { name: 'the event in mixed letters', fields: { Event: 'sCaN' }, prefix: '', followed: false },
    {
      name: 'a scan with its ticket',
      fields: { Event: 'SCAN', Ticket: 'gQ==' },
      prefix: '',
      followed: false,
    },
    { name: 'somebody follows', fields: { Event: 'subscribe' }, prefix: 'qrscene_', followed: true },
    { name: 'following in capitals', fields: { Event: 'SUBSCRIBE' }, prefix: 'qrscene_', followed: true },
    { name: 'a type in capitals', fields: { Event: 'SCAN', MsgType: 'EVENT' }, prefix: '', followed: false },
  ];
  test.each(logins)('$name: the site learns who came', async ({ fields, prefix, followed }) => {
    const scene = await app.browser().open('shop');
    const push = event(openid, { ...fields, EventKey: prefix + scene.sceneId });
    const reply = await textOf(app, app.wechat.push(push));
    expect(reply).toContain('您正在登录「The Shop」');
    expect(reply).toContain('You are signing in to The Shop.');
    expect(await whoCame(app, scene)).toMatchObject({ openid, followed, site: 'shop', account: 'main' });
  });

  test('the reply names the site of the scene, not of the account', async () => {
    const scene = await app.browser('https://bank.example').open('bank');
    expect(await textOf(app, app.wechat.scan(openid, scene.sceneId))).toContain('The Bank');
  });

  const untouching = [
    { name: 'a text message', fields: { MsgType: 'text', Content: '@', MsgId: '7300000000123456789' } },
    { name: 'a message of an unknown type', fields: { MsgType: 'hologram', EventKey: '@' } },
    { name: 'a scan event that is a message', fields: { MsgType: 'text', Event: 'SCAN', EventKey: '@' } },
    { name: 'a click in the menu', fields: { Event: 'CLICK', EventKey: '@' } },
    { name: 'a menu link', fields: { Event: 'VIEW', EventKey: 'https://shop.example/@' } },
    { name: 'an unknown event', fields: { Event: 'TELEPATHY', EventKey: '@' } },
    { name: 'an event named like a property', fields: { Event: 'constructor', EventKey: '@' } },
    { name: 'somebody who leaves', fields: { Event: 'unsubscribe', EventKey: '@' } },
    { name: 'following without a code', fields: { Event: 'subscribe' } },
    { name: 'following with an empty key', fields: { Event: 'subscribe', EventKey: '' } },
    { name: 'following with a bare scene', fields: { Event: 'subscribe', EventKey: '@' } },
    { name: 'following after a payment', fields: { Event: 'subscribe', EventKey: 'last_trade_no_@' } },
    { name: 'following by a product', fields: { Event: 'subscribe', EventKey: 'scanbarcode|EAN_13|@' } },
    { name: 'the prefix alone', fields: { Event: 'subscribe', EventKey: 'qrscene_' } },
    { name: 'the prefix twice', fields: { Event: 'subscribe', EventKey: 'qrscene_qrscene_@' } },
    { name: 'the prefix in capitals', fields: { Event: 'subscribe', EventKey: 'QRSCENE_@' } },
    { name: "another system's number", fields: { Event: 'subscribe', EventKey: 'qrscene_42' } },
    { name: 'a scan without a key', fields: { Event: 'SCAN' } },
    { name: 'a scan with a blank key', fields: { Event: 'SCAN', EventKey: '  ' } },
    { name: 'a scan with the prefix', fields: { Event: 'SCAN', EventKey: 'qrscene_@' } },
    { name: "a scan of another system's code", fields: { Event: 'SCAN', EventKey: 'login-8f3a21c0' } },
    { name: 'a scan of a scene and more', fields: { Event: 'SCAN', EventKey: '@x' } },
    { name: 'a scan of __proto__', fields: { Event: 'SCAN', EventKey: '__proto__' } },
    { name: 'a scan of a path', fields: { Event: 'SCAN', EventKey: '../../../etc/passwd..' } },
  ];
  test.each(untouching)('$name is answered with success and touches no scene', async ({ fields }) => {
    const scene = await app.browser().open('shop');
    const filled = Object.entries(fields).map(([name, value]) => [name, value.replace('@', scene.sceneId)]);
    const response = await app.wechat.push(event(openid, Object.fromEntries(filled)));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain(;|$)/);
    expect(await response.text()).toBe('success');
    await expectUntouched(app, scene);
  });

  test('a scan of a scene that never was is told so', async () => {
    expect(await textOf(app, app.wechat.scan(openid, randomId(16)))).toContain('no longer valid');
  });

  test('a scan of a scene that was given up is told so', async () => {
    const browser = app.browser();
    const { sceneId, claim } = await browser.open('shop');
    await browser.post(`/api/scenes/${sceneId}/cancel`, {}, { authorization: `Bearer ${claim}` });
    expect(await textOf(app, app.wechat.scan(openid, sceneId))).toContain('no longer valid');
  });

  test('WeChat tells the profile once, until the person leaves', async () => {
    const person = await newPerson(app, true);
    const before = await callCount(app, 'user/info');
    const login = async (): Promise<number> => {
      const scene = await app.browser().open('shop');
      await app.wechat.scan(person.openid, scene.sceneId);
      expect((await whoCame(app, scene)).user.subscribed).toBe(true);
      return (await callCount(app, 'user/info')) - before;
    };
    expect(await login()).toBe(1);
    expect(await login()).toBe(1);
    expect(await textOf(app, app.wechat.unfollow(person.openid))).toBe('success');
    expect(await login()).toBe(2);
  });

  const asWritten = [
    { name: 'bare texts', change: (xml: string) => xml.replaceAll('<![CDATA[', '').replaceAll(']]>', '') },
    {
      name: 'blanks and line ends',
      change: (xml: string) => `\n${xml.replaceAll('><', '>\r\n <')}\n`,
    },
    {
      name: 'a declaration and a mark of byte order',
      change: (xml: string) => `\ufeff<?xml version="1.0" encoding="UTF-8"?>${xml}`,
    },
    {
      name: 'unknown fields, repeated and nested',
      change: (xml: string) => xml.replace('</xml>', '<X>1</X><X><EventKey>no</EventKey></X></xml>'),
    },
    {
      name: 'its fields backwards',
      change: (xml: string) =>
        `<xml>${(xml.match(/<(?!xml)(\w+)>.*?<\/\1>/g) ?? []).toReversed().join('')}</xml>`,
    },
  ];
  test.each(asWritten)('a push with $name is understood', async ({ change }) => {
    const scene = await app.browser().open('shop');
    expect(await textOf(app, app.wechat.push(change(scanXml(openid, scene.sceneId))))).toContain('The Shop');
    expect(await whoCame(app, scene)).toMatchObject({ openid });
  });

  const oddNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '<b>&]]>'];
  test.each(oddNames)('somebody named %s is plain text', async (odd) => {
    const scene = await app.browser().open('shop');
    expect(await textOf(app, app.wechat.scan(odd, scene.sceneId))).toContain('The Shop');
    expect(await whoCame(app, scene)).toMatchObject({ openid: odd });
  });
});
