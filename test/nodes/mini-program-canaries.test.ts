import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mini, MiniWechat } from '../channel/mini-wechat.ts';
import { noRedis } from '../support/needs.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';

const openid = 'oCanaryPerson00000000000000';
const phone = { purePhoneNumber: '13800138000' };
const site = {
  id: 'shop',
  secret: 'canary-shop-secret-0123456789',
  accounts: ['main', 'mini'],
  origins: ['https://shop.example'],
  redirectUris: ['https://shop.example/login/wechat'],
};

describe.skipIf(noRedis)('what whole sessions leave behind on two nodes', () => {
  let wechat: MiniWechat;
  let fleet: Fleet;
  let redis: Redis;
  const statuses: number[] = [];
  /** Everything that was answered but the logins, whose answers hold the tokens. */
  const answered: string[] = [];
  const secrets: string[] = [];

  beforeAll(async () => {
    wechat = await MiniWechat.start(() => Date.now());
    const account = { name: 'mini', kind: 'mini-program', ...mini, apiUrl: wechat.url };
    const config = { log: { level: 'trace' } };
    fleet = await startFleet(2, { config, furtherAccounts: [account], sites: [site] });
    const [a, b] = fleet.nodes.map(({ url }) => new Phone(url)) as [Phone, Phone];
    const kept = await a.logIn();
    await b.profile(kept);
    await b.profile(kept, { signature: 'made up' });
    const ended = await b.logIn();
    await a.logOut(ended);
    wechat.replaceKey(openid);
    await a.profile(kept);
    await b.profile(await a.logIn());
    redis = new Redis(fleet.redis.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await fleet.close();
    await wechat.stop();
  });

  class Phone {
    readonly #url: string;

    constructor(url: string) {
      this.#url = `${url}/miniprogram/mini`;
    }

    async logIn(): Promise<string> {
      const code = wechat.login(openid);
      const { session } = JSON.parse(await this.#post('login', { code })) as { session: string };
      answered.pop();
      secrets.push(code, session);
      return session;
    }

    async profile(token: string, change: object = {}): Promise<void> {
      const sealed = wechat.seal(openid, phone);
      secrets.push(sealed.encryptedData, sealed.signature);
      await this.#post('profile', { ...sealed, ...change }, token);
    }

    async logOut(token: string): Promise<void> {
      await this.#post('logout', {}, token);
    }

    async #post(path: string, body: object, token = ''): Promise<string> {
      const response = await fetch(`${this.#url}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      statuses.push(response.status);
      answered.push(JSON.stringify([...response.headers]) + text);
      return text;
    }
  }

  /** Each way in which a key could be written down, and all else that nobody may see. */
  function canaries(): string[] {
    const keys = wechat.keys.flatMap((key) => {
      const bytes = Buffer.from(key, 'base64');
      return [
        key,
        JSON.stringify(key),
        bytes.toString('latin1'),
        bytes.toString('hex'),
        bytes.toString('base64url'),
      ];
    });
    return [...keys, ...secrets, mini.appSecret, 'a-token'];
  }

  test('they went as they should', () => {
    expect(statuses).toEqual([200, 200, 400, 200, 204, 401, 200, 200]);
    expect(wechat.keys).toHaveLength(2);
  });

  test('no answer but that of a login has a secret in it', () => {
    expect(canaries().filter((secret) => answered.join().includes(secret))).toEqual([]);
    expect(answered.join()).not.toContain(openid);
  });

  test('no log has, not even one that tells everything', () => {
    const logged = fleet.nodes.flatMap((node) => node.logged).join('');
    expect(logged).toContain('/miniprogram/mini/profile');
    const unlogged = [...canaries(), openid, phone.purePhoneNumber];
    expect(unlogged.filter((secret) => logged.includes(secret))).toEqual([]);
  });

  test('no metric has', async () => {
    const pages = await Promise.all(
      fleet.nodes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    expect(pages.join()).toContain('jscode2session');
    expect([...canaries(), openid].filter((secret) => pages.join().includes(secret))).toEqual([]);
  });

  test('nothing in Redis has, nobody is in a name there, and all of it has a lifetime', async () => {
    const keys = await redis.keys('*');
    const dump = JSON.stringify(await Promise.all(keys.map((key) => content(redis, key))));
    expect(dump).toContain(openid);
    // The token for calls to WeChat is kept there on purpose: all nodes have the same one.
    const kept = [...canaries(), phone.purePhoneNumber].filter((secret) => secret !== 'a-token');
    expect(kept.filter((secret) => dump.includes(secret) || keys.join().includes(secret))).toEqual([]);
    expect(keys.filter((key) => key.includes(openid))).toEqual([]);
    expect(keys.filter((key) => key.includes(':mini-session:'))).toHaveLength(1);
    const lives = await Promise.all(keys.map(async (key) => [key, await redis.pttl(key)] as const));
    expect(lives.filter(([, life]) => life <= 0)).toEqual([]);
  });
});

async function content(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'set') return redis.smembers(key);
  if (type === 'zset') return redis.zrange(key, '0', '-1');
  if (type === 'stream') return redis.xrange(key, '-', '+');
  return redis.get(key);
}
