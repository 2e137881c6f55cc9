/** Owns what a floor knows of a login: its scene, the socket of its page, and who keeps both. */
import { WebSocket } from 'ws';

export interface Scene {
  id: string;
  claim: string;
  /** ms */
  expiresAt: number;
}

/** A login page's. What belongs to it is written on it, so that no closure is needed for each. */
export class LoginSocket extends WebSocket {
  sceneId = '';
  /** Since it attached. */
  scene: Scene | undefined;
  /** It has answered the last ping. */
  isAlive = true;
}

/** A page has one socket, and its scene goes with it. */
export interface Scenes {
  add(scene: Scene): Promise<void>;
  find(id: string): Promise<Scene | undefined>;
  /** From now on pushes reach this socket. */
  attach(scene: Scene, socket: LoginSocket): Promise<void>;
  /** Does nothing while no socket is attached. */
  push(scene: Scene, text: string): void;
  remove(scene: Scene): void;
  /** Those attached to this process. */
  sockets(): Iterable<LoginSocket>;
}

interface Kept extends Scene {
  socket?: LoginSocket;
}

export class OneMap implements Scenes {
  readonly #scenes = new Map<string, Kept>();

  async add(scene: Scene): Promise<void> {
    this.#scenes.set(scene.id, scene);
  }

  async find(id: string): Promise<Scene | undefined> {
    return this.#scenes.get(id);
  }

  async attach(scene: Kept, socket: LoginSocket): Promise<void> {
    scene.socket = socket;
  }

  push(scene: Kept, text: string): void {
    scene.socket?.send(text);
  }

  remove({ id }: Scene): void {
    this.#scenes.delete(id);
  }

  *sockets(): Iterable<LoginSocket> {
    for (const { socket } of this.#scenes.values()) if (socket) yield socket;
  }
}

/** What a page is told. */
export function frame(scene: Scene, version: number, state: string, result?: object): string {
  const { id: sceneId, expiresAt } = scene;
  return JSON.stringify({ type: 'scene', sceneId, version, state, expiresAt, approval: 'scan', ...result });
}
