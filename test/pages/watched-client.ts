/** Owns a scene client under watch, in a world of plain objects: what it was told to do, and what it told. */
import type { SceneSnapshot } from '../../src/protocol/messages.ts';
import { FakeWorld } from './fake-world.ts';

interface Client {
  ack(version: number): void;
}
interface ClientModule {
  SceneClient: new (scene: object, handlers: object, world: FakeWorld) => Client;
}
const modulePath = '../../public/login/scene-client.js';
const { SceneClient } = (await import(modulePath)) as ClientModule;

const scene = { sceneId: 'abc', claim: 'secret', socketUrl: 'ws://x', expiresAt: 600_000, skew: 0 };
export const pending: SceneSnapshot = {
  type: 'scene',
  sceneId: 'abc',
  version: 1,
  state: 'pending',
  expiresAt: 600_000,
};
export const scanned: SceneSnapshot = { ...pending, version: 2, state: 'scanned' };

export class WatchedClient extends FakeWorld {
  readonly seen: SceneSnapshot[] = [];
  readonly links: boolean[] = [];
  readonly ends: string[] = [];

  watch(): Client {
    const handlers = {
      snapshot: (snapshot: SceneSnapshot) => this.seen.push(snapshot),
      link: (up: boolean) => this.links.push(up),
      end: (end: string) => this.ends.push(end),
    };
    return new SceneClient(scene, handlers, this);
  }

  attach(snapshot = pending): void {
    this.socket.opens();
    this.socket.says(snapshot);
  }
}
