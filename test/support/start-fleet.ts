import { RedisServer } from './redis-server.ts';
import { startApp } from './start-app.ts';
import type { StartOptions, TestApp } from './start-app.ts';

export interface Fleet {
  redis: { url: string };
  nodes: TestApp[];
  close(): Promise<void>;
}

/** Several nodes in this process, each with a stand-in WeChat of its own, on one real Redis. */
export async function startFleet(
  count: number,
  options: StartOptions & { redis?: { url: string } } = {},
): Promise<Fleet> {
  const own = options.redis ? undefined : await RedisServer.start();
  const redis = options.redis ?? own!;
  const config = { ...options.config, redis: { url: redis.url } };
  const nodes = await Promise.all(Array.from({ length: count }, () => startApp({ ...options, config })));
  await Promise.all(nodes.map(ready));
  return {
    redis,
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await own?.stop();
    },
  };
}

async function ready({ url }: TestApp): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200)
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
}
