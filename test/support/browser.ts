import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { SceneSnapshot, SceneState } from '../../src/protocol/messages.ts';

export interface OpenedScene {
  sceneId: string;
  claim: string;
  expiresAt: number;
  qr: { url: string; svg: string };
  socketUrl: string;
}

/** A browser at a site's login page: what it can do, and what it saw. */
export class Browser {
  readonly #base: string;
  readonly origin: string;

  constructor(base: string, origin: string) {
    this.#base = base;
    this.origin = origin;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.#base + path, {
      method: 'POST',
      headers: { origin: this.origin, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async open(site: string, extra: object = {}): Promise<OpenedScene> {
    const response = await this.post('/api/scenes', { site, ...extra });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as OpenedScene;
  }

  /** A socket that has sent its claim. */
  async attach({ sceneId, claim }: Pick<OpenedScene, 'sceneId' | 'claim'>): Promise<LoginSocket> {
    const socket = await this.connect(`/ws/scenes/${sceneId}`);
    socket.send({ type: 'attach', claim });
    return socket;
  }

  async connect(path: string): Promise<LoginSocket> {
    const socket = new WebSocket(this.#base.replace(/^http/, 'ws') + path, { origin: this.origin });
    const login = new LoginSocket(socket);
    await once(socket, 'open');
    return login;
  }

  view({ sceneId, claim }: Pick<OpenedScene, 'sceneId' | 'claim'>): Promise<Response> {
    return fetch(`${this.#base}/api/scenes/${sceneId}`, {
      headers: { origin: this.origin, authorization: `Bearer ${claim}` },
    });
  }
}

/** One login socket and all it received. */
export class LoginSocket {
  readonly snapshots: SceneSnapshot[] = [];
  readonly raw: WebSocket;
  readonly closed: Promise<number>;
  #watchers: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.raw = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    socket.on('close', () => this.#tell());
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.snapshots.push(JSON.parse(data.toString()) as SceneSnapshot);
      this.#tell();
    });
  }

  send(message: object): void {
    this.raw.send(JSON.stringify(message));
  }

  /** The first snapshot in this state, received already or to come. */
  async reach(state: SceneState): Promise<SceneSnapshot> {
    for (;;) {
      const found = this.snapshots.find((snapshot) => snapshot.state === state);
      if (found) return found;
      if (this.raw.readyState === WebSocket.CLOSED) throw new Error(`closed before ${state}`);
      await new Promise<void>((resolve) => {
        this.#watchers.push(resolve);
      });
    }
  }

  #tell(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    watchers.forEach((watcher) => watcher());
  }
}
