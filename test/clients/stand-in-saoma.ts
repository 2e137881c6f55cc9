import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

interface Asked {
  call: string;
  token: string | undefined;
  body: unknown;
}
interface Said {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
/** `undefined`: as a server that knows exactly the sessions it has begun. */
type Script = (asked: Asked) => Said | undefined;

/** Saoma's doors for mini programs as a test wants them: what the real ones do only after an accident is asked for here. */
export class StandInSaoma {
  readonly asked: Asked[] = [];
  /** Tokens it knows. */
  readonly sessions = new Set<string>();
  readonly connections: StandInConnection[] = [];
  script: Script = () => undefined;
  /** What an answer waits for. */
  hold: (asked: Asked) => Promise<void> | undefined = () => undefined;
  /** Whether a hello with a good session is welcomed by itself. */
  welcomes = true;
  readonly #server: Server;
  #begun = 0;

  static async open(): Promise<StandInSaoma> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInSaoma(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    const sockets = new WebSocketServer({ server, path: '/ws/messages' });
    sockets.on('connection', (socket) => this.connections.push(new StandInConnection(socket, this)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The last one. */
  get connection(): StandInConnection {
    return this.connections.at(-1)!;
  }

  get logins(): number {
    return this.calls('/login');
  }

  calls(end: string): number {
    return this.asked.filter(({ call }) => call.endsWith(end)).length;
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = {
      call: `${request.method} ${request.url}`,
      token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    this.asked.push(asked);
    await this.hold(asked);
    const { status, body, headers } = this.script(asked) ?? this.#usual(asked);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #usual({ call, token }: Asked): Said {
    if (call.endsWith('/login')) return { status: 200, body: this.#begin() };
    if (!token || !this.sessions.has(token)) return over;
    if (call.endsWith('/logout')) this.sessions.delete(token);
    return { status: 200, body: { call } };
  }

  #begin(): object {
    this.#begun += 1;
    const session = `session-${this.#begun}`;
    this.sessions.add(session);
    return { session, expiresAt: 1_700_000_000_000 + this.#begun, expiresIn: 604_800 };
  }
}

export const over: Said = {
  status: 401,
  body: { error: 'session_expired', message: 'The session is over; log in again.', relogin: true },
};

/** One socket at the door, and all it said. */
export class StandInConnection {
  readonly frames: { type: string; [field: string]: unknown }[] = [];
  readonly socket: WebSocket;

  constructor(socket: WebSocket, { sessions, welcomes }: StandInSaoma) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (bytes: Buffer) => {
      const frame = JSON.parse(String(bytes)) as { type: string; token?: string };
      this.frames.push(frame);
      if (frame.type !== 'hello' || !welcomes) return;
      if (sessions.has(frame.token ?? '')) this.says({ type: 'welcome', waiting: 0 });
      else this.ends(4401);
    });
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Of one type. */
  heard(type: string): { type: string; [field: string]: unknown }[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  says(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** @param code 1006: without a word */
  ends(code: number): void {
    if (code === 1006) this.socket.terminate();
    else this.socket.close(code);
  }
}
