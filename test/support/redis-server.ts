/** Owns the life of one real redis-server process: a data node, a node of a cluster, or a sentinel. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { redisServerPath } from './needs.ts';

export interface RedisServerOptions {
  /** What it keeps on disk: nothing unless told; all that it acknowledged; all but the last second. */
  persistence?: 'none' | 'always' | 'everysec';
  /** It follows this one, and is in step with it when `start` resolves. */
  replicaOf?: RedisServer;
  port?: number;
  /** As in redis.conf: `2mb`. When it is full it refuses to write. */
  maxmemory?: string;
  mode?: 'alone' | 'cluster' | 'sentinel';
  /** Further lines of its configuration file. */
  settings?: readonly string[];
}

const deadline = 10_000;

/** The kernel ends a server whose starter is gone, however that came about; elsewhere than on Linux only the hook below does. */
const leash = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];

const started = new Set<RedisServer>();
process.on('exit', () => started.forEach((server) => server.abandon()));

/** A server on a loopback port that a test kills, freezes and brings back. It lives in a folder of its own until `stop`. */
export class RedisServer {
  readonly port: number;
  /** Where the nodes of a cluster talk to each other. */
  readonly busPort: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'saoma-redis-'));
  readonly #mode: 'alone' | 'cluster' | 'sentinel';
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #output = '';

  private constructor(ports: [number, number], options: RedisServerOptions) {
    [this.port, this.busPort] = ports;
    this.#mode = options.mode ?? 'alone';
    writeFileSync(this.#file, configuration(ports, this.#folder, options).join('\n'));
    started.add(this);
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let tries = 1; ; tries++) {
      const ports: [number, number] = [options.port ?? (await steadyPort()), await steadyPort()];
      const server = new RedisServer(ports, options);
      try {
        await server.#launch();
        if (options.replicaOf) await server.untilFollowing();
        return server;
      } catch (error) {
        await server.stop();
        // Somebody may take a port between the look at it and its use.
        if (tries === 5 || !String(error).includes('Address already in use')) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#running().pid ?? NaN;
  }

  get alive(): boolean {
    return this.#child !== undefined;
  }

  /** Without a chance to write anything down. Resolves once it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** It comes back on its port with what it had on disk, killed before if it still runs. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  /** It comes back on its port without its data; a node of a cluster still knows which one it is. */
  async restartEmpty(): Promise<void> {
    await this.kill();
    for (const name of readdirSync(this.#folder))
      if (!name.endsWith('.conf')) rmSync(join(this.#folder, name), { recursive: true });
    await this.#launch();
  }

  /** From now on it does nothing, while the kernel still accepts connections and bytes for it. */
  freeze(): void {
    this.#running().kill('SIGSTOP');
  }

  thaw(): void {
    this.#running().kill('SIGCONT');
  }

  /** Makes a master of it, for good: `restart` does not undo it. */
  async promote(): Promise<void> {
    await this.command('REPLICAOF', 'NO', 'ONE');
    await this.command('CONFIG', 'REWRITE');
  }

  /** Resolves once it is in step with its master. */
  async untilFollowing(ms = deadline): Promise<void> {
    const follows = async () => (await this.info('replication')).includes('link_status:up');
    await until(`${this.url} follows`, follows, ms);
  }

  /** Resolves once it has everything that its master has written by now. */
  async untilItHasAllOf(master: RedisServer, ms = deadline): Promise<void> {
    const offset = async (server: RedisServer, of: string): Promise<number> =>
      Number(new RegExp(`^${of}_repl_offset:(\\d+)`, 'm').exec(await server.info('replication'))?.[1] ?? NaN);
    const written = await offset(master, 'master');
    const has = async () => (await offset(this, 'slave')) >= written;
    await until(`${this.url} has all of its master`, has, ms);
  }

  info(section: string): Promise<string> {
    return this.command('INFO', section) as Promise<string>;
  }

  /** On a connection of its own. Rejects when the answer takes more than 5 s. */
  command(name: string, ...rest: (string | number)[]): Promise<unknown> {
    return this.#connected((client) => client.call(name, ...rest));
  }

  /** Closes from its side each connection whose client name contains this. @returns how many */
  killClients(namePart: string): Promise<number> {
    return this.#connected(async (client) => {
      const list = (await client.call('CLIENT', 'LIST')) as string;
      const named = [...list.matchAll(/^id=(\d+) .*? name=(\S*) /gm)].filter(([, , n]) =>
        n?.includes(namePart),
      );
      const killed = named.map(([, id]) => client.call('CLIENT', 'KILL', 'ID', id ?? '') as Promise<number>);
      return (await Promise.all(killed)).reduce((sum, count) => sum + count, 0);
    });
  }

  /** Ends it, and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    this.abandon();
  }

  /** As `stop`, for a process that cannot wait any more. */
  abandon(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    started.delete(this);
  }

  get #file(): string {
    // Redis writes into it what it has to remember, such as whom it follows.
    return join(this.#folder, 'redis.conf');
  }

  async #launch(): Promise<void> {
    const sentinel = this.#mode === 'sentinel' ? ['--sentinel'] : [];
    const [program = redisServerPath, ...rest] = [...leash, redisServerPath, this.#file, ...sentinel];
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#output = '';
    this.#child = child;
    this.#ended = new Promise<void>((resolve) => {
      child.once('close', () => {
        this.#child = undefined;
        resolve();
      });
    });
    child.once('error', (error) => (this.#output += error.message));
    child.stdout.on('data', (data) => (this.#output += String(data)));
    child.stderr.on('data', (data) => (this.#output += String(data)));
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    try {
      await until('it answers', async () => !this.alive || (await this.#answers()));
      this.#running();
    } catch (cause) {
      await this.kill();
      throw new Error(`redis-server on port ${this.port}: ${String(cause)}; it said:\n${this.#output}`, {
        cause,
      });
    }
  }

  /** It itself, and not a stranger on its port. */
  async #answers(): Promise<boolean> {
    const itself = (await this.info('server')).includes(`process_id:${this.pid}\r\n`);
    return itself && (await this.command('PING')) === 'PONG';
  }

  #running(): ChildProcess {
    if (!this.#child) throw new Error(`redis-server on port ${this.port} does not run`);
    return this.#child;
  }

  async #connected<T>(use: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({
      port: this.port,
      host: '127.0.0.1',
      lazyConnect: true,
      // Nothing is sent before the command itself: a frozen server could not answer it, and no deadline would apply.
      protocol: 2,
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      commandTimeout: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await use(client);
    } finally {
      client.disconnect();
    }
  }
}

function configuration(
  [port, busPort]: [number, number],
  folder: string,
  given: RedisServerOptions,
): string[] {
  const { mode, persistence = 'none', replicaOf, maxmemory, settings = [] } = given;
  const base = ['bind 127.0.0.1', `port ${port}`, `dir ${folder}`];
  if (mode === 'sentinel') return [...base, ...settings];
  return [
    ...base,
    'save ""',
    ...(persistence === 'none' ? [] : ['appendonly yes', `appendfsync ${persistence}`]),
    ...(replicaOf ? [`replicaof 127.0.0.1 ${replicaOf.port}`] : []),
    // A replica need not wait 5 s for others that might come too.
    'repl-diskless-sync-delay 0',
    ...(maxmemory ? [`maxmemory ${maxmemory}`] : []),
    ...(mode === 'cluster'
      ? ['cluster-enabled yes', 'cluster-config-file nodes.conf', `cluster-port ${busPort}`]
      : []),
    ...settings,
  ];
}

const handedOut = new Set<number>();

/**
 * A free loopback port for what goes away and comes back. It is below those that the kernel gives to outgoing connections:
 * one of these could take the port meanwhile, even a client that tries to reconnect to it.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Resolves once it holds; a look that fails counts as no. Rejects when it does not hold in time. */
export async function until(what: string, holds: () => Promise<boolean>, ms = deadline): Promise<void> {
  const end = performance.now() + ms;
  let cause: unknown;
  const look = async () => {
    cause = undefined;
    return holds().catch((error: unknown) => {
      cause = error;
      return false;
    });
  };
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`, { cause });
    await sleep(10);
  }
}
