import { once } from 'node:events';
import net from 'node:net';
import type { Socket } from 'node:net';

/** A TCP proxy between browser and service that a test makes fail at a chosen moment. */
export class CuttingProxy {
  readonly port: number;
  readonly #server: net.Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #cutBefore: string | undefined;
  #noUpgrades = false;
  /** How often it cut before the awaited bytes. */
  cuts = 0;

  private constructor(server: net.Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(to: number): Promise<CuttingProxy> {
    const server = net.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new CuttingProxy(server, (server.address() as net.AddressInfo).port);
    server.on('connection', (browser) => proxy.#join(browser, net.connect(to, '127.0.0.1')));
    return proxy;
  }

  /** The next time the service sends these bytes, they are lost and both ends are cut. */
  cutBefore(bytes: string): void {
    this.#cutBefore = bytes;
  }

  /** From now on no connection becomes a socket, as behind a proxy that does not know how. */
  refuseUpgrades(): void {
    this.#noUpgrades = true;
  }

  /** Cuts every connection there is, as a new network does. */
  cutAll(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cutAll();
    await once(this.#server, 'close');
  }

  #join(browser: Socket, service: Socket): void {
    const pair: [Socket, Socket] = [browser, service];
    this.#pairs.add(pair);
    for (const end of pair) {
      end.on('error', () => undefined);
      end.on('close', () => this.#cut(pair));
    }
    browser.on('data', (data) => this.#fromBrowser(pair, data));
    service.on('data', (data) => this.#fromService(pair, data));
  }

  #fromBrowser(pair: [Socket, Socket], data: Buffer): void {
    if (this.#noUpgrades && /\r\nupgrade: websocket\r\n/i.test(data.toString('latin1'))) this.#cut(pair);
    else pair[1].write(data);
  }

  #fromService(pair: [Socket, Socket], data: Buffer): void {
    if (this.#cutBefore === undefined || !data.includes(this.#cutBefore)) return void pair[0].write(data);
    this.#cutBefore = undefined;
    this.cuts++;
    this.#cut(pair);
  }

  #cut(pair: [Socket, Socket]): void {
    this.#pairs.delete(pair);
    pair.forEach((end) => end.destroy());
  }
}
