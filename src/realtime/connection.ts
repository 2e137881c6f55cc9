import type { WebSocket } from 'ws';
import { msBetween } from '../kit/dial.ts';
import { decodeClientMessage, isFinal } from '../protocol/messages.ts';
import type { ClientMessage, SceneSnapshot } from '../protocol/messages.ts';
import type { Scene } from '../scene/scene.ts';
import { Peer } from './peer.ts';
import type { PeerOwner } from './peer.ts';
import type { Appointment } from './wheel.ts';

/** What a connection tells its hub. */
export interface ConnectionOwner extends PeerOwner {
  received(connection: Connection, message: ClientMessage): void;
  closed(connection: Connection): void;
}

/** One browser's login socket: what it has shown of its scene. */
export class Connection extends Peer<ConnectionOwner> {
  sceneId: string;
  origin: string;
  ip: string;
  /** The browser's secret, once it was found right. */
  claim = '';
  /** The scene's count when it attached; the socket with the greatest is the newest. */
  attachment = 0;
  /** When the hub has to look after it next. */
  due: Appointment<Connection> | undefined;
  version = 0;
  /** When the snapshot of `version` was sent, on the dial; `undefined`: not, or acknowledged already. */
  #sentAt: number | undefined;

  constructor(
    socket: WebSocket,
    visitor: { id: string; origin: string; ip: string },
    owner: ConnectionOwner,
  ) {
    super(socket, owner);
    this.sceneId = visitor.id;
    this.origin = visitor.origin;
    this.ip = visitor.ip;
  }

  get attached(): boolean {
    return this.claim !== '';
  }

  /**
   * The scene's own texts are kept, and not those of the request: the same would be there twice, and the id from the address
   * would keep the whole request line in memory.
   */
  attach({ id, browser }: Pick<Scene, 'id' | 'browser'>, claim: string, attachment: number): void {
    this.sceneId = id;
    if (this.origin === browser.origin) this.origin = browser.origin;
    if (this.ip === browser.ip) this.ip = browser.ip;
    this.claim = claim;
    this.attachment = attachment;
  }

  /** Sends a snapshot; a final one is the last. */
  show(snapshot: SceneSnapshot): void {
    if (!this.mayBeSent()) return;
    this.version = snapshot.version;
    this.#sentAt = this.now();
    this.send(JSON.stringify(snapshot));
    if (isFinal(snapshot.state)) this.close('done');
  }

  /** It is on screen. How long that took, ms; `undefined`: it is not the newest, or was known to be. */
  acknowledge(version: number): number | undefined {
    if (version !== this.version || this.#sentAt === undefined) return undefined;
    const took = msBetween(this.#sentAt, this.now());
    this.#sentAt = undefined;
    return took;
  }

  left(): void {
    this.owner.closed(this);
  }

  protected read(text: string): void {
    if (this.isTooMany()) return this.close('tooMany');
    const message = decodeClientMessage(text);
    if (!message) return this.close('badMessage');
    this.owner.received(this, message);
  }
}
