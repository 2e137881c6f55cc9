import * as fc from 'fast-check';
import { encrypt } from '../../src/wechat/seal.ts';
import { buildXml } from '../../src/wechat/xml.ts';
import { event } from '../support/wechat.ts';
import { appId, encodingAesKey, signed } from './support.ts';
import type { Mode, Post } from './support.ts';

/** FUZZ_SEED runs again what another run printed. */
export const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 0x7fff_ffff));

/** What a push says once it is open, in whatever mode. */
export type Message = Uint8Array;

/** Pieces that lead a reader of XML somewhere, as letters seldom do. */
const words =
  '<xml> </xml> <xml /> < > <a> </a> <a/> <![CDATA[ ]]> ]] <!-- --> <?xml <? ?> <! <!DOCTYPE <!ENTITY [ &lt; &#0; & ; = " \' ' +
  '__proto__ <constructor> </constructor> <Event> </Event> <EventKey> <MsgType>event</MsgType> <CreateTime>1</CreateTime>';
const pieces = [...words.split(' '), ' a="', ' ', '\0', '\ufeff', '\ud83d', '扫'];

/** Genuine pushes that name the scene, and are no scans of it: whatever becomes of them, it must not move. */
function genuine(sceneId: string): string[] {
  const openid = 'oUserOpenid0000000000000000x';
  return [
    event(openid, { MsgType: 'text', Content: `login ${sceneId}`, MsgId: '7300000000123456789' }),
    event(openid, { Event: 'CLICK', EventKey: sceneId }),
    event(openid, { Event: 'VIEW', EventKey: `https://shop.example/${sceneId}` }),
    event(openid, { Event: 'unsubscribe', EventKey: sceneId }),
    event(openid, { Event: 'subscribe', EventKey: `last_trade_no_${sceneId}` }),
    event(openid, { Event: 'SCAN', EventKey: `login-8f3a21c0-${sceneId}-x`, Ticket: sceneId }),
  ];
}

interface Mutation {
  at: number;
  cut: number;
  put: Uint8Array;
}

const piece = fc.constantFrom(...pieces).map((text) => Buffer.from(text));
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(12),
  put: fc.oneof(piece, bytes(8)),
});

function mutate(text: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce((before, { at, cut, put }) => {
    const start = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, start), put, before.subarray(start + cut)]);
  }, text);
}

/** Mutated pushes, strings that look like XML, the same repeated until they are large, and bytes. */
export function messages(sceneId: string): fc.Arbitrary<Message> {
  const mutated = fc
    .tuple(fc.constantFrom(...genuine(sceneId)), fc.array(mutation, { maxLength: 4 }))
    .map(([text, mutations]) => mutate(Buffer.from(text), mutations));
  const likeXml = fc.array(piece, { maxLength: 60 }).map((some) => Buffer.concat(some));
  const large = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1000, max: 70_000 }))
    .map(([some, length]) =>
      Buffer.concat([Buffer.from('<xml>'), Buffer.alloc(length, Buffer.concat(some))]),
    );
  return fc.oneof(
    { arbitrary: mutated, weight: 10 },
    { arbitrary: likeXml, weight: 6 },
    { arbitrary: bytes(600), weight: 3 },
    { arbitrary: large, weight: 1 },
  );
}

/** The message as a post of the mode; signed rightly, so that it reaches the reader. */
export function postOf(mode: Mode, message: Message, nonce: string, nowMs: number): Post {
  const stamp = { timestamp: String(Math.floor(nowMs / 1000)), nonce };
  if (mode === 'plain') return { query: signed(stamp), body: message };
  const sealed = encrypt(Buffer.from(message).toString(), { appId, encodingAesKey });
  return { query: signed(stamp, sealed), body: buildXml({ Encrypt: sealed }) };
}

/** In the encrypting modes the document around the envelope is as much an outsider's as the envelope. */
export function outerPostOf(message: Message, nonce: string, nowMs: number): Post {
  const stamp = { timestamp: String(Math.floor(nowMs / 1000)), nonce };
  return { query: signed(stamp, 'x'), body: message };
}
