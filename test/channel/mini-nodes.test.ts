import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { randomId } from '../../src/kit/id.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openMiniRoom, startWechat } from './mini-room.ts';
import { mini } from './mini-wechat.ts';

const phone = { purePhoneNumber: '13800000000' };
const clock = systemClock;

describe.skipIf(noRedis)('two nodes on one Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  async function openTwo() {
    const keyPrefix = `test-${randomId(6)}`;
    const wechat = await startWechat(clock);
    const open = async () => {
      const redis = await openOnRedis(server.url, { keyPrefix });
      onTestFinished(() => redis.close());
      return { redis, room: await openMiniRoom({ clock, wechat, store: redis.miniSessions }) };
    };
    const [one, other] = [await open(), await open()];
    return { wechat, one: one.room, other: other.room, keyPrefix, redis: one.redis };
  }

  test('a session of one is a session of the other, its profile and its end included', async () => {
    const { wechat, one, other } = await openTwo();
    const token = await one.session('oMei');
    expect((await other.look(token)).status).toBe(200);
    expect((await other.profile(token, wechat.seal('oMei', phone))).body).toEqual({ profile: phone });
    expect((await other.logOut(token)).status).toBe(204);
    expect((await one.look(token)).status).toBe(401);
  });

  test('a session_key that was replaced between login and profile: told so, logged in again, done', async () => {
    const { wechat, one, other } = await openTwo();
    const token = await one.session('oMei');
    wechat.replaceKey('oMei');
    const told = await other.profile(token, wechat.seal('oMei', phone));
    expect(told).toMatchObject({ status: 401, body: { error: 'session_expired', relogin: true } });
    expect((await one.look(token)).status).toBe(401);
    const again = await other.session('oMei');
    expect((await one.profile(again, wechat.seal('oMei', phone))).body).toEqual({ profile: phone });
  });

  test('once Redis has lost everything people log in again', async () => {
    const { wechat, one, other } = await openTwo();
    const token = await one.session('oMei');
    await server.command('FLUSHALL');
    expect((await other.look(token)).body).toMatchObject({ relogin: true });
    const again = await one.session('oMei');
    expect((await other.profile(again, wechat.seal('oMei', phone))).status).toBe(200);
  });

  test('nothing in Redis opens a session, or a session_key, and all of it has a lifetime', async () => {
    const { wechat, one, keyPrefix } = await openTwo();
    const tokens = [await one.session('oMei'), await one.session('oBo')];
    await one.profile(tokens[0]!, wechat.seal('oMei', phone));
    wechat.replaceKey('oBo');
    await one.profile(tokens[1]!, wechat.seal('oBo', phone));
    const keys = (await server.command('KEYS', `${keyPrefix}:mini*`)) as string[];
    // The one that is left, and what is known of each person.
    expect(keys).toHaveLength(3);
    const read = async (key: string): Promise<unknown> =>
      (await server.command('TYPE', key)) === 'zset'
        ? server.command('ZRANGE', key, 0, -1)
        : server.command('HGETALL', key);
    const content = await Promise.all(keys.map(read));
    const lives = await Promise.all(keys.map((key) => server.command('PTTL', key)));
    expect(Math.min(...lives.map(Number))).toBeGreaterThan(0);
    const dump = JSON.stringify([keys, content]);
    expect(dump).toContain('oMei');
    expect(keys.join(' ')).not.toContain('oMei');
    const raw = wechat.keys.map((key) => Buffer.from(key, 'base64').toString('latin1'));
    const secrets = [...wechat.keys, ...raw, ...tokens, mini.appSecret, phone.purePhoneNumber];
    expect(secrets.filter((secret) => dump.includes(secret))).toEqual([]);
  });
});
