import { describe, expect, test } from 'vitest';
import type { SealedProfile } from '../../src/channel/mini-program-sessions.ts';
import { sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openMiniRoom } from './mini-room.ts';

const { miniProgram: figures } = settings;
const phone = { purePhoneNumber: '13800000000', countryCode: '86' };

async function openLoggedIn() {
  const clock = new FakeClock();
  const room = await openMiniRoom({ clock });
  const token = await room.session('oMei');
  const checks = (): number => room.wechat.count('checksession');
  return { clock, room, token, wechat: room.wechat, checks };
}

describe('data that WeChat sealed for this person', () => {
  test('are opened, and told without the watermark', async () => {
    const { room, token, wechat, checks } = await openLoggedIn();
    const answer = await room.profile(token, wechat.seal('oMei', phone));
    expect(answer).toMatchObject({ status: 200, body: { profile: phone } });
    expect(answer.body).toEqual({ profile: phone });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(checks()).toBe(0);
  });

  test('may have any names: none of them means anything to us', async () => {
    const { room, token, wechat } = await openLoggedIn();
    const odd = JSON.parse(
      '{"__proto__":{"a":1},"constructor":"x","toString":null,"梅":["\\u202e"]}',
    ) as object;
    const answer = await room.profile(token, wechat.seal('oMei', odd));
    expect(answer.text).toBe(JSON.stringify({ profile: odd }));
  });

  test('are believed as the phone handed them over: rawData is signed to the character', async () => {
    const { room, token, wechat } = await openLoggedIn();
    const rawData = '{"nickName":"小桥 🌉\\u202e", "gender":0}\n';
    expect((await room.profile(token, wechat.seal('oMei', phone, { rawData }))).status).toBe(200);
  });

  test.each([
    { age: 'as old as may be', ms: -figures.dataAge, error: undefined },
    { age: 'older', ms: -figures.dataAge - 1_000, error: 'watermark_stale' },
    { age: 'as far ahead as may be', ms: figures.dataAge, error: undefined },
    { age: 'further', ms: figures.dataAge + 1_000, error: 'watermark_stale' },
  ])('$age: $error', async ({ ms, error }) => {
    const { room, token, wechat, clock } = await openLoggedIn();
    const answer = await room.profile(token, wechat.seal('oMei', phone, { at: clock.now() + ms }));
    expect([answer.status, answer.body['error']]).toEqual([error ? 400 : 200, error]);
  });
});

/** Each is refused by its own code, and the session stands. `asks`: whether WeChat has to say if the session_key does. */
const wrong: {
  what: string;
  error: string;
  asks: boolean;
  change: Partial<SealedProfile> | 'foreign app';
}[] = [
  {
    what: 'rawData that was changed',
    error: 'invalid_signature',
    asks: true,
    change: { rawData: '{"nickName":"小橋"}' },
  },
  { what: 'no signature', error: 'invalid_signature', asks: true, change: { signature: '' } },
  {
    what: 'a made-up signature',
    error: 'invalid_signature',
    asks: true,
    change: { signature: 'a'.repeat(40) },
  },
  {
    what: 'whitespace in base64',
    error: 'encrypted_data_invalid',
    asks: false,
    change: { encryptedData: `${'A'.repeat(40)} ${'A'.repeat(23)}=` },
  },
  {
    what: 'base64 without its padding',
    error: 'encrypted_data_invalid',
    asks: false,
    change: { encryptedData: 'A'.repeat(43) },
  },
  {
    what: 'data that nobody sealed',
    error: 'encrypted_data_invalid',
    asks: true,
    change: { encryptedData: Buffer.alloc(64, 7).toString('base64') },
  },
  {
    what: 'a short iv',
    error: 'iv_invalid',
    asks: false,
    change: { iv: Buffer.alloc(15).toString('base64') },
  },
  {
    what: 'a long iv',
    error: 'iv_invalid',
    asks: false,
    change: { iv: Buffer.alloc(17).toString('base64') },
  },
  {
    what: 'an iv with a line break',
    error: 'iv_invalid',
    asks: false,
    change: { iv: `${Buffer.alloc(16).toString('base64')}\n` },
  },
  { what: 'the data of another app', error: 'watermark_invalid', asks: false, change: 'foreign app' },
];

