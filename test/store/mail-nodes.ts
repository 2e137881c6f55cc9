import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import type { MailWakeUps } from '../../src/messaging/mailboxes.ts';
import type { WakeUps } from '../../src/realtime/wake-ups.ts';
import { boxId, Heard, wordsFor } from '../conformance/mailboxes/stage.ts';
import { openOnRedis } from '../support/open-redis.ts';
import type { OnRedisOptions } from '../support/open-redis.ts';

const noScenes: WakeUps = { moved: () => undefined, replaced: () => undefined, missed: () => undefined };

/** A node's store that tells these, once its subscriptions stand. */
export async function openListening(url: string, options: OnRedisOptions, wakeUps: MailWakeUps) {
  const opened = await openOnRedis(url, options);
  opened.mailboxes.listen(wakeUps);
  opened.listen(noScenes);
  await expect
    .poll(() => subscriptions(opened), { interval: 5, timeout: 10_000 })
    .toBe(opened.keys.buckets.length);
  return opened;
}

type Opened = Awaited<ReturnType<typeof openOnRedis>>;

/** How many of its channels the node hears. */
async function subscriptions({ connection: { client }, keys, node }: Opened): Promise<number> {
  const masters = client instanceof Redis ? [client] : client.nodes('master');
  const channels = keys.buckets.map((bucket) => keys.channel(bucket, node));
  const told = await Promise.all(masters.map((master) => master.call('PUBSUB', 'SHARDNUMSUB', ...channels)));
  const hearers = told.flatMap((counts) => (counts as (string | number)[]).filter((_, i) => i % 2));
  return hearers.reduce<number>((sum, count) => sum + Number(count), 0);
}

export type MailNode = Awaited<ReturnType<typeof openMailNodes>>[number];

/** Nodes that share a Redis with nobody else, closed with the test; all speak of the same box. */
export async function openMailNodes(url: string, count: number, options: OnRedisOptions = {}) {
  const keyPrefix = `test-${randomId(6)}`;
  const box = boxId();
  const open = async () => {
    const heard = new Heard();
    const opened = await openListening(url, { keyPrefix, ...options }, heard);
    onTestFinished(() => opened.close());
    return { ...opened, ...wordsFor(opened.mailboxes, box), heard };
  };
  return Promise.all(Array.from({ length: count }, open));
}
