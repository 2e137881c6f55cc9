import { once } from 'node:events';
import net from 'node:net';
import type { Socket } from 'node:net';

/** A connection that sends whatever bytes a test wants, for what no ordinary client would send or leave out. */
export class RawConnection {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.on('error', () => undefined);
    socket.on('data', (data) => (this.#received += data.toString('latin1')));
  }

  /** @param url of the service; `staysOpen`: does not hang up when the other side does */
  static async open(url: string, staysOpen = false): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: staysOpen });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** All that came, once there is something that matches. */
  async answer(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.#received)}`);
      await Promise.race([once(this.socket, 'data'), this.#closed]);
    }
    return this.#received;
  }

  /** All that came until the other side hung up. */
  async rest(): Promise<string> {
    await this.#closed;
    return this.#received;
  }
}

/** One request as it is written here, and the whole answer. */
export async function ask(url: string, target: string, method = 'GET'): Promise<string> {
  const connection = await RawConnection.open(url);
  connection.send(`${method} ${target} HTTP/1.1\r\nHost: saoma.test\r\nConnection: close\r\n\r\n`);
  return connection.rest();
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

/** The request that asks for a socket. */
export function upgradeRequest(path: string, origin: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: saoma.test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    `Origin: ${origin}`,
    '\r\n',
  ].join('\r\n');
}
