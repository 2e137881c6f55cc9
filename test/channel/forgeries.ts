import { encrypt, signatureOf } from '../../src/wechat/seal.ts';
import { buildXml } from '../../src/wechat/xml.ts';
import { appId, encodingAesKey, encryptRaw, envelopeBytes, signed, token } from './support.ts';
import type { Mode, Post } from './support.ts';

/** What a forger starts from: a genuine post, the message in it, and its stamp. */
export interface Genuine {
  post: { query: URLSearchParams; body: string };
  xml: string;
  timestamp: string;
  nonce: string;
}

export interface Forgery {
  name: string;
  modes: readonly Mode[];
  forge: (genuine: Genuine) => Post;
}

const keys = { appId, encodingAesKey };
const every = ['plain', 'compatible', 'safe'] as const;
const sealing = ['compatible', 'safe'] as const;

/** The genuine post with parameters changed, removed (null), or added once more (a list). */
function query(name: string, changes: Record<string, string | null | readonly string[]>): Forgery {
  const forge = ({ post }: Genuine): Post => {
    const changed = new URLSearchParams(post.query);
    for (const [parameter, value] of Object.entries(changes))
      if (value === null) changed.delete(parameter);
      else if (typeof value === 'string') changed.set(parameter, value);
      else value.forEach((one) => changed.append(parameter, one));
    return { query: changed, body: post.body };
  };
  return { name, modes: every, forge };
}

/** Signed rightly over a stamp of that shape. */
function stamped(name: string, change: { timestamp?: string; nonce?: string }): Forgery {
  const forge = (genuine: Genuine): Post => {
    const { timestamp, nonce } = { ...genuine, ...change };
    const { query: given } = query('', { timestamp, nonce }).forge(genuine);
    given.set('signature', signatureOf(token, timestamp, nonce));
    return { query: given, body: genuine.post.body };
  };
  return { name, modes: every, forge };
}

/** An envelope that is signed rightly, whatever is in it. */
function sealed(name: string, seal: (genuine: Genuine) => string): Forgery {
  const forge = (genuine: Genuine): Post => {
    const text = seal(genuine);
    return { query: signed(genuine, text), body: buildXml({ Encrypt: text }) };
  };
  return { name, modes: sealing, forge };
}

/** The genuine envelope in a changed document. */
function outer(name: string, change: (body: string) => string | Uint8Array): Forgery {
  const forge = ({ post }: Genuine): Post => ({ query: post.query, body: change(post.body) });
  return { name, modes: sealing, forge };
}

function only(modes: readonly Mode[], forgery: Forgery): Forgery {
  return { ...forgery, modes };
}

/** Bytes of an envelope with a padding of our making. */
function padded(name: string, pad: (length: number) => Buffer): Forgery {
  return sealed(name, ({ xml }) => {
    const bytes = envelopeBytes(xml);
    return encryptRaw(Buffer.concat([bytes, pad(32 - (bytes.length % 32))]));
  });
}

const signatures = [
  query('a forged signature', { signature: '0'.repeat(40) }),
  query('no signature', { signature: null }),
  query('an empty signature', { signature: '' }),
  query('a signature that is too short', { signature: 'abc' }),
  query('two signatures', { signature: ['0'.repeat(40)] }),
  query('another nonce', { nonce: '42' }),
  query('no nonce', { nonce: null }),
  query('two nonces', { nonce: ['42'] }),
  query('no timestamp', { timestamp: null }),
  query('two timestamps', { timestamp: ['1700000000'] }),
  query('two openids', { openid: ['a', 'b'] }),
  query('an endless openid', { openid: 'o'.repeat(129) }),
  query('two encrypt_types', { encrypt_type: ['raw', 'aes'] }),
  query('an unknown encrypt_type', { encrypt_type: 'rot13' }),
  query('encrypt_type in capitals', { encrypt_type: 'AES' }),
  query('a malformed msg_signature', { msg_signature: '0' }),
  query('two msg_signatures', { msg_signature: ['0'.repeat(40), '1'.repeat(40)] }),
  stamped('an empty nonce', { nonce: '' }),
  stamped('a nonce of 65 characters', { nonce: 'n'.repeat(65) }),
  stamped('a nonce with a blank', { nonce: 'a b' }),
  stamped('a Chinese nonce', { nonce: '扫码' }),
  stamped('a timestamp of 11 digits', { timestamp: '01700000000' }),
  stamped('a timestamp in hexadecimal', { timestamp: '0x6553f100' }),
];

const downgrades: Forgery[] = [
  only(sealing, query('no encrypt_type', { encrypt_type: null })),
  only(sealing, query('encrypt_type=raw', { encrypt_type: 'raw' })),
  only(sealing, query('no msg_signature', { msg_signature: null })),
  {
    name: 'the message in clear, as in plain mode',
    modes: sealing,
    forge: ({ xml, ...stamp }) => ({ query: signed(stamp), body: xml }),
  },
  {
    name: 'the message in clear under encrypt_type=aes',
    modes: sealing,
    forge: ({ xml, post }) => ({ query: post.query, body: xml }),
  },
  only(['plain'], query('encrypt_type=aes', { encrypt_type: 'aes' })),
  {
    name: 'a genuine envelope to an account in plain mode',
    modes: ['plain'],
    forge(genuine) {
      const text = encrypt(genuine.xml, keys);
      return { query: signed(genuine, text), body: buildXml({ Encrypt: text }) };
    },
  },
];

