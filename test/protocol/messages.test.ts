import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeClientMessage,
  decodeServerMessage,
  finalStates,
  isFinal,
  sceneStates,
} from '../../src/protocol/messages.ts';

const snapshot = { type: 'scene', sceneId: 'x', version: 1, state: 'pending', expiresAt: 1 };
const decoders = [
  { name: 'client', decode: decodeClientMessage },
  { name: 'server', decode: decodeServerMessage },
];

describe('what a browser may send', () => {
  test.each([
    { name: 'a claim', message: { type: 'attach', claim: 'secret' } },
    { name: 'two digits', message: { type: 'number', value: '07' } },
    { name: 'cancel', message: { type: 'cancel' } },
    { name: 'an ack', message: { type: 'ack', version: 3 } },
  ])('$name', ({ message }) => {
    expect(decodeClientMessage(JSON.stringify(message))).toEqual(message);
  });

  test('unknown fields are left behind', () => {
    const text = '{"type":"cancel","claim":"x","__proto__":{"a":1},"sceneId":"y"}';
    expect(decodeClientMessage(text)).toEqual({ type: 'cancel' });
  });

  test.each([
    { name: 'no type', text: '{"claim":"x"}' },
    { name: 'a type that is no text', text: '{"type":1}' },
    { name: 'a type in a list', text: '{"type":["cancel"]}' },
    { name: 'a type in another case', text: '{"type":"Cancel"}' },
    { name: "a server's message", text: JSON.stringify(snapshot) },
    { name: 'a claim that is missing', text: '{"type":"attach"}' },
    { name: 'a claim that is a number', text: '{"type":"attach","claim":1}' },
    { name: 'a claim that is null', text: '{"type":"attach","claim":null}' },
    { name: 'one digit', text: '{"type":"number","value":"7"}' },
    { name: 'three digits', text: '{"type":"number","value":"042"}' },
    { name: 'two digits and a line break', text: '{"type":"number","value":"42\\n"}' },
    { name: 'digits of another script', text: '{"type":"number","value":"４２"}' },
    { name: 'a number that is a number', text: '{"type":"number","value":42}' },
    { name: 'a version that is text', text: '{"type":"ack","version":"1"}' },
    { name: 'a version that is broken', text: '{"type":"ack","version":1.5}' },
    { name: 'a version that is too large', text: '{"type":"ack","version":9007199254740992}' },
    { name: 'a version that is endless', text: '{"type":"ack","version":1e999}' },
  ])('not $name', ({ text }) => {
    expect(decodeClientMessage(text)).toBeUndefined();
  });
});

describe('what a server may send', () => {
  test.each(sceneStates)('a scene that is %s', (state) => {
    expect(decodeServerMessage(JSON.stringify({ ...snapshot, state }))).toEqual({ ...snapshot, state });
  });

  test.each([
    { name: 'another type', change: { type: 'hello' } },
    { name: 'an unknown state', change: { state: 'approved' } },
    { name: 'a state of Object.prototype', change: { state: 'constructor' } },
    { name: 'a state in a list', change: { state: ['pending'] } },
    { name: 'no version', change: { version: undefined } },
    { name: 'a version that is text', change: { version: '1' } },
    { name: 'no time', change: { expiresAt: null } },
    { name: 'no scene', change: { sceneId: 1 } },
  ])('not $name', ({ change }) => {
    expect(decodeServerMessage(JSON.stringify({ ...snapshot, ...change }))).toBeUndefined();
  });
});

describe.each(decoders)('the $name decoder', ({ decode }) => {
  test.each([
    'null',
    'true',
    '1',
    '"attach"',
    '[]',
    '[{"type":"cancel"}]',
    '{}',
    '',
    ' ',
    '{',
    'undefined',
    '\u0000',
    '{"type":"cancel"}{"type":"cancel"}',
    '{"__proto__":{"type":"cancel"}}',
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'].map((type) =>
      JSON.stringify({ type }),
    ),
    '['.repeat(4096),
    `${'{"a":'.repeat(800)}1${'}'.repeat(800)}`,
  ])('knows nothing of %j', (text) => {
    expect(decode(text)).toBeUndefined();
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decode(text)).toBeUndefined();
      }),
    );
  });

  test('never throws, whatever the JSON, and says nothing that it does not know', () => {
    const words = fc.constantFrom('attach', 'number', 'cancel', 'ack', 'scene', '__proto__', 'constructor');
    const message = fc.record(
      {
        type: fc.oneof(words, fc.jsonValue()),
        claim: fc.jsonValue(),
        value: fc.jsonValue(),
        version: fc.jsonValue(),
        state: fc.oneof(fc.constantFrom(...sceneStates), fc.jsonValue()),
        sceneId: fc.jsonValue(),
        expiresAt: fc.jsonValue(),
        ['__proto__']: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(message, fc.jsonValue()), (value) => {
        const { type } = decode(JSON.stringify(value)) ?? {};
        expect([undefined, 'attach', 'number', 'cancel', 'ack', 'scene']).toContain(type);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

test('each end reads what the other wrote, and nothing that it wrote itself', () => {
  const fromBrowser = fc.oneof(
    fc.record({ type: fc.constant('attach'), claim: fc.string() }),
    fc.record({ type: fc.constant('ack'), version: fc.maxSafeInteger() }),
  );
  const fromServer = fc.record({
    type: fc.constant('scene'),
    sceneId: fc.string(),
    version: fc.nat(),
    state: fc.constantFrom(...sceneStates),
    expiresAt: fc.nat(),
  });
  fc.assert(
    fc.property(fromBrowser, fromServer, (browser, server) => {
      const [browserText, serverText] = [JSON.stringify(browser), JSON.stringify(server)];
      expect(decodeClientMessage(browserText)).toEqual(JSON.parse(browserText));
      expect(decodeServerMessage(serverText)).toEqual(JSON.parse(serverText));
      expect([decodeServerMessage(browserText), decodeClientMessage(serverText)]).toEqual([
        undefined,
        undefined,
      ]);
    }),
  );
});

test('the four ends are final, and nothing else', () => {
  expect(sceneStates.filter(isFinal)).toEqual(['consumed', 'denied', 'cancelled', 'expired']);
  expect(finalStates).toHaveLength(4);
});
