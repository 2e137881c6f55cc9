/** Owns what other nodes tell this one: hears it, and finds out in less than a second what it did not hear. */
import type { Clock } from '../../kit/clock.ts';
import { settings } from '../../kit/settings.ts';
import type { WakeUps } from '../../realtime/wake-ups.ts';
import type { Log } from '../../telemetry/log.ts';
import { openSubscriber } from './client.ts';
import type { Client, ClientOptions } from './client.ts';
import type { Connection } from './connection.ts';
import { names } from './keys.ts';
import type { Keys } from './keys.ts';
import type { MailNews } from './mail-record.ts';
import { sceneOf } from './record.ts';
import type { WrittenScene } from './record.ts';

export interface ListeningParts {
  connection: Connection;
  keys: Keys;
  node: string;
  clock: Clock;
  log: Log;
  subscriber: ClientOptions;
  /** Who is told what concerns mailboxes. */
  mail: MailEar;
}

export interface MailEar {
  hear(news: MailNews): void;

  /** Something may have been missed of the boxes that this picks. */
  missed(concerns: (box: string) => boolean): void;
}

/** What is published of a scene, as scripts/scene.lua writes it: it is told, or that another socket holds it. */
type SceneNews = { scene: WrittenScene } | { replaced: string; attachment: number };

type Message = { number: number } & (SceneNews | MailNews);

/** What Redis says of a bucket: how many messages there were for this node. */
interface Told {
  bucket: string;
  number: number;
  run: string | null;
}

const { redis: figures } = settings;

export class Listening {
  readonly #parts: ListeningParts;
  readonly #subscriber: Client;
  readonly #wakeUps: WakeUps;
  readonly #stop: () => void;
  /** The number of the last message that was heard, by bucket. */
  readonly #heard = new Map<string, number>();
  /** On whose data each bucket was last known to be sound. */
  readonly #runs = new Map<string, string | null>();
  /** The buckets that one question can be about: all of them, where there are no slots. */
  readonly #groups: readonly (readonly string[])[];
  readonly #looking = new Set<readonly string[]>();

  constructor(parts: ListeningParts, wakeUps: WakeUps) {
    this.#parts = parts;
    this.#wakeUps = wakeUps;
    const { buckets } = parts.keys;
    this.#groups = parts.subscriber.target.kind === 'cluster' ? buckets.map((one) => [one]) : [buckets];
    this.#subscriber = openSubscriber(parts.subscriber);
    // That it is away is seen by what is missed.
    this.#subscriber.on('error', (error: Error) => parts.log.debug({ err: error }, 'redis, subscriptions'));
    this.#subscriber.on('smessage', (channel: string, message: string) => this.#hear(channel, message));
    this.#subscribe();
    this.#stop = parts.clock.every(figures.lookForMissedEvery, () => {
      for (const group of this.#groups) void this.#look(group);
    });
    // What it told while it was away, and what it forgot.
    parts.connection.whenUp(() => this.#tellMissed(() => true));
  }

  close(): void {
    this.#stop();
    this.#subscriber.disconnect();
  }

  #subscribe(): void {
    const { keys, node, log } = this.#parts;
    for (const bucket of keys.buckets)
      this.#subscriber
        .ssubscribe(keys.channel(bucket, node))
        .catch((error: unknown) => log.debug({ err: error }, 'redis, subscribing'));
  }

  #hear(channel: string, text: string): void {
    const bucket = channel.slice(0, channel.lastIndexOf(names.node));
    try {
      this.#learn(bucket, JSON.parse(text) as Message);
    } catch (error) {
      // Perhaps another version's: what it was about is in the store.
      this.#parts.log.error({ err: error, bucket }, 'a wake-up that cannot be read');
      this.#missed(bucket);
    }
  }

  #learn(bucket: string, message: Message): void {
    const before = this.#heard.get(bucket) ?? 0;
    this.#heard.set(bucket, message.number);
    // Also when Redis began to count anew: who knows what it forgot.
    if (message.number !== before + 1) this.#missed(bucket);
    if ('scene' in message) this.#wakeUps.moved(sceneOf(message.scene));
    else if ('replaced' in message) this.#wakeUps.replaced(message.replaced, message.attachment);
    else this.#parts.mail.hear(message);
  }

  /** Compares what was told with what was heard; what is on its way meanwhile is not missed yet. */
  async #look(group: readonly string[]): Promise<void> {
    if (this.#looking.has(group) || !this.#parts.connection.isUp) return;
    this.#looking.add(group);
    try {
      const told = await this.#askFor(group);
      this.#parts.clock.after(figures.missedAfter, () => told.forEach((one) => this.#compare(one)));
    } catch {
      // Its master is away: the next look tells.
    } finally {
      this.#looking.delete(group);
    }
  }

  async #askFor(group: readonly string[]): Promise<Told[]> {
    const { connection, keys, node } = this.#parts;
    const asked = group.flatMap((bucket) => [keys.woken(bucket, node), keys.run(bucket)]);
    const told = await connection.ask((client) => client.mget(...asked), 'look-for-missed');
    return group.map((bucket, i) => ({
      bucket,
      number: Number(told[2 * i]),
      run: told[2 * i + 1] ?? null,
    }));
  }

  #compare({ bucket, number, run }: Told): void {
    const heard = this.#heard.get(bucket) ?? 0;
    const knownRun = this.#runs.get(bucket) ?? run;
    this.#runs.set(bucket, run);
    // Told less than was heard, Redis forgot; so it may have when another process holds the data.
    const isWhole = number <= heard && (number > 0 || heard === 0) && run === knownRun;
    if (isWhole) return;
    this.#heard.set(bucket, number);
    this.#missed(bucket);
  }

  #missed(bucket: string): void {
    this.#tellMissed((id) => this.#parts.keys.bucketOf(id) === bucket);
  }

  #tellMissed(concerns: (id: string) => boolean): void {
    this.#wakeUps.missed(concerns);
    this.#parts.mail.missed(concerns);
  }
}
