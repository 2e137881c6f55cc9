import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { bodyBytes, decodeMailClientMessage, decodeMailServerMessage } from '../../src/protocol/mail.ts';
import { examples, messagesContract, tableOf } from './contract.ts';

describe('what MESSAGES.md says a user sends, the server reads', () => {
  test.each(examples('client', messagesContract))('%s', (text) => {
    expect(decodeMailClientMessage(text)).toEqual(JSON.parse(text));
  });

  test('every frame has its example', () => {
    const types = examples('client', messagesContract).map((text) => decodeMailClientMessage(text)?.type);
    expect(new Set(types)).toEqual(new Set(['hello', 'ack', 'send']));
  });
});

describe('what it says the server sends, a client reads', () => {
  test.each(examples('server', messagesContract))('%s', (text) => {
    expect(decodeMailServerMessage(text)).toEqual(JSON.parse(text));
  });

  test('every frame has its example, and every field is explained', () => {
    const frames = examples('server', messagesContract).map((text) => decodeMailServerMessage(text)!);
    expect(new Set(frames.map(({ type }) => type))).toEqual(
      new Set(['welcome', 'message', 'sent', 'refused']),
    );
    const fields = new Set(frames.flatMap((frame) => Object.keys(frame)));
    fields.delete('type');
    const explained = tableOf(messagesContract, 'message field', 'meaning').flatMap(
      ([names]) => names?.split(', ') ?? [],
    );
    expect(explained.sort()).toEqual([...fields].sort());
  });
});

test.each([
  { name: 'no JSON', text: 'hello' },
  { name: 'no object', text: '["hello"]' },
  { name: 'nothing', text: 'null' },
  { name: 'no type', text: '{"token":"x"}' },
  { name: 'another type', text: '{"type":"bye"}' },
  { name: 'a type that every object has', text: '{"type":"constructor"}' },
  { name: 'a token that is no text', text: '{"type":"hello","token":1}' },
  { name: 'an account that is no text', text: '{"type":"hello","token":"x","account":null}' },
  { name: 'no id', text: '{"type":"ack"}' },
  { name: 'a sender that is no text', text: '{"type":"ack","id":"1","from":1}' },
  { name: 'an id of other characters', text: '{"type":"ack","id":"a b"}' },
  { name: 'an id that is too long', text: `{"type":"ack","id":"${'a'.repeat(65)}"}` },
  { name: 'nobody to send to', text: '{"type":"send","body":1,"id":"1"}' },
  { name: 'what is no openid', text: '{"type":"send","to":"*","body":1,"id":"1"}' },
  { name: 'all', text: '{"type":"send","to":{"all":true},"body":1,"id":"1"}' },
  { name: 'no body', text: '{"type":"send","to":"oBob","id":"1"}' },
])('$name is no frame of a user', ({ text }) => {
  expect(decodeMailClientMessage(text)).toBeUndefined();
});

test('who it is cannot be said but by a token', () => {
  const text = '{"type":"send","to":"oBob","from":"oMallory","openid":"oMallory","body":null,"id":"1"}';
  expect(decodeMailClientMessage(text)).toStrictEqual({ type: 'send', to: 'oBob', body: null, id: '1' });
  const hello = '{"type":"hello","token":"x","openid":"oMallory","site":"shop"}';
  expect(decodeMailClientMessage(hello)).toStrictEqual({ type: 'hello', token: 'x', site: 'shop' });
});

test('the figures that it tells hold', () => {
  expect(messagesContract).toContain(`${bodyBytes} bytes`);
  expect(messagesContract).toContain(
    `${settings.messaging.requestBytes / 1024} KiB; the message ${bodyBytes} bytes`,
  );
  expect(messagesContract).toContain(`${settings.messaging.sentPerSecond.toLocaleString('en')} in a second`);
  expect(messagesContract).toContain(`${settings.messaging.queued.toLocaleString('en')} in a day`);
  expect(settings.messaging.queuedWindow).toBe(24 * 60 * 60_000);
  expect(settings.messaging.tokenTtl).toBe(24 * 60 * 60_000);
});
