/**
 * The floor of several processes beside each other: scenes in Redis, and each process listens on a channel of its own for
 * what is pushed to its sockets. Nothing is lost only as long as nothing fails. Needs REDIS_URL.
 */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { serve } from './floor-server.ts';
import type { LoginSocket, Scene, Scenes } from './scenes.ts';
import { WechatCalls } from './wechat-calls.ts';

/** As it is kept. */
interface Kept extends Scene {
  /** The channel of the process that has its socket. */
  node?: string;
}

const idLength = 22;

class RedisScenes implements Scenes {
  readonly #redis: Redis;
  readonly #node = `floor:node:${randomBytes(6).toString('base64url')}`;
  readonly #sockets = new Map<string, LoginSocket>();

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  static async start(url: string): Promise<RedisScenes> {
    const scenes = new RedisScenes(new Redis(url));
    const subscriber = new Redis(url);
    subscriber.on('message', (_channel: string, pushed: string) => scenes.#receive(pushed));
    await subscriber.subscribe(scenes.#node);
    return scenes;
  }

  async add(scene: Kept): Promise<void> {
    await this.#redis.set(keyOf(scene), JSON.stringify(scene), 'PX', scene.expiresAt - Date.now());
  }

  async find(id: string): Promise<Kept | undefined> {
    const text = await this.#redis.get(keyOf({ id }));
    return text === null ? undefined : (JSON.parse(text) as Kept);
  }

  async attach(scene: Kept, socket: LoginSocket): Promise<void> {
    scene.node = this.#node;
    this.#sockets.set(scene.id, socket);
    await this.#redis.set(keyOf(scene), JSON.stringify(scene), 'KEEPTTL');
  }

  push({ id, node }: Kept, text: string): void {
    if (node === this.#node) this.#sockets.get(id)?.send(text);
    else if (node) this.#redis.publish(node, id + text).catch(ignore);
  }

  remove(scene: Kept): void {
    this.#sockets.delete(scene.id);
    this.#redis.del(keyOf(scene)).catch(ignore);
  }

  sockets(): Iterable<LoginSocket> {
    return this.#sockets.values();
  }

  #receive(pushed: string): void {
    this.#sockets.get(pushed.slice(0, idLength))?.send(pushed.slice(idLength));
  }
}

function keyOf({ id }: { id: string }): string {
  return `floor:scene:${id}`;
}

/** The page waits in vain then. */
function ignore(): void {}

await serve({
  scenes: await RedisScenes.start(process.env['REDIS_URL'] ?? ''),
  wechat: await WechatCalls.start(process.env['WECHAT_API_URL'] ?? ''),
  qrOf: async () => ({ url: '', svg: '' }),
});