test.each(wrong)('$what: $error', async ({ error, asks, change }) => {
  const { room, token, wechat, checks } = await openLoggedIn();
  const sealed =
    change === 'foreign app'
      ? wechat.seal('oMei', phone, { appId: 'wxffffffffffffffff' })
      : { ...wechat.seal('oMei', phone), ...change };
  expect(await room.profile(token, sealed)).toMatchObject({ status: 400, body: { error } });
  expect(checks()).toBe(asks ? 1 : 0);
  expect((await room.look(token)).status).toBe(200);
  expect(room.ended).toEqual([]);
});

const grey = {
  nickName: '微信用户',
  gender: 0,
  language: '',
  city: '',
  avatarUrl: 'https://thirdwx.qlogo.cn/132',
};
/** Of data as long as these every bit of iv is a bit of what rawData says, or of the name before it. */
const everyBit = Array.from({ length: 128 }, (_, bit) => bit);

function flipped(base64: string, bit: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes.toString('base64');
}

describe('data beside rawData that is signed', () => {
  test('are refused when one bit of iv was changed, whichever', async () => {
    const { room, token, wechat, clock } = await openLoggedIn();
    for (const bit of everyBit) {
      // What cannot be read is asked about, no more often than one person may cause.
      clock.advance(figures.keyChecksWindow / figures.keyChecks);
      const sealed = wechat.seal('oMei', grey);
      const answer = await room.profile(token, { ...sealed, iv: flipped(sealed.iv, bit) });
      expect([answer.status, answer.body['error'], bit]).toEqual([400, 'encrypted_data_invalid', bit]);
    }
  });

  test('whose first field has another name are refused, and the session stands', async () => {
    const { room, token, wechat, checks } = await openLoggedIn();
    const sealed = wechat.seal('oMei', grey);
    // `{"nickName"` becomes `{"oickName"`.
    const answer = await room.profile(token, { ...sealed, iv: flipped(sealed.iv, 16) });
    expect(answer).toMatchObject({ status: 400, body: { error: 'encrypted_data_invalid' } });
    expect([checks(), (await room.look(token)).status]).toEqual([0, 200]);
  });

  test.each([
    { what: 'another value', rawData: '{"nickName":"小桥"}' },
    { what: 'a field more', rawData: '{"nickName":"微信用户","country":""}' },
    { what: 'a number as text', rawData: '{"gender":"0"}' },
  ])('are refused where it says $what', async ({ rawData }) => {
    const { room, token, wechat, checks } = await openLoggedIn();
    const answer = await room.profile(token, wechat.seal('oMei', grey, { rawData }));
    expect(answer).toMatchObject({ status: 400, body: { error: 'encrypted_data_invalid' } });
    expect([checks(), (await room.look(token)).status]).toEqual([0, 200]);
  });

  test('are refused with the unionid of somebody else', async () => {
    const { room, wechat } = await openLoggedIn();
    wechat.unionids.set('oBo', 'uBo');
    const token = await room.session('oBo');
    const own = await room.profile(token, wechat.seal('oBo', { ...grey, unionId: 'uBo' }));
    expect(own.body).toEqual({ profile: { ...grey, unionId: 'uBo' } });
    const others = await room.profile(token, wechat.seal('oBo', { ...grey, unionId: 'uMei' }));
    expect(others).toMatchObject({ status: 400, body: { error: 'encrypted_data_invalid' } });
  });
});

test.each(['rawData', 'signature', 'encryptedData', 'iv'])('%s that is missing is named', async (field) => {
  const { room, token, wechat } = await openLoggedIn();
  const answer = await room.profile(token, { ...wechat.seal('oMei', phone), [field]: undefined });
  expect(answer).toMatchObject({
    status: 400,
    body: { error: 'invalid_request', message: `${field}: is missing` },
  });
});

