import { RedisServer, until } from './redis-server.ts';
import type { RedisServerOptions } from './redis-server.ts';

export interface RedisClusterOptions extends Pick<RedisServerOptions, 'persistence' | 'settings'> {
  /** One for each master. */
  replicas?: boolean;
}

const masters = 3;
const slots = 16_384;
/** A failover takes 3 to 5 s on an idle machine. */
const patience = 15_000;

/** Three masters of a real Redis Cluster, each with a third of the slots; a node counts as dead after 2 s. */
export class RedisCluster {
  readonly masters: RedisServer[] = [];
  /** Each follows the master at the same place. */
  readonly replicas: RedisServer[] = [];

  /** Resolves once every node finds the cluster whole, and every replica is in step. */
  static async start({ replicas = false, ...options }: RedisClusterOptions = {}): Promise<RedisCluster> {
    const cluster = new RedisCluster();
    try {
      await cluster.#launch(replicas ? masters : 0, options);
      await Promise.all(cluster.masters.map((master, index) => assign(master, index)));
      await cluster.#meet();
      await until('every node knows every other', () => cluster.#allSee(0));
      await Promise.all(cluster.replicas.map((replica, index) => cluster.#follow(replica, index)));
      await until('every node knows the replicas', () => cluster.#allSee(cluster.replicas.length));
      await cluster.untilWhole();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get nodes(): RedisServer[] {
    return [...this.masters, ...this.replicas];
  }

  get url(): string {
    return `cluster://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** Its replica, if there is one, takes over within seconds: see `untilPromoted`. */
  async killMaster(index: number): Promise<void> {
    await this.#master(index).kill();
  }

  /** Resolves once the replica at this place is a master, and the living find the cluster whole. */
  async untilPromoted(index: number): Promise<void> {
    const replica = this.replicas[index];
    if (!replica) throw new Error(`no replica ${index}`);
    await until(
      `replica ${index} is a master`,
      async () => (await replica.info('replication')).includes('role:master'),
      patience,
    );
    await this.untilWhole();
  }

  /** Resolves once each living node finds that all slots are served. */
  async untilWhole(): Promise<void> {
    await until(
      'the cluster is whole',
      async () => {
        const living = this.nodes.filter(({ alive }) => alive);
        const said = await Promise.all(living.map((node) => node.command('CLUSTER', 'INFO')));
        return said.every((info) => String(info).includes('cluster_state:ok\r\n'));
      },
      patience,
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async #launch(replicas: number, options: RedisServerOptions): Promise<void> {
    const settings = ['cluster-node-timeout 2000', ...(options.settings ?? [])];
    while (this.nodes.length < masters + replicas) {
      const node = await RedisServer.start({ ...options, mode: 'cluster', settings });
      (this.masters.length < masters ? this.masters : this.replicas).push(node);
    }
  }

  /** Each meets each: hearing of one another takes them a second longer at times. */
  async #meet(): Promise<void> {
    for (const [index, node] of this.nodes.entries())
      for (const { port, busPort } of this.nodes.slice(index + 1))
        await node.command('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }

  async #follow(replica: RedisServer, index: number): Promise<void> {
    const id = await this.#master(index).command('CLUSTER', 'MYID');
    await replica.command('CLUSTER', 'REPLICATE', String(id));
    await replica.untilFollowing();
  }

  /** @param replicas how many of the nodes are to be known as such */
  async #allSee(replicas: number): Promise<boolean> {
    const seen = await Promise.all(this.nodes.map((node) => node.command('CLUSTER', 'NODES')));
    return seen.every((list) => {
      const flags = String(list)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[2] ?? '');
      // One that is still shaking hands has no name yet, and may be another under two.
      const met = flags.length === this.nodes.length && !flags.some((flag) => flag.includes('handshake'));
      return met && flags.filter((flag) => flag.includes('slave')).length === replicas;
    });
  }

  #master(index: number): RedisServer {
    const master = this.masters[index];
    if (!master) throw new Error(`no master ${index}`);
    return master;
  }
}

async function assign(master: RedisServer, index: number): Promise<void> {
  // Different epochs before they meet: otherwise they have to settle first which is newer.
  await master.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  const [from, next] = [index, index + 1].map((part) => Math.ceil((part * slots) / masters));
  await master.command('CLUSTER', 'ADDSLOTSRANGE', from ?? 0, (next ?? slots) - 1);
}
