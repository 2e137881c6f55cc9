import { settings } from '../../kit/settings.ts';
import type { QrDay, QrMeter } from '../../wechat/qr-code.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** Counts the QR codes of all nodes. */
export class RedisQrMeter implements QrMeter {
  readonly #connection: Connection;
  readonly #keys: Keys;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  count(appId: string, day: string): Promise<QrDay> {
    return this.#add(appId, day, 'made', 1);
  }

  countUnused(appId: string, day: string, codes: number): Promise<QrDay> {
    return this.#add(appId, day, 'unused', codes);
  }

  async read(appId: string, day: string): Promise<QrDay> {
    const key = this.#keys.qrCodes(appId, day);
    return readDay(
      await this.#connection.ask((client) => client.hmget(key, 'made', 'unused'), 'read-qr-codes'),
    );
  }

  async #add(appId: string, day: string, count: keyof QrDay, codes: number): Promise<QrDay> {
    const key = this.#keys.qrCodes(appId, day);
    const given = [count, codes, settings.redis.qrCodesLive];
    return readDay((await this.#connection.run('count-qr-codes', [key], given)) as (string | null)[]);
  }
}

function readDay([made = null, unused = null]: readonly (string | null)[]): QrDay {
  return { made: Number(made), unused: Number(unused) };
}
