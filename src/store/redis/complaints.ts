import type { Clock } from '../../kit/clock.ts';
import { settings } from '../../kit/settings.ts';
import type { Log } from '../../telemetry/log.ts';

const remedies: readonly [sign: RegExp, remedy: string][] = [
  [/WRONGPASS/, 'the user or password in redis.url is wrong'],
  [/NOAUTH/, 'this Redis wants a password in redis.url'],
  [/NOPERM/, 'the user in redis.url lacks a right that docs/deploy.md names'],
  [/ENOTFOUND|EAI_AGAIN/, 'no such host; see redis.url'],
  [/ECONNREFUSED/, 'nothing listens there; see redis.url'],
  [/ETIMEDOUT/, 'no answer from there: a firewall, or only one side speaks TLS'],
  [/certificate|SSL|TLS/i, 'the certificate is not trusted; name its authority in NODE_EXTRA_CA_CERTS'],
  [/slots cache|cluster support/i, 'redis.url says cluster://, and there is no Cluster'],
  [/sentinel/i, 'redis.url says sentinel://, and no Sentinel there knows the master'],
  [/DB index/, 'redis.url names a database that this Redis does not have'],
  [/redis_version/, 'Saoma needs Redis 7.0 or newer'],
  [/OOM/, 'Redis is full: give it more memory'],
  [/MISCONF/, 'Redis cannot write to its disk'],
];

/** Tells the operator why Redis cannot be used, and what to do: once, and again when it is something else or goes on for long. */
export class Complaints {
  readonly #clock: Clock;
  readonly #log: Log;
  #last = '';
  #toldAt = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  hear({ message }: Error): void {
    const why = message.split('\n', 1)[0]!;
    const now = this.#clock.now();
    if (why === this.#last && now - this.#toldAt < settings.redis.complainEvery) return;
    this.#last = why;
    this.#toldAt = now;
    const remedy = remedies.find(([sign]) => sign.test(why))?.[1];
    this.#log.error({ why, ...(remedy && { remedy }) }, 'redis cannot be used');
  }
}
