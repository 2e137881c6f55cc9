import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readRedisTarget } from '../../src/config/redis-target.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { openRedis } from '../../src/store/redis/store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer, steadyPort } from '../support/redis-server.ts';

interface Line {
  level: number;
  msg: string;
  why?: string;
  remedy?: string;
}

function listen(url: string) {
  const lines: Line[] = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
  const target = readRedisTarget(url)!;
  const parts = { target, keyPrefix: 'test', replicas: 0, maxPending: 0, node: 'node-a' };
  const opened = openRedis({ ...parts, clock: systemClock, log });
  onTestFinished(() => opened.close());
  return { lines, opened };
}

describe.skipIf(noRedis)('why Redis cannot be used, in words for the operator', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
    await server.command('CONFIG', 'SET', 'requirepass', 'canary-redis-password');
  });
  afterAll(() => server.stop());

  const at = (address: string): string => address.replace('PORT', String(server.port));

  test.each([
    {
      name: 'a wrong password',
      url: 'redis://:canary-wrong-word@127.0.0.1:PORT',
      remedy: /user or password/,
    },
    { name: 'no password', url: 'redis://127.0.0.1:PORT', remedy: /wants a password/ },
    { name: 'an unknown host', url: 'redis://no-such-host.invalid:PORT', remedy: /no such host/ },
    {
      name: 'no such database',
      url: 'redis://:canary-redis-password@127.0.0.1:PORT/99',
      remedy: /database/,
    },
    {
      name: 'no Cluster',
      url: 'cluster://:canary-redis-password@127.0.0.1:PORT',
      remedy: /there is no Cluster/,
    },
  ])('$name', async ({ url, remedy }) => {
    const { lines, opened } = listen(at(url));
    await expect.poll(() => lines.find((line) => remedy.test(line.remedy ?? ''))).toBeDefined();
    await expect(opened.scenes.find('AAAAAAAAAAAAAAAAAAAAAA')).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(opened.ailments()).toStrictEqual({ redis: 'down' });
    expect(JSON.stringify(lines)).not.toContain('canary');
    // Tried several times a second, told once.
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
    expect(lines.filter((line) => remedy.test(line.remedy ?? ''))).toHaveLength(1);
  });

  test('nothing there', async () => {
    const { lines } = listen(`redis://127.0.0.1:${await steadyPort()}`);
    await expect
      .poll(() => lines)
      .toMatchObject([{ level: 50, remedy: expect.stringMatching(/nothing listens/) }]);
  });

  test('the right database is used', async () => {
    const { lines, opened } = listen(at('redis://:canary-redis-password@127.0.0.1:PORT/3'));
    await expect.poll(() => opened.connection.isUp).toBe(true);
    expect(lines.filter(({ level }) => level > 30)).toStrictEqual([]);
  });
});
