/** Owns several nodes of the service with one configuration, beside the stand-in WeChat they call. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { steadyPort } from '../support/redis-server.ts';
import type { Chance } from './chance.ts';
import { FleetNode } from './node.ts';
import { WechatApi } from './wechat.ts';

export interface FleetOptions {
  nodes: number;
  /** Without it there can be one node only, which keeps everything in its memory. */
  redisUrl?: string;
  /** Laid over the fleet's configuration, section by section. */
  config?: { [Section in 'redis' | 'scene' | 'limits' | 'ops' | 'log' | 'metrics' | 'messaging']?: object };
  /**
   * How browsers, WeChat and sites come to a node: `attentive` as by a proxy that takes the next node where a connection is
   * refused (the usual); `blind`: any node, dead ones too.
   */
  balancer?: 'attentive' | 'blind';
  /** Decides which node is asked. */
  chance: Chance;
}

export const account = {
  name: 'main',
  kind: 'official-account',
  appId: 'wx00112233445566aa',
  appSecret: 'faults-app-secret-0123456789abcdef',
  token: 'faultsTestToken01',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  mode: 'safe' as const,
};

export interface SiteOptions {
  id: string;
  name: string;
  secret: string;
  account: string;
  origins: string[];
  redirectUris: string[];
}

/** Where everybody logs in, unless a program says otherwise. */
export const site: SiteOptions = {
  id: 'shop',
  name: 'The Shop',
  secret: 'faults-shop-secret-0123456789',
  account: 'main',
  origins: ['https://shop.example'],
  redirectUris: ['https://shop.example/login/wechat'],
};

/** Another one, whose people may be the same. */
export const otherSite: SiteOptions = {
  id: 'cafe',
  name: 'The Café',
  secret: 'faults-cafe-secret-0123456789',
  account: 'main',
  origins: ['https://cafe.example'],
  redirectUris: ['https://cafe.example/login/wechat'],
};

export const sites = [site, otherSite];

/** Everybody comes from one address. */
const noLimits = {
  scenesPerIpPerMinute: 0,
  scenesPerSitePerSecond: 0,
  maxPendingScenes: 0,
  attachFailuresPerIpPerMinute: 0,
  exchangeFailuresPerSitePerMinute: 0,
  scansPerOpenidPerMinute: 0,
};

/** Of pino. */
const errorLevel = 50;

export interface Trouble {
  says: string;
  /** Such as a process that must end itself; otherwise an operator's, who is told that something is away. */
  isFault: boolean;
}

export class Fleet {
  readonly nodes: FleetNode[] = [];
  readonly wechat: WechatApi;
  readonly #chance: Chance;
  readonly #balancer: 'attentive' | 'blind';
  readonly #folder = mkdtempSync(join(tmpdir(), 'saoma-fleet-'));

  private constructor(wechat: WechatApi, { chance, balancer = 'attentive' }: FleetOptions) {
    this.wechat = wechat;
    this.#chance = chance;
    this.#balancer = balancer;
  }

  /** Resolves once every node is ready. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(await WechatApi.start(), options);
    try {
      const config = fleet.#configure(options);
      while (fleet.nodes.length < options.nodes) {
        const log = join(fleet.#folder, `node-${fleet.nodes.length}.log`);
        fleet.nodes.push(new FleetNode(await steadyPort(), { config, log }));
      }
      await Promise.all(fleet.nodes.map((node) => node.start()));
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Any node's that the balancer would choose. */
  anyPort = (): number => this.#chance.pick(this.#candidates()).port;

  /** Another node's, if there is one. */
  otherPort(than: number): number {
    const others = this.#candidates().filter(({ port }) => port !== than);
    return others.length === 0 ? than : this.#chance.pick(others).port;
  }

  #candidates(): readonly FleetNode[] {
    const serving = this.#balancer === 'blind' ? [] : this.nodes.filter(({ isServing }) => isServing);
    return serving.length === 0 ? this.nodes : serving;
  }

  node(index: number): FleetNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`no node ${index}`);
    return node;
  }

  /** What the nodes logged at `error` and above, and whatever else they printed. */
  troubles(): Trouble[] {
    return this.nodes.flatMap((node) => node.logged().split('\n')).flatMap((line) => troubleIn(line) ?? []);
  }

  /** Ends every process, and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all([...this.nodes.map((node) => node.kill()), this.wechat.stop()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure({ redisUrl, config = {} }: FleetOptions): string {
    const file = join(this.#folder, 'saoma.json');
    const content = {
      ...config,
      // Browsers reach the fleet by one name; here each connection takes a node of its own choice.
      server: { host: '127.0.0.1', publicUrl: 'http://saoma.test' },
      redis: { ...(redisUrl !== undefined && { url: redisUrl }), ...config.redis },
      limits: { ...noLimits, ...config.limits },
      log: { level: 'warn', ...config.log },
      accounts: [{ ...account, apiUrl: this.wechat.url }],
      sites,
    };
    writeFileSync(file, JSON.stringify(content));
    return file;
  }
}

function troubleIn(line: string): Trouble | undefined {
  if (line === '') return undefined;
  if (!line.startsWith('{')) return { says: line, isFault: true };
  const { level, msg } = JSON.parse(line) as { level: number; msg: string };
  if (level < errorLevel) return undefined;
  return { says: msg, isFault: level > errorLevel || msg === 'unexpected' };
}
