import { RedisServer } from './redis-server.ts';
import { startApp } from './start-app.ts';
import type { StartOptions, TestApp } from './start-app.ts';

export interface Fleet {
  redis: RedisServer;
  nodes: TestApp[];
  close(): Promise<void>;
}

/** Several nodes in this process, each with a stand-in WeChat of its own, on one real Redis. */
export async function startFleet(
  count: number,
  options: StartOptions & { redis?: RedisServer } = {},
): Promise<Fleet> {
  const redis = options.redis ?? (await RedisServer.start());
  const config = { ...options.config, redis: { url: redis.url } };
  const nodes = await Promise.all(Array.from({ length: count }, () => startApp({ ...options, config })));
  await Promise.all(nodes.map(ready));
  return {
    redis,
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      if (!options.redis) await redis.stop();
    },
  };
}

async function ready({ url }: TestApp): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200)
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
}
