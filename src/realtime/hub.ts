/**
 * Owns the sockets of this node: who is attached to which scene, and when each has to be looked after.
 * Door: `routes`. Told of changes by `moved` and, where nodes share a store, by that store; asks scene for everything else.
 */
import { addressPrefix } from '../http/address.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { patiently } from '../kit/patience.ts';
import type { Settings } from '../kit/settings.ts';
import type { ClientMessage } from '../protocol/messages.ts';
import { isLiving, nextByTime, spendable } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import { snapshotOf } from '../scene/snapshot.ts';
import type { Log } from '../telemetry/log.ts';
import { Arrivals } from './arrivals.ts';
import { closeInBatches } from './batches.ts';
import { farewell } from './farewell.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { Pings } from './pings.ts';
import { Rereads } from './rereads.ts';
import type { WakeUps } from './wake-ups.ts';
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
  /** From when we heard of a scan until its frame was written, ms. */
  pushed: (ms: number) => void;
  /** From sending a snapshot until it was on screen, ms. */
  onScreen: (ms: number) => void;
}

export class Hub implements ConnectionOwner, WakeUps {
  readonly clock: Clock;
  readonly settings: Settings['socket'];
  readonly #parts: HubParts;
  /** Of each scene the socket that is shown what becomes of it; the store has its attachment, and loses it with it. */
  readonly #attached = new Map<string, Connection>();
  readonly #arrivals = new Arrivals();
  readonly #pings: Pings<Connection>;
  readonly #wheel: Wheel<Connection>;
  readonly #rereads: Rereads;
  #left: Promise<void> | undefined;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.settings = parts.settings;
    this.#pings = new Pings(parts.clock, parts.settings);
    this.#wheel = new Wheel(parts.clock, parts.settings.wheelTick, (connection) =>
      this.#lookAfter(connection),
    );
    this.#rereads = new Rereads({
      ...parts,
      attached: (id) => this.#attached.get(id),
      tell: (connection, scene) => this.#tell(connection, scene),
    });
  }

  get sockets(): number {
    return this.#pings.size;
  }

  /** A new socket: it has a few seconds to say whose it is. */
  welcome(connection: Connection): void {
    this.#pings.add(connection);
    if (this.#left) return connection.close('restart');
    this.#dueIn(connection, this.settings.attachWithin);
  }

  /** The scene changed, or may have: shows it to its browser if it is here. */
  moved(scene: Scene): void {
    this.#arrivals.note(scene);
    if (scene.node !== this.#parts.node) this.replaced(scene.id, scene.attachment);
    const connection = this.#attached.get(scene.id);
    if (connection) this.#tell(connection, scene);
  }

  /** Of an older attachment than this, the socket is closed. */
  replaced(id: string, attachment: number): void {
    if (this.#arrivals.noteReplaced(id, attachment)) return;
    const connection = this.#attached.get(id);
    if (!connection || connection.attachment >= attachment) return;
    this.#release(connection);
    connection.close('replaced');
  }

  missed(concerns: (id: string) => boolean): void {
    this.#arrivals.noteMissed(concerns);
    this.#rereads.add([...this.#attached.keys()].filter(concerns));
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
    if (this.#release(connection)) this.#inTurn(connection, () => this.#detach(connection));
  }

  /**
   * Tells every browser to come back later, a batch at a time; until its turn comes it is served. Who does not answer is cut
   * off. Resolves once all are gone and their scenes know it.
   */
  leave(): Promise<void> {
    return (this.#left ??= this.#drain());
  }

  async #drain(): Promise<void> {
    await farewell(this.#pings, this.clock, this.settings);
    this.#wheel.stop();
    this.#rereads.stop();
  }

  /** The store has been away for too long: every browser is told to come back later, to whichever node reaches it. */
  async storeAway(): Promise<void> {
    await closeInBatches([...this.#pings], 'overloaded', this.clock, this.settings.batches);
  }

  async #attach(connection: Connection, claim: string): Promise<void> {
    if (this.#left) return connection.close('restart');
    if (connection.attached && connection.claim !== claim) return connection.close('sceneGone');
    const arrival = this.#arrivals.begin(connection.sceneId);
    try {
      const { storePatience, storeRetryEvery: every } = this.settings;
      const patience = { until: this.clock.now() + storePatience, every };
      const scene = await patiently(this.clock, patience, () =>
        this.#parts.scenes.attach(connection.sceneId, claim, this.#parts.node),
      );
      if (!scene) await this.#refuse(connection);
      else if (!this.#parts.origins.mayUse(scene.site, connection.origin))
        await Promise.all([this.#refuse(connection), this.#giveBack(scene)]);
      else if (!connection.isOpen) await this.#giveBack(scene);
      else this.#admit(connection, claim, scene.attachment, arrival.newest(scene));
    } finally {
      this.#arrivals.end(arrival);
      this.replaced(arrival.sceneId, arrival.attachment);
      if (arrival.missed) this.#rereads.add([arrival.sceneId]);
    }
  }

  #admit(connection: Connection, claim: string, attachment: number, scene: Scene): void {
    const other = this.#attached.get(scene.id);
    // Answers of the store may overtake each other.
    if (other && other.attachment > attachment) return connection.close('replaced');
    if (other && other !== connection) other.close('replaced');
    connection.attach(scene, claim, attachment);
    this.#attached.set(scene.id, connection);
    this.#show(connection, scene);
  }

  /** Who attached does not stay: the socket that was here before goes on in its place. */
  async #giveBack({ id, attachment }: Scene): Promise<void> {
    const other = this.#attached.get(id);
    if (other) other.attachment = Math.max(other.attachment, attachment);
    else await this.#detach({ sceneId: id, attachment });
  }

  #detach({ sceneId, attachment }: Pick<Connection, 'sceneId' | 'attachment'>): Promise<void> {
    return this.#parts.scenes.detach(sceneId, this.#parts.node, attachment);
  }

  /** Whether it was the socket of its scene; it is no longer. */
  #release(connection: Connection): boolean {
    const { sceneId } = connection;
    return this.#attached.get(sceneId) === connection && this.#attached.delete(sceneId);
  }

  /** One answer for every reason, until there were too many of them from one address. */
  async #refuse(connection: Connection): Promise<void> {
    const tooMany = await this.#parts.attachFailures.take(addressPrefix(connection.ip));
    connection.close(tooMany > 0 ? 'tooMany' : 'sceneGone');
  }

  /** The snapshot that follows comes by `moved`; a scene that was over before is shown once more. */
  async #cancel(connection: Connection): Promise<void> {
    if (!connection.attached) return;
    const scene = await this.#parts.scenes.cancelByBrowser(connection.sceneId, connection.claim);
    if (scene) this.#show(connection, scene);
    else connection.close('sceneGone');
  }

  #acknowledged(connection: Connection, version: number): void {
    const took = connection.acknowledge(version);
    if (took !== undefined) this.#parts.onScreen(took);
  }

  #tell(connection: Connection, scene: Scene): void {
    // Who is told of the confirmation only, since the scan was missed, waited all the longer.
    const isScan = connection.version === 1 && spendable.includes(scene.state);
    this.#show(connection, scene);
    if (isScan && connection.version === scene.version) this.#parts.pushed(this.#waitedFor(scene));
  }

  /** ms since we heard of the scan; of one that a version without this memory stored, since it was stored. */
  #waitedFor({ heardAt, scannedAt }: Scene): number {
    return Math.max(0, this.#parts.scenes.now() - (heardAt ?? scannedAt ?? 0));
  }

  /** An older scene than what was shown is no news, of its deadline either. After the end of a scene nothing can follow. */
  #show(connection: Connection, scene: Scene): void {
    if (scene.version < connection.version) return;
    connection.show(snapshotOf(scene, connection.claim));
    if (!isLiving(scene)) this.#release(connection);
    else if (connection.isOpen) this.#dueIn(connection, this.#changesIn(scene));
  }

  /** ms until time changes it, by the clock by which it lives. */
  #changesIn(scene: Scene): number {
    return nextByTime(scene, this.#parts.profileWait).at - this.#parts.scenes.now();
  }

  #dueIn(connection: Connection, ms: number): void {
    callOff(connection);
    connection.due = this.#wheel.at(this.clock.now() + ms, connection);
  }

  #lookAfter(connection: Connection): void {
    if (!connection.attached) return connection.close('noAttach');
    this.#inTurn(connection, () => this.#reread(connection));
  }

  /** A clock that is ahead of the store's finds nothing changed yet, and looks again. */
  async #reread(connection: Connection): Promise<void> {
    if (!(await this.#rereads.read(connection))) this.#dueIn(connection, this.settings.rereadAfter);
  }

  /** A browser's messages take effect in their order, and no failure leaves a socket open and silent. */
  #inTurn(connection: Connection, task: () => Promise<void>): void {
    connection.greeted = true;
    connection.inTurn(() => task().catch((error: unknown) => this.#failed(connection, error)));
  }

  #failed(connection: Connection, error: unknown): void {
    connection.close(error instanceof AppError ? 'overloaded' : 'failed');
    if (!(error instanceof AppError))
      this.#parts.log.error({ err: error, sceneId: connection.sceneId }, 'unexpected');
  }
}

function callOff(connection: Connection): void {
  if (connection.due) connection.due.waiter = undefined;
}
