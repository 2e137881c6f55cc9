import { addressPrefix } from '../http/address.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { patiently } from '../kit/patience.ts';
import type { Settings } from '../kit/settings.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import type { MailClientMessage, MailServerMessage } from '../protocol/mail.ts';
import { closeInBatches } from '../realtime/batches.ts';
import { farewell } from '../realtime/farewell.ts';
import { Pings } from '../realtime/pings.ts';
import { Wheel } from '../realtime/wheel.ts';
import type { Log } from '../telemetry/log.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { Audience } from './audience.ts';
import { Broadcasts } from './broadcasts.ts';
import type { MailConnection, MailOwner, Sent } from './connection.ts';
import { Delivery } from './delivery.ts';
import type { HasSeat, Joined, Mailboxes, MailWakeUps, Message } from './mailboxes.ts';
import type { Hello, Member, Members } from './members.ts';
import { Seats } from './seats.ts';

export interface MailHubParts {
  mailboxes: Mailboxes;
  members: Members;
  /** What a user sends to another; answers what he is told. */
  send: (from: Member, message: SendMessage) => Promise<MailServerMessage>;
  helloFailures: Limiter;
  /** The nodes that live, by name. */
  living: () => Promise<readonly string[]>;
  socketsPerUser: number;
  clock: Clock;
  settings: Settings['socket'];
  bounds: Settings['messaging'];
  log: Log;
  /** So many messages were acknowledged. */
  acknowledged: (messages: number) => void;
}

export type SendMessage = Extract<MailClientMessage, { type: 'send' }>;

/** The message sockets of this node: who is behind each, what he is told, and when each has to be looked after. */
export class MailHub implements MailOwner, MailWakeUps {
  readonly clock: Clock;
  readonly settings: Settings['socket'];
  readonly bounds: Settings['messaging'];
  readonly #parts: MailHubParts;
  readonly #byBox = new Map<string, Set<MailConnection>>();
  readonly #pings: Pings<MailConnection>;
  readonly #wheel: Wheel<MailConnection>;
  readonly #seats: Seats;
  readonly #delivery: Delivery;
  readonly #broadcasts: Broadcasts;
  readonly #acknowledgements: Acknowledgements;
  #seatsTaken = 0;
  #left: Promise<void> | undefined;

