import { settings } from '../../kit/settings.ts';
import type { QrMeter } from '../../wechat/qr-code.ts';
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

  async count(appId: string, day: string): Promise<number> {
    const key = this.#keys.qrCodes(appId, day);
    return Number(await this.#connection.run('count-qr-code', [key], [settings.redis.qrCodesLive]));
  }
}
