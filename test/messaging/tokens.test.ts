import { describe, expect, test } from 'vitest';
import { MessageTokens } from '../../src/messaging/tokens.ts';
import { appOfTest, exchange, logIn } from '../site/support.ts';
import { MailSocket } from './mail-socket.ts';
import { posted } from './stage.ts';

const sites = [
  { id: 'shop', secret: 'a-secret-of-the-shop-0123456789' },
  { id: 'bank', secret: 'a-secret-of-the-bank-0123456789' },
];
const ttl = 86_400_000;
const login = {
  sceneId: 'Gm2Gv3kGTYKBgqHCFp1RLA',
  site: 'shop',
  openid: 'oAlice',
  confirmedAt: 1_700_000_000_000,
};
const tokens = new MessageTokens(sites, ttl);
const during = login.confirmedAt + 1000;

describe('a message token', () => {
  test('says whose it is and until when, to the millisecond', () => {
    const token = tokens.issue(login);
    expect(token).toMatch(/^shop\.[A-Za-z0-9_-]{60,}$/);
    const endsAt = login.confirmedAt + ttl;
    expect(tokens.read(token, during)).toEqual({
      site: 'shop',
      openid: 'oAlice',
      loginAt: login.confirmedAt,
      endsAt,
    });
    expect(tokens.read(token, endsAt - 1)).toBeDefined();
    expect(tokens.read(token, endsAt)).toBeUndefined();
  });

  test('of one login is always the same, of another never', () => {
    const token = tokens.issue(login);
    expect(new MessageTokens(sites, ttl).issue(login)).toBe(token);
    const others = [
      { ...login, sceneId: 'Gm2Gv3kGTYKBgqHCFp1RLB' },
      { ...login, openid: 'oBob' },
      { ...login, confirmedAt: login.confirmedAt + 1 },
      { ...login, site: 'bank' },
    ].map((other) => tokens.issue(other));
    // Not even the nonce, by which two texts could be compared.
    expect(new Set([token, ...others].map((each) => each.split('.')[1]?.slice(0, 16))).size).toBe(5);
  });

  test('tells nobody who it is', () => {
    const [, sealed = ''] = tokens.issue(login).split('.');
    expect(Buffer.from(sealed, 'base64url').includes('oAlice')).toBe(false);
  });

  test('is good for nothing when any of its bits is another', () => {
    const [site = '', sealed = ''] = tokens.issue(login).split('.');
    const bytes = Buffer.from(sealed, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(tokens.read(`${site}.${forged.toString('base64url')}`, during)).toBeUndefined();
    }
  });

  test.each([
    { name: 'of another site', token: tokens.issue({ ...login, site: 'bank' }).replace('bank', 'shop') },
    {
      name: 'of the site under its former secret',
      token: new MessageTokens([{ id: 'shop', secret: 'former' }], ttl).issue(login),
    },
    { name: 'of a site that has the same secret', token: sameSecret() },
    { name: 'of a site that there is not', token: tokens.issue(login).replace('shop', 'nobody') },
    { name: 'cut off', token: tokens.issue(login).slice(0, -4) },
    { name: 'with something behind it', token: `${tokens.issue(login)}AAAA` },
    { name: 'of a site only', token: 'shop.' },
    { name: 'with nothing in it', token: `shop.${'A'.repeat(40)}` },
    { name: 'with two dots', token: `${tokens.issue(login)}.x` },
    { name: 'much too long', token: `shop.${'A'.repeat(4000)}` },
    { name: 'empty', token: '' },
    { name: 'of a name that every object has', token: `constructor.${'A'.repeat(60)}` },
  ])('$name is none', ({ token }) => {
    expect(tokens.read(token, during)).toBeUndefined();
  });
});

/** Two sites should not, but may have one secret. */
function sameSecret(): string {
  const secret = sites[0]!.secret;
  const both = new MessageTokens(
    [
      { id: 'shop', secret },
      { id: 'twin', secret },
    ],
    ttl,
  );
  return both.issue({ ...login, site: 'twin' }).replace('twin', 'shop');
}

describe('at the exchange', () => {
  test('a site gets one for its page, which is then that person', async () => {
    const app = await appOfTest();
    const { code } = await logIn(app, { openid: 'oAlice' });
    const { messageToken } = (await (await exchange(app, { code })).json()) as { messageToken: string };
    const socket = await (await MailSocket.open(app.url)).hello(messageToken);
    await posted(app, { to: 'oAlice', body: 'just you' });
    expect((await socket.receive(1))[0]).toMatchObject({ body: 'just you' });
  });

  test('asked again with the same key, it gets the same one', async () => {
    const app = await appOfTest();
    const { code } = await logIn(app, { openid: 'oAlice' });
    const headers = { 'idempotency-key': 'the-same-key-0123456789' };
    const answers = [await exchange(app, { code }, headers), await exchange(app, { code }, headers)];
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first).toEqual(second);
    expect(first).toHaveProperty('messageToken', expect.stringMatching(/^shop\./));
  });

  test('no log has it', async () => {
    const app = await appOfTest({ config: { log: { level: 'trace' } } });
    const { code } = await logIn(app, { openid: 'oAlice' });
    const { messageToken } = (await (await exchange(app, { code })).json()) as { messageToken: string };
    const socket = await (await MailSocket.open(app.url)).hello(messageToken);
    await posted(app, { to: 'oAlice', body: 'canary-body' });
    await socket.receive(1);
    const log = app.logged.join('');
    for (const secret of [messageToken, messageToken.split('.')[1]!, 'canary-body'])
      expect(log).not.toContain(secret);
  });
});