test('what was sealed for one person is no profile of another', async () => {
  const { room, token, wechat } = await openLoggedIn();
  await room.session('oBo');
  const answer = await room.profile(token, wechat.seal('oBo', phone));
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_signature' } });
  const claimed = wechat.seal('oMei', { ...phone, openId: 'oBo' });
  expect(await room.profile(token, claimed)).toMatchObject({ body: { error: 'encrypted_data_invalid' } });
  const own = wechat.seal('oMei', { ...phone, openId: 'oMei' });
  expect((await room.profile(token, own)).status).toBe(200);
});

describe('when WeChat has replaced the session_key', () => {
  test('the session is over, not the data wrong; with a new login the same call works', async () => {
    const { room, token, wechat } = await openLoggedIn();
    wechat.replaceKey('oMei');
    const answer = await room.profile(token, wechat.seal('oMei', phone));
    expect(answer).toMatchObject({ status: 401, body: { error: 'session_expired', relogin: true } });
    expect(room.ended).toEqual([{ account: 'mini', hash: sha256(token), openid: 'oMei' }]);
    expect((await room.look(token)).status).toBe(401);
    const again = await room.session('oMei');
    const profile = await room.profile(again, wechat.seal('oMei', phone));
    expect(profile).toMatchObject({ status: 200, body: { profile: phone } });
  });

  test('and the signature is of an earlier one, the same', async () => {
    const { room, token, wechat } = await openLoggedIn();
    const { rawData, signature } = wechat.seal('oMei', phone);
    wechat.replaceKey('oMei');
    const mixed = { ...wechat.seal('oMei', phone), rawData, signature };
    expect(await room.profile(token, mixed)).toMatchObject({ status: 401, body: { relogin: true } });
  });

  test('the other sessions of the person stand until they need it', async () => {
    const { room, token, wechat } = await openLoggedIn();
    const other = await room.session('oMei');
    wechat.replaceKey('oMei');
    await room.profile(token, wechat.seal('oMei', phone));
    expect((await room.look(other)).status).toBe(200);
  });

  test.each([87007, 87009])('by WeChat’s %i', async (errcode) => {
    const { room, token, wechat } = await openLoggedIn();
    wechat.faults.set('checksession', [errcode]);
    const sealed = { ...wechat.seal('oMei', phone), signature: 'made up' };
    expect(await room.profile(token, sealed)).toMatchObject({ status: 401, body: { relogin: true } });
  });

  test('and does not say so, nobody is logged out', async () => {
    const { room, token, wechat } = await openLoggedIn();
    wechat.replaceKey('oMei');
    wechat.faults.set('checksession', [48001]);
    const answer = await room.profile(token, wechat.seal('oMei', phone));
    expect(answer).toMatchObject({ status: 503, body: { error: 'wechat_unavailable' } });
    expect(answer.headers.has('retry-after')).toBe(true);
    expect((await room.look(token)).status).toBe(200);
    expect(room.ended).toEqual([]);
  });

  test('many that find out at once are all told so, and WeChat is asked no more often than one person may cause', async () => {
    const { room, token, wechat, checks } = await openLoggedIn();
    wechat.replaceKey('oMei');
    const sealed = wechat.seal('oMei', phone);
    const answers = await Promise.all(Array.from({ length: 30 }, () => room.profile(token, sealed)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(401);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(checks()).toBeLessThanOrEqual(figures.keyChecks);
    expect(room.ended).toHaveLength(1);
  });
});

test('whoever sends one wrong profile after the other has WeChat asked so often in a minute, and right ones pass', async () => {
  const { room, token, wechat, checks, clock } = await openLoggedIn();
  const bad = { ...wechat.seal('oMei', phone), signature: 'made up' };
  for (let i = 0; i < figures.keyChecks; i++) expect((await room.profile(token, bad)).status).toBe(400);
  const answer = await room.profile(token, bad);
  expect(answer).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
  expect(answer.headers.has('retry-after')).toBe(true);
  expect(checks()).toBe(figures.keyChecks);
  expect((await room.profile(token, wechat.seal('oMei', phone))).status).toBe(200);
  const other = await room.session('oBo');
  const others = { ...wechat.seal('oBo', phone), signature: 'made up' };
  expect((await room.profile(other, others)).status).toBe(400);
  clock.advance(figures.keyChecksWindow);
  expect((await room.profile(token, bad)).status).toBe(400);
});
