/**
 * Owns the sockets of this node: who is attached to which scene, and when each has to be looked after.
 * Door: `routes`. Told of changes by `wake`; asks scene for everything else.
 */
import { addressPrefix } from '../http/address.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { Settings } from '../kit/settings.ts';
import type { ClientMessage } from '../protocol/messages.ts';
import { isLiving, nextByTime } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import { snapshotOf } from '../scene/snapshot.ts';
import type { Log } from '../telemetry/log.ts';
import { Arrivals } from './arrivals.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { Pings } from './pings.ts';
import { Wheel } from './wheel.ts';

export interface HubParts {
  /** The name of this node. */
  node: string;
  scenes: Scenes;
  origins: Origins;
  attachFailures: Limiter;
  /** How long a scan waits for the profile, ms. */
  profileWait: number;
  clock: Clock;
  settings: Settings['socket'];
  log: Log;
  /** From the stored scan until its frame was written, ms. */
  pushed: (ms: number) => void;
  /** From sending a snapshot until it was on screen, ms. */
  onScreen: (ms: number) => void;
}

export class Hub implements ConnectionOwner {
  readonly clock: Clock;
  readonly settings: Settings['socket'];
  readonly #parts: HubParts;
  readonly #attached = new Map<string, Connection>();
  readonly #arrivals = new Arrivals();
  readonly #pings: Pings;
  readonly #wheel: Wheel<Connection>;
  #leaving = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.settings = parts.settings;
    this.#pings = new Pings(parts.clock, parts.settings);
    this.#wheel = new Wheel(parts.clock, parts.settings.wheelTick, (connection) =>
      this.#lookAfter(connection),
    );
  }

  get sockets(): number {
    return this.#pings.size;
  }

  /** A new socket: it has a few seconds to say whose it is. */
  welcome(connection: Connection): void {
    this.#pings.add(connection);
    if (this.#leaving) return connection.close('restart');
    this.#dueAt(connection, this.clock.now() + this.settings.attachWithin);
  }

  /** The scene changed, or may have: shows it to its browser if it is here. */
  wake(scene: Scene): void {
    this.#arrivals.note(scene);
    const connection = this.#attached.get(scene.id);
    if (!connection) return;
    const isNews = scene.version > connection.version;
    this.#show(connection, scene);
    if (isNews && scene.state === 'scanned') this.#parts.pushed(this.clock.now() - (scene.scannedAt ?? 0));
  }

  received(connection: Connection, message: ClientMessage): void {
    if (message.type === 'attach') this.#inTurn(connection, () => this.#attach(connection, message.claim));
    else if (!connection.greeted) connection.close('badMessage');
    else if (message.type === 'cancel') this.#inTurn(connection, () => this.#cancel(connection));
    else if (message.type === 'ack') this.#acknowledged(connection, message.version);
    // `number` belongs to an approval that no site can have yet.
  }

  closed(connection: Connection): void {
    this.#pings.delete(connection);
    callOff(connection);
    if (this.#attached.get(connection.sceneId) !== connection) return;
    this.#attached.delete(connection.sceneId);
    this.#inTurn(connection, () => this.#vacate(connection));
  }

  /** Tells every browser to come back later, and stops looking after them; who has not left after `grace` ms is cut off. */
  close(grace: number): void {
    this.#leaving = true;
    for (const connection of this.#pings) connection.close('restart');
    this.#wheel.stop();
    this.#pings.stop();
    this.clock.after(grace, () => {
      for (const connection of this.#pings) connection.terminate();
    });
  }

  async #attach(connection: Connection, claim: string): Promise<void> {
    if (connection.attached && connection.claim !== claim) return connection.close('sceneGone');
    const arrival = this.#arrivals.begin(connection.sceneId);
    try {
      const scene = await this.#parts.scenes.attach(connection.sceneId, claim, this.#parts.node);
      if (!scene || !this.#parts.origins.mayUse(scene.site, connection.origin))
        return await this.#refuse(connection);
      this.#admit(connection, claim, arrival.newest(scene));
    } finally {
      this.#arrivals.end(arrival);
      await this.#vacate(connection);
    }
  }

  #admit(connection: Connection, claim: string, scene: Scene): void {
    if (!connection.isOpen) return;
    const older = this.#attached.get(scene.id);
    if (older && older !== connection) older.close('replaced');
    connection.attach(scene.id, claim);
    this.#attached.set(scene.id, connection);
    this.#show(connection, scene);
  }

  /** This node holds the scene's socket no longer, unless another one is here or on its way. */
  async #vacate({ sceneId }: Connection): Promise<void> {
    if (this.#leaving || this.#attached.has(sceneId) || this.#arrivals.expects(sceneId)) return;
    await this.#parts.scenes.detach(sceneId, this.#parts.node);
  }

  /** One answer for every reason, until there were too many of them from one address. */
  async #refuse(connection: Connection): Promise<void> {
    const tooMany = await this.#parts.attachFailures.take(addressPrefix(connection.ip));
    connection.close(tooMany > 0 ? 'tooMany' : 'sceneGone');
  }

  /** The snapshot that follows comes by `wake`; a scene that was over before is shown once more. */
  async #cancel(connection: Connection): Promise<void> {
    if (!connection.attached) return;
    const scene = await this.#parts.scenes.cancelByBrowser(connection.sceneId, connection.claim);
    if (scene) this.#show(connection, scene);
    else connection.close('sceneGone');
  }

  #acknowledged(connection: Connection, version: number): void {
    if (version !== connection.version || connection.sentAt === 0) return;
    this.#parts.onScreen(this.clock.now() - connection.sentAt);
    connection.sentAt = 0;
  }

  /** An older scene than what was shown is no news, of its deadline either. */
  #show(connection: Connection, scene: Scene): void {
    if (scene.version < connection.version) return;
    connection.show(snapshotOf(scene, connection.claim));
    if (isLiving(scene) && connection.isOpen)
      this.#dueAt(connection, nextByTime(scene, this.#parts.profileWait).at);
  }

  #dueAt(connection: Connection, time: number): void {
    callOff(connection);
    connection.due = this.#wheel.at(time, connection);
  }

  #lookAfter(connection: Connection): void {
    if (!connection.attached) return connection.close('noAttach');
    this.#inTurn(connection, () => this.#reread(connection));
  }

  /** A clock that is ahead of the store's finds nothing changed yet, and looks again. */
  async #reread(connection: Connection): Promise<void> {
    const scene = await this.#parts.scenes.read(connection.sceneId);
    if (!scene) connection.close('sceneGone');
    else if (scene.version > connection.version) this.#show(connection, scene);
    else this.#dueAt(connection, this.clock.now() + this.settings.rereadAfter);
  }

  /** A browser's messages take effect in their order, and no failure leaves a socket open and silent. */
  #inTurn(connection: Connection, task: () => Promise<void>): void {
    connection.greeted = true;
    connection.turn = connection.turn.then(task).catch((error: unknown) => {
      connection.close(error instanceof AppError ? 'overloaded' : 'failed');
      if (!(error instanceof AppError))
        this.#parts.log.error({ err: error, sceneId: connection.sceneId }, 'unexpected');
    });
  }
}

function callOff(connection: Connection): void {
  if (connection.due) connection.due.waiter = undefined;
}
