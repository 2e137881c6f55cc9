/** Owns an operator as the dashboard's API sees him: he reads the list, and looks on. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { HttpLine } from './http-line.ts';

export const opsToken = 'bench-ops-token-0123456789';

/** `server.publicUrl` of every target. */
const origin = 'http://saoma.test';

export interface ScenePage {
  scenes: { sceneId: string }[];
  nextCursor: string | null;
  total: number;
}

/** One page of the list, and how long it took, ms. */
export interface Look {
  page: ScenePage;
  took: number;
}

export class Operator {
  readonly #port: number;
  readonly #line: HttpLine;

  constructor(port: number) {
    this.#port = port;
    this.#line = new HttpLine(port);
  }

  /** @param query of the list */
  async look(query: string): Promise<Look> {
    const head =
      `GET /ops/api/scenes?${query} HTTP/1.1\r\nHost: saoma.test\r\n` +
      `Authorization: Bearer ${opsToken}\r\n`;
    const begun = performance.now();
    const { status, body } = await this.#line.ask(head, '');
    const took = performance.now() - begun;
    if (status !== 200) throw new Error(`the list was refused: ${status} ${body}`);
    return { page: JSON.parse(body) as ScenePage, took };
  }

  /** Signs in and looks on, until the returned function ends it; that gives how many messages came. */
  async lookOn(): Promise<() => number> {
    const signIn = await fetch(`http://127.0.0.1:${this.#port}/ops/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: opsToken }),
    });
    const cookie = signIn.headers.get('set-cookie')?.split(';', 1)[0];
    if (cookie === undefined) throw new Error(`the token was refused: ${signIn.status}`);
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/ws/ops`, { headers: { origin, cookie } });
    let messages = 0;
    socket.on('message', () => messages++);
    await once(socket, 'message');
    return () => {
      socket.terminate();
      return messages;
    };
  }

  close(): void {
    this.#line.close();
  }
}
