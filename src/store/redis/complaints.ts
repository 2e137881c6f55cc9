import type { Clock } from '../../kit/clock.ts';
import { settings } from '../../kit/settings.ts';
import type { Log } from '../../telemetry/log.ts';

const ailments = [
  ['wrong_password', /WRONGPASS/, 'the user or password in redis.url is wrong'],
  ['no_password', /NOAUTH/, 'this Redis wants a password in redis.url'],
  ['no_right', /NOPERM/, 'the user in redis.url lacks a right that docs/deploy.md names'],
  ['no_host', /ENOTFOUND|EAI_AGAIN/, 'no such host; see redis.url'],
  ['nobody_listens', /ECONNREFUSED/, 'nothing listens there; see redis.url'],
  ['no_answer', /ETIMEDOUT|Socket timeout/, 'no answer from there: a firewall, or only one side speaks TLS'],
  [
    'untrusted',
    /certificate|SSL|TLS/i,
    'the certificate is not trusted; name its authority in NODE_EXTRA_CA_CERTS',
  ],
  ['no_cluster', /slots cache|cluster support/i, 'redis.url says cluster://, and there is no Cluster'],
  ['no_sentinel', /sentinel/i, 'redis.url says sentinel://, and no Sentinel there knows the master'],
  ['no_database', /DB index/, 'redis.url names a database that this Redis does not have'],
  ['too_old', /redis_version/, 'Saoma needs Redis 7.0 or newer'],
  ['full', /OOM/, 'Redis is full: give it more memory'],
  ['disk', /MISCONF/, 'Redis cannot write to its disk'],
] as const satisfies readonly (readonly [name: string, sign: RegExp, remedy: string])[];

/** Why Redis cannot be used, as far as there is a remedy. */
export type RedisAilment = (typeof ailments)[number][0];

/** @param why what Redis, or the way there, says; its first line */
export function ailmentOf(why: string): RedisAilment | undefined {
  return ailments.find(([, sign]) => sign.test(why))?.[0];
}

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
    // Which of our scripts ran into it makes no difference.
    const why = message.split('\n', 1)[0]!.replace(/\.? script: .*$/, '');
    const now = this.#clock.now();
    if (why === this.#last && now - this.#toldAt < settings.redis.complainEvery) return;
    this.#last = why;
    this.#toldAt = now;
    const remedy = ailments.find(([, sign]) => sign.test(why))?.[2];
    this.#log.error({ why, ...(remedy && { remedy }) }, 'redis cannot be used');
  }
}
