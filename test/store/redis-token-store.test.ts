import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { AccessToken } from '../../src/wechat/access-token.ts';
import { conformTokenStore, never } from '../conformance/token-store.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';
import type { OnRedis } from './two-nodes.ts';

const open = async (url: string) => ({ ...(await openOnRedis(url)), now: Date.now });
const token = (value: string, life = 60_000): AccessToken => ({ value, expiresAt: Date.now() + life });

interface Renewal {
  obtained: Promise<AccessToken>;
  end: (renewed: Promise<AccessToken>) => void;
}

/** A renewal that goes on until the test ends it; it has its lock. */
function beginRenewal({ tokens }: OnRedis): Promise<Renewal> {
  return new Promise((begun) => {
    const obtained = tokens.obtain(
      'wx1',
      () =>
        new Promise((end) => {
          begun({ obtained, end });
        }),
    );
    obtained.catch(() => undefined);
  });
}

/** What two nodes promise together. */
function conformTwo(url: () => string): void {
  test('50 at each of two nodes at once cost one renewal, and all get its token', async () => {
    const nodes = await openTwo(url());
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      await nodes[0].pass(300);
      return token(`a${renewals}`);
    };
    const asked = Array.from({ length: 100 }, (_, index) => nodes[index % 2]!.tokens.obtain('wx1', renew));
    const values = new Set((await Promise.all(asked)).map(({ value }) => value));
    expect(renewals).toBe(1);
    expect(values).toEqual(new Set(['a1']));
  });

  test('a token that one renewed is there for the other', async () => {
    const [one, other] = await openTwo(url());
    const renewed = await one.tokens.obtain('wx1', async () => token('a'));
    const found = await other.tokens.obtain('wx1', never);
    expect(found.value).toBe('a');
    expect(Math.abs(found.expiresAt - renewed.expiresAt)).toBeLessThan(500);
  });

  test('one that was dropped at one node costs one renewal at both', async () => {
    const nodes = await openTwo(url());
    for (const { tokens } of nodes) await tokens.obtain('wx1', async () => token('dead'));
    let renewals = 0;
    const renew = async () => token(`a${(renewals += 1)}`);
    const meet = async ({ tokens }: OnRedis) => {
      await tokens.forget('wx1', 'dead');
      return tokens.obtain('wx1', renew);
    };
    const met = await Promise.all(Array.from({ length: 50 }, (_, index) => meet(nodes[index % 2]!)));
    expect(renewals).toBe(1);
    expect(new Set(met.map(({ value }) => value))).toEqual(new Set(['a1']));
  });

  test('a renewal that fails at one node fails there only, and the other goes on at once', async () => {
    const [one, other] = await openTwo(url());
    const failing = await beginRenewal(one);
    const waiting = other.tokens.obtain('wx1', async () => token('b'));
    await one.pass(300);
    const failed = performance.now();
    failing.end(Promise.reject(new Error('renewal failed')));
    await expect(failing.obtained).rejects.toThrow('renewal failed');
    expect(await waiting).toMatchObject({ value: 'b' });
    expect(performance.now() - failed).toBeLessThan(1_000);
  });

  test('a node that dies while it renews keeps nobody waiting for long', async () => {
    const [dying, other] = await openTwo(url());
    await beginRenewal(dying);
    const begun = performance.now();
    expect(await other.tokens.obtain('wx1', async () => token('b'))).toMatchObject({ value: 'b' });
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(1_000);
    expect(took).toBeLessThan(settings.wechat.callDeadline - 1_000);
  });

  test.each([
    { slow: 5_000, swift: 60_000, kept: 'swift' },
    { slow: 60_000, swift: 5_000, kept: 'slow' },
  ])(
    'a renewal that took too long ends $slow later, the other $swift: the $kept one is kept',
    async ({ slow, swift, kept }) => {
      const [one, other] = await openTwo(url());
      const late = await beginRenewal(one);
      await other.tokens.obtain('wx1', async () => token('swift', swift));
      late.end(Promise.resolve(token('slow', slow)));
      expect(await late.obtained).toMatchObject({ value: kept });
      const third = await openOne(url(), prefixOf(one));
      expect(await third.tokens.obtain('wx1', never)).toMatchObject({ value: kept });
    },
  );

  test('a stale copy is healed by its use', async () => {
    const [one, other] = await openTwo(url());
    for (const { tokens } of [one, other]) await tokens.obtain('wx1', async () => token('dead'));
    await one.tokens.forget('wx1', 'dead');
    await one.tokens.obtain('wx1', async () => token('new'));
    expect(await other.tokens.obtain('wx1', never)).toMatchObject({ value: 'dead' });
    await other.tokens.forget('wx1', 'dead');
    expect(await other.tokens.obtain('wx1', never)).toMatchObject({ value: 'new' });
  });
}

