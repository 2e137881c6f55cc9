import { onTestFinished } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { openOnRedis } from '../support/open-redis.ts';

export type OnRedis = Awaited<ReturnType<typeof openOnRedis>>;

/** A node's store, closed with the test. Those with one prefix share everything. */
export async function openOne(url: string, keyPrefix = `test-${randomId(6)}`): Promise<OnRedis> {
  const node = await openOnRedis(url, { keyPrefix });
  onTestFinished(() => node.close());
  return node;
}

/** The stores of two nodes on one Redis, with nobody else's keys. */
export function openTwo(url: string, keyPrefix = `test-${randomId(6)}`): Promise<[OnRedis, OnRedis]> {
  return Promise.all([openOne(url, keyPrefix), openOne(url, keyPrefix)]);
}
