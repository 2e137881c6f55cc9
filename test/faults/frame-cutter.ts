/** Owns a way between pages and nodes on which a connection ends in the middle of one WebSocket frame, byte by byte as told. */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What came of the frame that carries the `confirmed` snapshot of a scene. */
export interface Cut {
  /** The whole frame, its header included, bytes. */
  length: number;
  /** What the browser got of it. */
  passed: number;
}

interface Way {
  browser: Socket;
  node: Socket;
  scene: string;
  /** The answer to the handshake is through. */
  upgraded: boolean;
  /** From the node, and not whole yet. */
  held: Buffer;
}

export class FrameCutter {
  readonly port: number;
  /** Of each scene, the first such frame that came. */
  readonly cuts = new Map<string, Cut>();
  readonly #plans = new Map<string, number>();
  readonly #server: net.Server;
  readonly #ways = new Set<Way>();

  private constructor(server: net.Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param to gives the port of a node for each connection */
  static async start(to: () => number): Promise<FrameCutter> {
    const server = net.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cutter = new FrameCutter(server);
    server.on('connection', (browser) => cutter.#join(browser, net.connect(to(), '127.0.0.1')));
    return cutter;
  }

  /** The first `confirmed` frame of the scene gets so far; then its connection is lost. */
  cutAfter(scene: string, bytes: number): void {
    this.#plans.set(scene, bytes);
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const { browser, node } of this.#ways) [browser, node].forEach((end) => end.destroy());
    await once(this.#server, 'close');
  }

  #join(browser: Socket, node: Socket): void {
    const way = { browser, node, scene: '', upgraded: false, held: Buffer.alloc(0) };
    this.#ways.add(way);
    browser.on('data', (data) => this.#fromBrowser(way, data));
    node.on('data', (data) => this.#fromNode(way, data));
    browser.on('close', () => this.#end(way));
    node.on('close', () => browser.destroySoon());
    for (const end of [browser, node]) {
      end.setNoDelay(true);
      end.on('error', () => undefined);
    }
  }

  #end(way: Way): void {
    this.#ways.delete(way);
    way.node.destroy();
  }

  #fromBrowser(way: Way, data: Buffer): void {
    way.scene ||= /^GET \/ws\/scenes\/([\w-]{22}) /.exec(data.toString('latin1'))?.[1] ?? '';
    way.node.write(data);
  }

  #fromNode(way: Way, data: Buffer): void {
    way.held = Buffer.concat([way.held, data]);
    if (!way.upgraded) this.#passHead(way);
    while (way.upgraded && way.browser.writable) {
      const frame = way.held.subarray(0, frameLength(way.held));
      if (frame.length === 0) return;
      way.held = way.held.subarray(frame.length);
      this.#pass(way, frame);
    }
  }

  #passHead(way: Way): void {
    const end = way.held.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    way.browser.write(way.held.subarray(0, end));
    way.held = way.held.subarray(end);
    way.upgraded = true;
  }

  #pass({ browser, node, scene }: Way, frame: Buffer): void {
    const isIt = !this.cuts.has(scene) && frame.includes('"state":"confirmed"');
    const plan = isIt ? this.#plans.get(scene) : undefined;
    const passed = Math.min(plan ?? frame.length, frame.length);
    if (isIt) this.cuts.set(scene, { length: frame.length, passed });
    if (plan === undefined) return void browser.write(frame);
    // What it got is delivered, and then it is over, for both.
    browser.end(frame.subarray(0, passed));
    node.destroy();
  }
}

/** Of the first frame, 0 while not all of it is there; servers do not mask. */
function frameLength(bytes: Buffer): number {
  const short = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < 4 && short > 125) return 0;
  const length = short < 126 ? 2 + short : 4 + bytes.readUInt16BE(2);
  return bytes.length >= Math.max(length, 2) ? length : 0;
}
