import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { readEncrypted, readEvent } from '../../src/wechat/events.ts';
import { buildXml, XmlError } from '../../src/wechat/xml.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/wechat/${name}.xml`, import.meta.url), 'utf8');

const common = {
  openid: 'oUserOpenid0000000000000000x',
  accountId: 'gh_1a2b3c4d5e6f',
  createTime: 1700000000,
};
const other = { kind: 'other', ...common, msgType: 'event' };

const asSent = [
  { name: 'subscribe', event: { kind: 'subscribe', ...common, scene: null } },
  { name: 'subscribe-scene', event: { kind: 'subscribe', ...common, scene: 'login-8f3a21c0' } },
  { name: 'subscribe-payment', event: { kind: 'subscribe', ...common, scene: null } },
  { name: 'subscribe-barcode', event: { kind: 'subscribe', ...common, scene: null } },
  { name: 'scan', event: { kind: 'scan', ...common, scene: 'login-8f3a21c0' } },
  { name: 'unsubscribe', event: { kind: 'unsubscribe', ...common } },
  { name: 'scancode-push', event: { ...other, event: 'scancode_push' } },
  { name: 'location', event: { ...other, event: 'LOCATION' } },
  { name: 'template', event: { ...other, event: 'TEMPLATESENDJOBFINISH' } },
  { name: 'text', event: { ...other, msgType: 'text', event: null } },
];

test.each(asSent)('$name as WeChat sends it', ({ name, event }) => {
  expect(readEvent(fixture(name))).toEqual(event);
});

const required = {
  ToUserName: common.accountId,
  FromUserName: common.openid,
  CreateTime: common.createTime,
  MsgType: 'event',
};
const push = (fields: Record<string, string | number>) => buildXml({ ...required, ...fields });

describe('a subscribe key', () => {
  const keys = [
    { key: 'qrscene_abc', scene: 'abc' },
    { key: 'qrscene_qrscene_abc', scene: 'qrscene_abc' },
    { key: 'qrscene_0042', scene: '0042' },
    { key: 'qrscene___proto__', scene: '__proto__' },
    { key: 'qrscene_', scene: null },
    { key: 'abcqrscene_abc', scene: null },
    { key: 'QRSCENE_abc', scene: null },
    { key: '   ', scene: null },
    { key: '__proto__', scene: null },
  ];
  test.each(keys)('$key means $scene', ({ key, scene }) => {
    expect(readEvent(push({ Event: 'subscribe', EventKey: key }))).toMatchObject({
      kind: 'subscribe',
      scene,
    });
  });

  test('may be missing', () => {
    expect(readEvent(push({ Event: 'subscribe' }))).toMatchObject({ kind: 'subscribe', scene: null });
  });
});

describe('a scan key', () => {
  const keys = ['abc', 'qrscene_abc', '0042', '4294967295', '__proto__', 'constructor'];
  test.each(keys)('%s stays as it is', (key) => {
    expect(readEvent(push({ Event: 'SCAN', EventKey: key }))).toMatchObject({ kind: 'scan', scene: key });
  });

  test('that is missing makes the scan an event without a meaning', () => {
    expect(readEvent(push({ Event: 'SCAN' }))).toMatchObject({ kind: 'other', event: 'SCAN' });
  });
});

const lettersCase = [
  { event: 'Scan', kind: 'scan' },
  { event: 'scan', kind: 'scan' },
  { event: 'SUBSCRIBE', kind: 'subscribe' },
  { event: 'UnSubscribe', kind: 'unsubscribe' },
];
test.each(lettersCase)('$event is the event $kind', ({ event, kind }) => {
  expect(readEvent(push({ Event: event, EventKey: 'abc' }))).toMatchObject({ kind });
});

test('an openid is text, whatever it says', () => {
  const event = readEvent(push({ FromUserName: '__proto__', Event: 'SCAN', EventKey: 'abc' }));
  expect(event.openid).toBe('__proto__');
});

const without = (name: string) =>
  buildXml(Object.fromEntries(Object.entries(required).filter(([key]) => key !== name)));

describe('refused', () => {
  const faults = [
    { name: 'no ToUserName', xml: without('ToUserName') },
    { name: 'no FromUserName', xml: without('FromUserName') },
    { name: 'no CreateTime', xml: without('CreateTime') },
    { name: 'no MsgType', xml: without('MsgType') },
    { name: 'an event without Event', xml: push({}) },
    { name: 'an empty Event', xml: push({ Event: '' }) },
    { name: 'an empty FromUserName', xml: push({ FromUserName: '', Event: 'SCAN' }) },
    { name: 'a blank ToUserName', xml: push({ ToUserName: ' \n ', Event: 'SCAN' }) },
    {
      name: 'a repeated Event',
      xml: push({ Event: 'SCAN' }).replace('</xml>', '<Event>subscribe</Event></xml>'),
    },
    {
      name: 'a nested EventKey',
      xml: push({ Event: 'SCAN' }).replace('</xml>', '<EventKey><a>1</a></EventKey></xml>'),
    },
    { name: 'a CreateTime of words', xml: push({ CreateTime: 'now', Event: 'SCAN' }) },
    { name: 'a negative CreateTime', xml: push({ CreateTime: '-1', Event: 'SCAN' }) },
    { name: 'a CreateTime of 20 digits', xml: push({ CreateTime: '1'.repeat(20), Event: 'SCAN' }) },
    { name: 'a fractional CreateTime', xml: push({ CreateTime: '1.5', Event: 'SCAN' }) },
    { name: 'an openid of 129 characters', xml: push({ FromUserName: 'o'.repeat(129), Event: 'SCAN' }) },
    { name: 'JSON', xml: '{"ToUserName":"gh_1a2b3c4d5e6f"}' },
  ];
  test.each(faults)('$name', ({ xml }) => {
    expect(() => readEvent(xml)).toThrow(XmlError);
  });
});

describe('the Encrypt element', () => {
  test('is taken alone', () => {
    expect(readEncrypted(fixture('encrypted'))).toMatch(/^P8XLYP3m.*cCyA==$/);
  });

  const faults = [
    { name: 'nothing', xml: '' },
    { name: 'a plain push', xml: fixture('scan') },
    { name: 'an empty one', xml: '<xml><Encrypt></Encrypt></xml>' },
    { name: 'two', xml: '<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>' },
    { name: 'one with children', xml: '<xml><Encrypt><a>b</a></Encrypt></xml>' },
    { name: 'a deeper one', xml: '<xml><a><Encrypt>b</Encrypt></a></xml>' },
    { name: 'a DOCTYPE', xml: '<!DOCTYPE xml><xml><Encrypt>a</Encrypt></xml>' },
    { name: 'a truncated document', xml: '<xml><Encrypt>a</Encrypt>' },
  ];
  test.each(faults)('$name yields nothing', ({ xml }) => {
    expect(readEncrypted(xml)).toBeUndefined();
  });
});
