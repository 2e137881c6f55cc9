import { once } from 'node:events';
import net from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { steadyPort } from './redis-server.ts';

export interface LinkOptions {
  /**
   * Which connections `cutTargets` is about, by what the client has sent on them so far (the first 16 KiB of it),
   * such as `(sent) => sent.includes('ssubscribe')`.
   */
  isTarget?: (sent: Buffer) => boolean;
}

const lookedAt = 16_384;

interface Pair {
  client: Socket;
  service: Socket;
  sent: Buffer;
  isTarget: boolean;
}

/** A stretch of network between a client and a loopback port, which a test cuts, stalls or makes slow. */
export class Link {
  readonly port: number;
  #to: number;
  readonly #isTarget: LinkOptions['isTarget'];
  readonly #pairs = new Set<Pair>();
  #server: net.Server | undefined;
  #closed = false;
  #targetsCut = false;
  #delay = 0;
  /** Pending while the link is stalled. */
  #flowing: Promise<void> = Promise.resolve();
  #resume: (() => void) | undefined;

  private constructor(port: number, to: number, options: LinkOptions) {
    this.port = port;
    this.#to = to;
    this.#isTarget = options.isTarget;
  }

  static async start(to: number, options: LinkOptions = {}): Promise<Link> {
    const link = new Link(await steadyPort(), to, options);
    await link.mend();
    return link;
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** From now on new connections lead to this port; those that there are stay. */
  pointAt(to: number): void {
    this.#to = to;
  }

  /** Ends every connection, with what is under way on it, and refuses new ones. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const pair of this.#pairs) this.#drop(pair);
  }

  /** Ends the target connections, and from now on each new one as soon as it is known for one: those bytes do not arrive. */
  cutTargets(): void {
    this.#targetsCut = true;
    for (const pair of this.#pairs) if (pair.isTarget) this.#drop(pair);
  }

  /** Ends every cut, whichever it was. */
  async mend(): Promise<void> {
    this.#targetsCut = false;
    if (this.#server || this.#closed) return;
    const server = net.createServer({ allowHalfOpen: true }, (client) => this.#join(client));
    this.#server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    // It may have been cut again meanwhile.
    if (this.#server !== server) server.close();
  }

  /** Resolves once it is mended. */
  async cutFor(ms: number): Promise<void> {
    this.cut();
    await sleep(ms);
    await this.mend();
  }

  /** Resolves once it is mended. */
  async cutTargetsFor(ms: number): Promise<void> {
    this.cutTargets();
    await sleep(ms);
    await this.mend();
  }

  /** From now on connections are accepted and stay open, and nothing passes either way, not even their end. */
  stall(): void {
    if (this.#resume) return;
    this.#flowing = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** Ends the stall; what was held goes on, in order. */
  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** From now on whatever enters leaves so much later, each way; it keeps its order. */
  delay(ms: number): void {
    this.#delay = ms;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const server = this.#server;
    const ended = server && once(server, 'close');
    this.cut();
    this.resume();
    await ended;
  }

  #join(client: Socket): void {
    const service = net.connect({ port: this.#to, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { client, service, sent: Buffer.alloc(0), isTarget: false };
    this.#pairs.add(pair);
    client.on('data', (data) => this.#watch(pair, data));
    this.#carry(client, service);
    this.#carry(service, client);
    for (const end of [client, service]) {
      end.setNoDelay(true);
      end.on('error', () => undefined);
      end.on('close', () => {
        if (client.destroyed && service.destroyed) this.#pairs.delete(pair);
      });
    }
  }

  #watch(pair: Pair, data: Buffer): void {
    if (!this.#isTarget || pair.isTarget || pair.sent.length >= lookedAt) return;
    pair.sent = Buffer.concat([pair.sent, data]);
    pair.isTarget = this.#isTarget(pair.sent);
    if (pair.isTarget && this.#targetsCut) this.#drop(pair);
  }

  #carry(from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve();
    const carry = (step: () => void): void => {
      const due = performance.now() + this.#delay;
      last = this.#after(last, due).then(step);
    };
    from.on('data', (data) => carry(() => void to.write(data)));
    from.on('end', () => carry(() => void to.end()));
    from.on('close', () => carry(() => to.destroySoon()));
  }

  async #after(last: Promise<void>, due: number): Promise<void> {
    await last;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    await this.#flowing;
  }

  #drop(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.service.destroy();
  }
}
