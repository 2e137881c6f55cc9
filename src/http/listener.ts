import { once } from 'node:events';
import type { Server } from 'node:http';

/** How often connections that have become idle are looked for while it closes, ms. */
const sweepEvery = 100;

/** One server on one port, from the first request to the last. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #port: number;

  constructor(server: Server, host: string, port: number) {
    this.#server = server;
    this.#host = host;
    this.#port = port;
  }

  /** @throws the system's error, such as EADDRINUSE */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
  }

  /** Accepts nobody new, lets requests under way finish, and after `grace` ms cuts what is left. */
  async close(grace: number): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    // Left open, a connection that had its answer would bring the next request: of somebody new, if it is a proxy's.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), sweepEvery);
    const cut = setTimeout(() => this.#server.closeAllConnections(), grace);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