  constructor(parts: MailHubParts) {
    const { mailboxes, clock, settings, bounds, log } = parts;
    this.#parts = parts;
    this.clock = clock;
    this.settings = settings;
    this.bounds = bounds;
    this.#pings = new Pings(clock, settings);
    this.#wheel = new Wheel(clock, settings.wheelTick, (connection) => this.#lookAfter(connection));
    const common = { mailboxes, clock, log, settings: bounds, retryAfter: settings.rereadAfter };
    this.#delivery = new Delivery(common);
    this.#broadcasts = new Broadcasts(common);
    this.#acknowledgements = new Acknowledgements({ ...common, acknowledged: parts.acknowledged });
    this.#seats = new Seats({
      ...common,
      living: parts.living,
      perUser: parts.socketsPerUser,
      again: (connection) => this.#sitAgain(connection),
    });
  }

  get sockets(): number {
    return this.#pings.size;
  }

  /** A name for one more seat of this node. */
  nextSeat(): string {
    return String(++this.#seatsTaken);
  }

  /** A new socket: it has a few seconds to say whose it is. */
  welcome(connection: MailConnection): void {
    this.#pings.add(connection);
    if (this.#left) return connection.close('restart');
    this.#dueIn(connection, this.settings.attachWithin);
  }

  received(connection: MailConnection, message: Exclude<MailClientMessage, { type: 'ack' }>): void {
    const isHello = message.type === 'hello';
    if (isHello === connection.greeted) return connection.close('badMessage');
    // Or whoever has something under way for long could go on to say more, all of which waits in memory.
    if (connection.inLine >= this.settings.messages) return connection.close('tooMany');
    this.#inTurn(connection, () =>
      isHello ? this.#greet(connection, message) : this.#send(connection, message),
    );
  }

  acknowledged(connection: MailConnection, sent: Sent): void {
    this.#acknowledgements.add(connection.box, sent);
  }

  closed(connection: MailConnection): void {
    this.#pings.delete(connection);
    callOff(connection);
    if (connection.greeted) this.#inTurn(connection, () => this.#goodbye(connection));
  }

  mail(box: string, message: Message, before: number): void {
    for (const connection of this.#at(box)) this.#delivery.heard(connection, message, before);
  }

  broadcast(site: string, message: Message, before: number): void {
    this.#broadcasts.heard(site, message, before);
  }

  replaced(box: string, seatId: string): void {
    for (const connection of this.#at(box))
      if (connection.seat === seatId) this.#lose(connection, 'replaced');
  }

  ended(box: string, session: string): void {
    for (const connection of this.#at(box))
      if (connection.member?.session?.hash === session) connection.close('sceneGone');
  }

  loginsEnded(box: string, upTo: number): void {
    for (const connection of this.#at(box))
      if ((connection.member?.loginAt ?? Infinity) <= upTo) connection.close('sceneGone');
  }

  missed(concerns: (box: string) => boolean): void {
    for (const [box, connections] of this.#byBox) if (concerns(box)) this.#seats.renew(connections);
    this.#broadcasts.missed(concerns);
  }

  /** As the login sockets: told to come back later, a batch at a time; resolves once the store knows that all are gone. */
  leave(): Promise<void> {
    return (this.#left ??= this.#drain());
  }

  /** The store has been away for too long: whoever is here may reach it at another node. */
  async storeAway(): Promise<void> {
    await closeInBatches([...this.#pings], 'overloaded', this.clock, this.settings.batches);
  }

  async #drain(): Promise<void> {
    await farewell(this.#pings, this.clock, this.settings);
    this.#wheel.stop();
    await this.#acknowledgements.close();
    this.#seats.stop();
  }

  async #greet(connection: MailConnection, hello: Hello): Promise<void> {
    if (this.#left) return connection.close('restart');
    const { storePatience, storeRetryEvery: every } = this.settings;
    const patience = { until: this.clock.now() + storePatience, every };
    const come = await patiently(this.clock, patience, () => this.#letIn(connection, hello));
    if (!come) return this.#refuse(connection);
    if (!this.#sits(connection, come.joined)) return;
    const { joined, audience } = come;
    connection.broadcast = joined.broadcastsAfter;
    connection.tell({ type: 'welcome', waiting: this.#delivery.waitingFor(joined) });
    this.#dueAgain(connection);
    // As fast as it reads: what it says meanwhile does not wait for that.
    void this.#tellAll(connection, joined, audience).catch((error: unknown) =>
      this.#failed(connection, error),
    );
  }

  /** What waits for it comes before what is said to all, which comes before anything new. */
  async #tellAll(connection: MailConnection, joined: HasSeat, audience: Audience): Promise<void> {
    await this.#delivery.begin(connection, joined);
    await audience.begin(connection);
  }

  async #letIn(connection: MailConnection, hello: Hello): Promise<Come | undefined> {
    try {
      return await this.#takeSeat(connection, hello);
    } finally {
      // Who left meanwhile may have said goodbye before there was anything to leave.
      if (!connection.isOpen) await this.#goodbye(connection);
    }
  }

  /** Nothing where the hello is not good. Whatever comes from now on is heard, and comes after what the store tells. */
  async #takeSeat(connection: MailConnection, hello: Hello): Promise<Come | undefined> {
    const { members } = this.#parts;
    const member = await members.of(hello, connection.origin);
    if (!member || !connection.isOpen) return undefined;
    connection.member = member;
    this.#byBox.set(member.box, this.#at(member.box).add(connection));
    const audience = await this.#broadcasts.enter(connection, member);
    const joined = await this.#seats.take(connection);
    // Of a session that was ended before there was a seat, nobody would tell.
    const isGood =
      joined.kind !== 'ended' && (member.session === null || (await members.goodUntil(member)) !== undefined);
    if (isGood) return { audience, joined };
    await this.#goodbye(connection);
    // What somebody goes on to say who is not let in is not done.
    connection.member = undefined;
    return undefined;
  }

  /** Its session may be over, its seat forgotten, and something may have been missed. */
  async #sitAgain(connection: MailConnection): Promise<void> {
    const { member, seq } = connection;
    if (!member) return;
    const joined = await this.#seats.take(connection);
    // Asked only now: of a session that ended before there was a seat, nobody would tell.
    const until = await this.#parts.members.goodUntil(member);
    if (until === undefined) return connection.close('sceneGone');
    member.until = until;
    if (!this.#sits(connection, joined)) return;
    this.#delivery.goOn(connection, joined, seq);
    this.#dueAgain(connection);
  }

  #sits(connection: MailConnection, joined: Joined): joined is HasSeat {
    if (joined.kind === 'joined') connection.since = joined.since;
    else this.#lose(connection, joined.kind === 'ended' ? 'sceneGone' : 'replaced');
    return joined.kind === 'joined';
  }

  #lose(connection: MailConnection, why: CloseName): void {
    connection.since = null;
    connection.close(why);
  }

  /** One answer for every reason, until there were too many of them from one address. */
  async #refuse(connection: MailConnection): Promise<void> {
    const tooMany = await this.#parts.helloFailures.take(addressPrefix(connection.ip));
    connection.close(tooMany > 0 ? 'tooMany' : 'sceneGone');
  }

  /** Where one could not be taken those after it are not: they would come before it. */
  async #send(connection: MailConnection, message: SendMessage): Promise<void> {
    if (!connection.member || connection.isCut) return;
    connection.tell(await this.#parts.send(connection.member, message));
  }

  async #goodbye(connection: MailConnection): Promise<void> {
    const { member } = connection;
    if (!member) return;
    const others = this.#at(member.box);
    others.delete(connection);
    if (others.size === 0) this.#byBox.delete(member.box);
    await Promise.all([this.#broadcasts.leave(connection, member), this.#seats.leave(connection)]);
  }

  #at(box: string): Set<MailConnection> {
    return this.#byBox.get(box) ?? new Set();
  }

  #lookAfter(connection: MailConnection): void {
    if (!connection.greeted) connection.close('noAttach');
    else if (connection.since !== null) this.#seats.renew([connection]);
  }

  #dueAgain(connection: MailConnection): void {
    const left = (connection.member?.until ?? 0) - this.#parts.mailboxes.now();
    this.#dueIn(connection, Math.min(left, this.bounds.renewSeatEvery));
  }

  #dueIn(connection: MailConnection, ms: number): void {
    callOff(connection);
    if (connection.isOpen) connection.due = this.#wheel.at(this.clock.now() + ms, connection);
  }

  /** What a user says takes effect in its order, and no failure leaves a socket open and silent. */
  #inTurn(connection: MailConnection, task: () => Promise<void>): void {
    connection.greeted = true;
    connection.inLine++;
    const settled = async (): Promise<void> => {
      await task().catch((error: unknown) => this.#failed(connection, error));
      connection.inLine--;
    };
    connection.inTurn(settled);
  }

  #failed(connection: MailConnection, error: unknown): void {
    connection.isCut = true;
    connection.close(error instanceof AppError ? 'overloaded' : 'failed');
    if (!(error instanceof AppError)) this.#parts.log.error({ err: error }, 'unexpected');
  }
}

interface Come {
  audience: Audience;
  joined: Joined;
}

function callOff(connection: MailConnection): void {
  if (connection.due) connection.due.waiter = undefined;
}
