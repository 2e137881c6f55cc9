import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encrypt } from '../../src/wechat/seal.ts';
import { buildXml } from '../../src/wechat/xml.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import type { OpenedScene } from '../support/browser.ts';
import {
  appId,
  appOfTest,
  encodingAesKey,
  expectUntouched,
  modes,
  scanXml,
  signed,
  textOf,
} from './support.ts';
import type { Mode, Post } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const required = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Event'];
const inherited = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

const within = (more: string) => (xml: string) => xml.replace('</xml>', `${more}</xml>`);
const without = (field: string) => (xml: string) =>
  xml.replace(new RegExp(`<${field}>.*?</${field}>`, 's'), '');
const filled = (field: string, value: string) => (xml: string) =>
  xml.replace(new RegExp(`(<${field}>).*?(</${field}>)`, 's'), `$1${value}$2`);

/** Documents that WeChat signed, and that are no pushes. */
const unreadable = [
  { name: 'nothing', change: () => '' },
  { name: 'blanks', change: () => ' \r\n ' },
  { name: 'words', change: () => 'success' },
  { name: 'JSON', change: () => JSON.stringify({ MsgType: 'event', Event: 'SCAN' }) },
  { name: 'an empty root', change: () => '<xml/>' },
  { name: 'another root', change: (xml: string) => xml.replaceAll('xml>', 'html>') },
  { name: 'a document that is cut off', change: (xml: string) => xml.slice(0, -3) },
  { name: 'a second document', change: (xml: string) => xml + xml },
  { name: 'text around it', change: (xml: string) => `x${xml}` },
  { name: 'a DOCTYPE', change: (xml: string) => `<!DOCTYPE xml>${xml}` },
  {
    name: 'an ENTITY',
    change: (xml: string) => `<!DOCTYPE xml [<!ENTITY a "${openid}">]>${filled('FromUserName', '&a;')(xml)}`,
  },
  {
    name: 'an ENTITY of a file',
    change: (xml: string) => `<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>${xml}`,
  },
  { name: 'an ENTITY without a DOCTYPE', change: within('<!ENTITY a "b">') },
  { name: 'an entity nobody knows', change: filled('FromUserName', '&nobody;') },
  { name: 'nine levels', change: within('<a>'.repeat(8) + '</a>'.repeat(8)) },
  { name: '1,000 levels', change: within('<a>'.repeat(1000) + '</a>'.repeat(1000)) },
  { name: '201 tags', change: within('<a/>'.repeat(200)) },
  { name: '10,000 tags', change: within('<a/>'.repeat(10_000)) },
  { name: '200 attributes', change: (xml: string) => xml.replace('<xml', `<xml ${attributes(200)}`) },
  { name: 'a time in words', change: filled('CreateTime', 'now') },
  { name: 'a time before the epoch', change: filled('CreateTime', '-1') },
  { name: 'a time with a fraction', change: filled('CreateTime', '1.5') },
  { name: 'an endless openid', change: filled('FromUserName', 'o'.repeat(129)) },
  { name: 'a control character', change: filled('FromUserName', 'o\u0007x') },
  { name: 'a field within a field', change: filled('EventKey', '<EventKey>x</EventKey>') },
  { name: 'a repeated EventKey', change: within('<EventKey>x</EventKey>') },
  ...required.flatMap((field) => [
    { name: `no ${field}`, change: without(field) },
    { name: `an empty ${field}`, change: filled(field, '') },
    { name: `a blank ${field}`, change: filled(field, ' \n') },
    {
      name: `a repeated ${field}`,
      change: (xml: string) => xml.replace('<xml>', `<xml><${field}>1</${field}>`),
    },
  ]),
  ...inherited.map((field) => ({ name: `a field named ${field}`, change: within(`<${field}>x</${field}>`) })),
];

describe.each(modes)('an account in %s mode', (mode) => {
  let app: TestApp;
  let scene: OpenedScene;
  beforeAll(async () => {
    app = await startApp({ mode });
    scene = await app.browser().open('shop');
  });
  afterAll(() => app.close());

  test.each(unreadable)('$name is answered with 400', async ({ change }) => {
    const { query, body } = post(app, mode, change(scanXml(openid, scene.sceneId)));
    const response = await app.wechat.post(query, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      message: 'The message cannot be read.',
    });
    await expectUntouched(app, scene);
  });

  test('the prototype of all objects is as it was', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

test('in plain mode bytes that are not UTF-8 are answered with 400', async () => {
  const app = await appOfTest({ mode: 'plain' });
  const scene = await app.browser().open('shop');
  const xml = scanXml(openid, scene.sceneId);
  const body = Buffer.concat([
    Buffer.from(xml.slice(0, -6)),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('</xml>'),
  ]);
  expect((await app.wechat.post(signed(app.wechat.stamp()), body)).status).toBe(400);
  await expectUntouched(app, scene);
});

describe.each(modes)('an account in %s mode that names its original id', (mode) => {
  test.each([
    { name: 'its own', originalId: 'gh_1a2b3c4d5e6f', status: 200 },
    { name: 'that of another account', originalId: 'gh_ffffffffffff', status: 400 },
  ])('$name in ToUserName is answered with $status', async ({ originalId, status }) => {
    const app = await appOfTest({ mode, account: { originalId } });
    const scene = await app.browser().open('shop');
    const response = await app.wechat.scan(openid, scene.sceneId);
    expect(response.status).toBe(status);
    if (status === 400) return expectUntouched(app, scene);
    expect(await textOf(app, response)).toContain('The Shop');
  });
});

/** As WeChat posts it, but with nothing in clear beside an envelope: that would be refused before the envelope is opened. */
function post(app: TestApp, mode: Mode, xml: string): Post {
  const stamp = app.wechat.stamp();
  if (mode === 'plain') return { query: signed(stamp), body: xml };
  const sealed = encrypt(xml, { appId, encodingAesKey });
  return { query: signed(stamp, sealed), body: buildXml({ Encrypt: sealed }) };
}

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}=""`).join(' ');
}
