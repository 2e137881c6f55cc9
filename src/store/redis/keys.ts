/**
 * Names every key and channel in Redis. What one step must change together lies in one slot: a scene, the list it is in, and
 * the wake-up of its node share the bucket that the scene's id falls into.
 */
import { sha256 } from '../../kit/id.ts';

/** Their slots lie as far apart as they can, so that the masters of a Cluster get an equal share. Never to be changed. */
const tags =
  '6u by 25 f9 tf db o2 gg 8c 06 po 4v ed m1 fa iq k4 ca 4h x5 63 ez 2s yk z6 rc ab i7 c9 tx gy p8'.split(
    ' ',
  );

/** What a bucket holds, each name behind the bucket's own. The scripts have them from here. */
export const names = {
  /** String, by id: the scene as JSON, until it is no longer kept. */
  scene: ':scene:',
  /** Sorted set, by state: `{id}|{site}|{account}` by creation, ms. */
  list: ':list:',
  /** Sorted set, by `{state}|{site}|{account}`: ids by creation, ms. */
  kind: ':kind:',
  /** Set: each `|{site}|{account}` that has such lists, or had some lately. */
  kinds: ':kinds',
  /** Sorted set: `{state}|{id}|{site}|{account}` by when time changes it next, ms. */
  due: ':due',
  /** Hash: how many scenes time has ended, by `{state}|{1: a browser was there}`, until a node takes the counts. */
  ended: ':ended',
  /** Channel, by node: wake-ups of the bucket's scenes and mailboxes whose sockets it holds. */
  node: ':node:',
  /** Number, by node: how many wake-ups there were. */
  woken: ':woken:',
  /** String: the Redis process on whose data the bucket is known to be sound. */
  run: ':run',
  /** String: the last process that was known to have each step on its disk before it answered. */
  durable: ':durable',
  /** Number: since when the bucket's memory is complete, ms. */
  since: ':since',
  /** Number: since when the bucket has any memory at all, ms. */
  begun: ':begun',
  /** String, by signature: hash of the body that came with it. */
  push: ':push:',
  /** Hash, by mailbox: what is known of it, and its seats (`scripts/mail.lua`). */
  box: ':box:',
  /** List, by mailbox: its messages in order, each a JSON array. */
  mail: ':mail:',
  /** Hash, by mailbox: how many of its messages each sender has in it, by his tag, and all users together. */
  counts: ':counts:',
  /** Sorted set, by mailbox: hashes of (from, id) that were posted lately, by `seq`; half a one more if a node heard of it. */
  posted: ':posted:',
} as const;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export class Keys {
  readonly #prefix: string;
  /** How the keys of each bucket begin. */
  readonly buckets: readonly string[];

  /** @param prefix `redis.keyPrefix` */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.buckets = tags.map((tag) => `${prefix}:{${tag}}`);
  }

  /** Which bucket something with a random base64url id is in. */
  bucketOf(id: string): string {
    // 64 letters fall into 32 buckets; what cannot be an id is nowhere, and may be looked for anywhere.
    return this.buckets[Math.max(0, alphabet.indexOf(id.charAt(0))) >> 1]!;
  }

  /** What each bucket holds of these. */
  byBucket<T extends { id: string }>(things: readonly T[]): Map<string, T[]> {
    const byBucket = new Map<string, T[]>();
    for (const thing of things) {
      const bucket = this.bucketOf(thing.id);
      const others = byBucket.get(bucket);
      if (others) others.push(thing);
      else byBucket.set(bucket, [thing]);
    }
    return byBucket;
  }

  /** What a script of a scene is handed. */
  ofScene(id: string): [scene: string, bucket: string] {
    const bucket = this.bucketOf(id);
    return [bucket + names.scene + id, bucket];
  }

  /**
   * What a script of a whole bucket is handed: a key that is there, so that Redis knows where the bucket is while a Cluster
   * moves it.
   */
  ofBucket(bucket: string): [mark: string, bucket: string] {
    return [bucket + names.run, bucket];
  }

  /** What a script of a mailbox is handed. */
  ofBox(id: string): [box: string, bucket: string] {
    const bucket = this.bucketOf(id);
    return [bucket + names.box + id, bucket];
  }

  channel(bucket: string, node: string): string {
    return bucket + names.node + node;
  }

  woken(bucket: string, node: string): string {
    return bucket + names.woken + node;
  }

  run(bucket: string): string {
    return bucket + names.run;
  }

  /** @param bucket that of the digest's hash: of random looks, as ids are */
  push(bucket: string, digest: string): string {
    return bucket + names.push + digest;
  }

  /** Sorted set: pending scenes by the end of their time, ms; of all buckets. */
  get pending(): string {
    return `${this.#prefix}:pending`;
  }

  /** String: an account's access token. */
  token(appId: string): string {
    return `${this.#prefix}:{token:${appId}}`;
  }

  /** String: who renews an account's access token. */
  renewal(appId: string): string {
    return `${this.token(appId)}:renewal`;
  }

  /** Hash: QR codes of an account on a day, `2026-11-21`. */
  qrCodes(appId: string, day: string): string {
    return `${this.#prefix}:qr-day:${appId}:${day}`;
  }

  /** Sorted set: nodes by when they were heard last, ms. */
  get nodesHeard(): string {
    return `${this.#prefix}:{nodes}:heard`;
  }

  /** Hash: what each node said of itself, JSON. */
  get nodesAbout(): string {
    return `${this.#prefix}:{nodes}:about`;
  }

  /** Hash: what all nodes counted in the minute that began then, ms. */
  minute(began: number): string {
    return `${this.#prefix}:{statistics}:${began}`;
  }

  /** Number: the last report of what a node counted. */
  counted(node: string): string {
    return `${this.#prefix}:{statistics}:by:${node}`;
  }

  /**
   * Hash: an operator's session, by the hash of its secret. A version that knew no roles has others: to it, whoever has one may
   * act.
   */
  session(hash: string): string {
    return `${this.#prefix}:{signed-in}:${hash}`;
  }

  /** Sorted set: the keys of the sessions that began with one proof, by when they did, µs; some may be over. */
  sessionsOf(proof: string): string {
    return `${this.#prefix}:{signed-in}:by:${proof}`;
  }

  /** Hash: a session of a mini program, by the hash of its token. */
  miniSession(appId: string, hash: string): string {
    return `${this.#prefix}:mini-session:${appId}:${hash}`;
  }

  /** Sorted set: hashes of the sessions that one person began, by when, µs; some may be over. */
  miniSessionsOf(appId: string, openid: string): string {
    return `${this.#prefix}:mini-sessions-of:${sha256(`${appId}\n${openid}`)}`;
  }

  /** Number: how often something was tried. */
  tries(what: string): string {
    return `${this.#prefix}:tries:${what}`;
  }

  /** Stream: entries of one kind in the audit trail. */
  audit(kind: string): string {
    return `${this.#prefix}:{audit}:of:${kind}`;
  }

  /** String: the place of the newest entry of the audit trail. */
  get auditNewest(): string {
    return `${this.#prefix}:{audit}:newest`;
  }

  /** String: that a batch is in the audit trail. */
  auditBatch(id: string): string {
    return `${this.#prefix}:{audit}:batch:${id}`;
  }

  /** How the counters of a rate limit begin. */
  limit(name: string): string {
    return `${this.#prefix}:limit:${name}`;
  }
}