function prefixOf({ keys }: OnRedis): string {
  return keys.pending.replace(/:pending$/, '');
}

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformTokenStore('the Redis token store', () => open(cluster.url), 'running');
  conformTwo(() => cluster.url);
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformTokenStore('the Redis token store', () => open(server.url), 'running');
  conformTwo(() => server.url);

  test('a copy spares the question', async () => {
    const [{ tokens }] = await openTwo(server.url);
    await tokens.obtain('wx1', async () => token('a'));
    const asked = async () => Number(/cmdstat_pttl:calls=(\d+)/.exec(await server.info('commandstats'))?.[1]);
    const before = await asked();
    for (let times = 0; times < 20; times++) await tokens.obtain('wx1', never);
    expect(await asked()).toBe(before);
  });

  test.each([
    { end: 'fails', finish: async (): Promise<AccessToken> => Promise.reject(new Error('renewal failed')) },
    { end: 'succeeds', finish: async () => token('late') },
  ])('who lost its lock and $end leaves the lock of the next alone', async ({ finish }) => {
    const [one, other] = await openTwo(server.url);
    const lock = one.keys.renewal('wx1');
    const late = await beginRenewal(one);
    await server.command('DEL', lock);
    const next = await beginRenewal(other);
    late.end(finish());
    await late.obtained.catch(() => undefined);
    expect(await server.command('EXISTS', lock)).toBe(1);
    next.end(Promise.resolve(token('next')));
    await next.obtained;
    expect(await server.command('EXISTS', lock)).toBe(0);
  });

  test('nothing stays for ever, and no lock after the renewal', async () => {
    const [{ tokens, keys }] = await openTwo(server.url);
    const lives: number[] = [];
    await tokens.obtain('wx1', async () => {
      lives.push(Number(await server.command('PTTL', keys.renewal('wx1'))));
      return token('a', 5_000);
    });
    lives.push(Number(await server.command('PTTL', keys.token('wx1'))));
    expect(lives[0]).toBeGreaterThan(4_000);
    expect(lives[0]).toBeLessThanOrEqual(settings.redis.renewalWithin);
    expect(lives[1]).toBeGreaterThan(3_000);
    expect(lives[1]).toBeLessThanOrEqual(5_000);
    expect(await server.command('EXISTS', keys.renewal('wx1'))).toBe(0);
  });
});

async function start() {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  return { server, node: await openOne(server.url) };
}

describe.skipIf(noRedis)('while Redis is away', () => {
  test('a copy is used, and without one a node renews for itself and keeps that', async () => {
    const { server, node } = await start();
    await node.tokens.obtain('wx1', async () => token('a'));
    await server.kill();
    await expect.poll(() => node.connection.isUp).toBe(false);
    expect(await node.tokens.obtain('wx1', never)).toMatchObject({ value: 'a' });
    await node.tokens.forget('wx1', 'a');
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      await node.pass(20);
      return token('b');
    };
    const asked = await Promise.all(Array.from({ length: 50 }, () => node.tokens.obtain('wx1', renew)));
    expect(new Set(asked.map(({ value }) => value))).toEqual(new Set(['b']));
    expect(await node.tokens.obtain('wx1', never)).toMatchObject({ value: 'b' });
    expect(renewals).toBe(1);
  });

  test('frozen, it delays a renewal by less than a call has time', async () => {
    const { server, node } = await start();
    server.freeze();
    const begun = performance.now();
    expect(await node.tokens.obtain('wx1', async () => token('a'))).toMatchObject({ value: 'a' });
    expect(performance.now() - begun).toBeLessThan(settings.wechat.callDeadline);
    server.thaw();
  });
});
