import { RedisServer, until } from './redis-server.ts';
import type { RedisServerOptions } from './redis-server.ts';

export interface RedisSentinelOptions extends Pick<RedisServerOptions, 'persistence' | 'settings'> {
  sentinels?: 1 | 3;
}

const group = 'saoma';

/** A master and its replica under the watch of real sentinels, which count a server as dead after 1 s. */
export class RedisSentinel {
  #master: RedisServer;
  #replica: RedisServer;
  readonly sentinels: RedisServer[] = [];

  private constructor(master: RedisServer, replica: RedisServer) {
    this.#master = master;
    this.#replica = replica;
  }

  /** Resolves once every sentinel knows the replica and every other sentinel. */
  static async start({ sentinels = 1, ...options }: RedisSentinelOptions = {}): Promise<RedisSentinel> {
    const master = await RedisServer.start(options);
    try {
      const replica = await RedisServer.start({ ...options, replicaOf: master });
      const watched = new RedisSentinel(master, replica);
      await watched.#watch(sentinels);
      return watched;
    } catch (error) {
      await master.stop();
      throw error;
    }
  }

  /** Who is the master by now. */
  get master(): RedisServer {
    return this.#master;
  }

  /**
   * The other one. After a failover it is dead until a test restarts it; then it takes itself for a master until the
   * sentinels tell it otherwise, about 10 s later: `untilFollowing(30_000)`.
   */
  get replica(): RedisServer {
    return this.#replica;
  }

  get url(): string {
    return `sentinel://${this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${group}`;
  }

  /** Kills the master. Resolves once its replica is the master, and every sentinel says so. */
  async failover(): Promise<void> {
    await this.#master.kill();
    const next = this.#replica;
    await until(
      'the replica is a master',
      async () => (await next.info('replication')).includes('role:master'),
      30_000,
    );
    await until('every sentinel names it', () => this.#allSay(`address=127.0.0.1:${next.port},`));
    [this.#master, this.#replica] = [next, this.#master];
  }

  async stop(): Promise<void> {
    // First the sentinels: they would answer the end of the others with a failover.
    for (const server of [...this.sentinels, this.#master, this.#replica]) await server.stop();
  }

  async #watch(count: number): Promise<void> {
    const settings = [
      `sentinel monitor ${group} 127.0.0.1 ${this.#master.port} ${Math.ceil(count / 2)}`,
      `sentinel down-after-milliseconds ${group} 1000`,
      `sentinel failover-timeout ${group} 5000`,
    ];
    try {
      while (this.sentinels.length < count)
        this.sentinels.push(await RedisServer.start({ mode: 'sentinel', settings }));
      await until('every sentinel knows all', () => this.#allSay(`slaves=1,sentinels=${count}`), 20_000);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #allSay(words: string): Promise<boolean> {
    const said = await Promise.all(this.sentinels.map((sentinel) => sentinel.info('sentinel')));
    return said.every((info) => info.includes(words));
  }
}