const otherKey = 'A'.repeat(43);
const seals = [
  only(sealing, query('a forged msg_signature', { msg_signature: '0'.repeat(40) })),
  {
    name: 'the signature again as msg_signature',
    modes: sealing,
    forge: ({ post }: Genuine): Post =>
      query('', { msg_signature: post.query.get('signature') }).forge({ post } as Genuine),
  },
  {
    name: 'another genuine envelope under this msg_signature',
    modes: sealing,
    forge: ({ post, xml }: Genuine): Post => ({
      query: post.query,
      body: buildXml({ Encrypt: encrypt(xml, keys) }),
    }),
  },
  sealed('the envelope of another app id', ({ xml }) =>
    encrypt(xml, { ...keys, appId: 'wx0123456789abcdef' }),
  ),
  sealed('the envelope of a longer app id', ({ xml }) => encrypt(xml, { ...keys, appId: `${appId}0` })),
  sealed('the envelope of no app id', ({ xml }) => encrypt(xml, { ...keys, appId: '' })),
  sealed('the envelope of another key', ({ xml }) => encrypt(xml, { ...keys, encodingAesKey: otherKey })),
  sealed('a text that is no base64', () => '!!!!'),
  sealed('a text in base64url', ({ xml }) => encrypt(xml, keys).replaceAll('+', '-').replaceAll('/', '_')),
  sealed('base64 with a line feed inside', ({ xml }) => encrypt(xml, keys).replace(/^.{8}/, '$&\n')),
  sealed('half an envelope', ({ xml }) => encrypt(xml, keys).slice(0, 64)),
  sealed('a single block', () => encryptRaw(Buffer.alloc(16, 1))),
  padded('a padding of 0', (length) => Buffer.alloc(length)),
  padded('a padding of 33', (length) => Buffer.alloc(length, 33)),
  padded('a padding of 255', (length) => Buffer.alloc(length, 255)),
  padded('a padding whose bytes differ', (length) =>
    Buffer.concat([Buffer.alloc(length + 30), Buffer.from([1, 2])]),
  ),
  sealed('a length beyond the end', ({ xml }) => {
    const bytes = envelopeBytes(xml);
    bytes.writeUInt32BE(0xffff_ffff, 16);
    return encryptRaw(Buffer.concat([bytes, tail(bytes)]));
  }),
  sealed('a message that is not UTF-8', ({ xml }) => {
    const bytes = envelopeBytes(Buffer.concat([Buffer.from(xml), Buffer.from([0xff, 0xfe])]));
    return encryptRaw(Buffer.concat([bytes, tail(bytes)]));
  }),
];

const envelopes = [
  outer('no body', () => ''),
  outer('no Encrypt', () => '<xml><ToUserName>gh_1</ToUserName></xml>'),
  outer('an empty Encrypt', () => '<xml><Encrypt></Encrypt></xml>'),
  outer('two Encrypts', (body) => body.replace('</xml>', '<Encrypt>x</Encrypt></xml>')),
  outer('Encrypt within another field', (body) =>
    body.replace('<Encrypt>', '<A><Encrypt>').replace('</Encrypt>', '</Encrypt></A>'),
  ),
  outer('fields within Encrypt', (body) => body.replace('</Encrypt>', '<a/></Encrypt>')),
  outer('a DOCTYPE', (body) => `<!DOCTYPE xml>${body}`),
  outer('an ENTITY', (body) => `<!DOCTYPE xml [<!ENTITY a "b">]>${body}`),
  outer('a field named __proto__', (body) => body.replace('</xml>', '<__proto__>1</__proto__></xml>')),
  outer('a field named constructor', (body) => body.replace('</xml>', '<constructor/></xml>')),
  outer('deep nesting', (body) => body.replace('</xml>', `${'<a>'.repeat(9)}${'</a>'.repeat(9)}</xml>`)),
  outer('10,000 tags', (body) => body.replace('</xml>', `${'<a/>'.repeat(10_000)}</xml>`)),
  outer('a document that is cut off', (body) => body.slice(0, -6)),
  outer('another root', (body) => body.replaceAll('xml>', 'html>')),
  outer('JSON', () => '{"Encrypt":"x"}'),
  outer('bytes that are not UTF-8', (body) =>
    Buffer.concat([
      Buffer.from(body.replace('</xml>', '<a>')),
      Buffer.from([0xff]),
      Buffer.from('</a></xml>'),
    ]),
  ),
];

/** Padding as it should be. */
function tail(bytes: Buffer): Buffer {
  const length = 32 - (bytes.length % 32);
  return Buffer.alloc(length, length);
}

export const forgeries: readonly Forgery[] = [...signatures, ...downgrades, ...seals, ...envelopes];
