import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Exposition } from './exposition.ts';
import { Link } from './link.ts';
import { Phone } from './phone.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import { RedisServer, steadyPort, until } from './redis-server.ts';

const simulator = fileURLToPath(new URL('../../dist/simulator/main.js', import.meta.url));

const account = {
  name: 'main',
  kind: 'official-account',
  appId: 'wx00112233445566aa',
  appSecret: 'canary-app-secret-0123456789abcdef',
  token: 'journeyTestToken01',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  mode: 'safe',
};

/** Processes of the shipped program on one real Redis, behind one address, and the stand-in WeChat that all of them use. */
export class BalancedNodes {
  readonly phone: Phone;
  readonly nodes: readonly Program[];
  readonly #redis: RedisServer;
  readonly #balancer: Link;
  readonly #wechat: ChildProcess;

  private constructor(parts: Parts, nodes: readonly Program[]) {
    this.phone = new Phone(parts.wechatUrl);
    this.nodes = nodes;
    this.#redis = parts.redis;
    this.#balancer = parts.balancer;
    this.#wechat = parts.wechat;
  }

  /** @param config laid over what they have in common */
  static async start(count: number, config: object): Promise<BalancedNodes> {
    const parts = await startParts();
    const { balancer, redis, wechatUrl } = parts;
    const common = { redis: { url: redis.url }, accounts: [{ ...account, apiUrl: wechatUrl }], ...config };
    const start = (): Promise<Program> =>
      startProgram({ config: common, publicUrl: async () => urlOf(balancer) });
    const nodes: Program[] = [];
    // One after the other: each looks for a free port first.
    while (nodes.length < count) nodes.push(await start());
    await Promise.all(nodes.map(untilReady));
    balancer.pointAt(nodes[0]!.port);
    return new BalancedNodes(parts, nodes);
  }

  /** Where everybody reaches them. */
  get url(): string {
    return urlOf(this.#balancer);
  }

  /** From now on the balancer gives new connections to this node; those that there are stay where they are. */
  prefer(index: number): void {
    this.#balancer.pointAt(this.#node(index).port);
  }

  /** How many people's sockets for messages are at this node. */
  async messageSocketsAt(index: number): Promise<number> {
    const { port } = this.#node(index);
    return (await Exposition.of(`http://127.0.0.1:${port}`)).sum('saoma_message_sockets');
  }

  /** @returns the exit codes of the nodes */
  async stop(): Promise<(number | null)[]> {
    const codes = await Promise.all(this.nodes.map((node) => node.stop()));
    this.#wechat.disconnect();
    await Promise.all([this.#balancer.close(), this.#redis.stop()]);
    return codes;
  }

  #node(index: number): Program {
    const node = this.nodes[index];
    if (!node) throw new Error(`no node ${index}`);
    return node;
  }
}

interface Parts {
  redis: RedisServer;
  balancer: Link;
  wechat: ChildProcess;
  wechatUrl: string;
}

async function startParts(): Promise<Parts> {
  const redis = await RedisServer.start();
  // It leads nowhere until there are nodes.
  const balancer = await Link.start(await steadyPort());
  const wechat = fork(simulator, [], { env: simulatorEnvironment(`${urlOf(balancer)}/wechat/main`) });
  const [{ port }] = (await once(wechat, 'message', { signal: AbortSignal.timeout(10_000) })) as [
    { port: number },
  ];
  return { redis, balancer, wechat, wechatUrl: `http://127.0.0.1:${port}` };
}

function simulatorEnvironment(webhookUrl: string): NodeJS.ProcessEnv {
  return {
    SIMULATOR_PORT: '0',
    SIMULATOR_WEBHOOK_URL: webhookUrl,
    SIMULATOR_APP_ID: account.appId,
    SIMULATOR_APP_SECRET: account.appSecret,
    SIMULATOR_TOKEN: account.token,
    SIMULATOR_ENCODING_AES_KEY: account.encodingAesKey,
    SIMULATOR_MODE: account.mode,
  };
}

function urlOf({ port }: Link): string {
  return `http://localhost:${port}`;
}

/** Such as connected to Redis. */
function untilReady({ port }: Program): Promise<void> {
  return until(`the node on port ${port} is ready`, async () => {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  });
}
