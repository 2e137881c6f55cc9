/**
 * A signed-in user's client: one message socket that comes back as the close codes say, acknowledges what it gets, and throws away
 * what it has already. Thousands fit into one process.
 */
import { WebSocket } from 'ws';
import { afterClose } from '../../../src/protocol/close-codes.ts';
import { decodeMailServerMessage } from '../../../src/protocol/mail.ts';
import type { MailMessage, MailServerMessage } from '../../../src/protocol/mail.ts';
import type { History } from '../history.ts';
import type { MailUser } from './people.ts';
import type { Mark } from './sights.ts';

/** How long it waits before it comes back: at random, up to this at first, doubling up to that, ms. */
const firstReturn = 5_000;
const slowestReturn = 30_000;
const answerWithin = 5_000;

export interface MailClientParts {
  /** Unlike every other client's. */
  name: string;
  user: MailUser;
  history: History;
  /** Which port of this machine the next socket goes to. */
  port: () => number;
  /** From 0 to below 1; decides when it comes back. */
  random: () => number;
  /** A client that does not come back is gone when its socket is lost. */
  returns?: boolean;
}

type Answer = Extract<MailServerMessage, { type: 'sent' | 'refused' }>;

export class MailClient {
  readonly name: string;
  readonly user: MailUser;
  readonly #parts: MailClientParts;
  readonly #answers = new Map<string, (answer?: Answer) => void>();
  #socket: WebSocket | undefined;
  #sockets = 0;
  #isWelcome = false;
  #waiting = 0;
  #isOver = false;
  #returns = 0;
  #timer: NodeJS.Timeout | undefined;
  #connection: string | undefined;

  constructor(parts: MailClientParts) {
    const { name, user, history } = parts;
    this.name = name;
    this.user = user;
    this.#parts = parts;
    history.note({ kind: 'came', client: name, site: user.at.id, openid: user.openid });
  }

  open(): void {
    this.#isOver = false;
    this.#connect();
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** How many messages it was told of when it was welcome last. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Its connection as `openConnections` names it; none: it has no socket. */
  get connection(): string | undefined {
    return this.#connection;
  }

  /** The network is gone under it: it has heard nothing of that, and comes back. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** It stays, and reads nothing any more. */
  stopReading(): void {
    this.#parts.history.note({ kind: 'deafened', client: this.name });
    this.#socket?.pause();
  }

  /** The user closes it. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  /** Sends once, to another user. Answers what became of it; nothing, when there is no socket, or no answer from this one. */
  async send(mark: Mark, id: string): Promise<Answer | undefined> {
    if (!this.#isWelcome || !this.#socket) return undefined;
    this.#socket.send(JSON.stringify({ type: 'send', to: mark.to, body: mark, id }));
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#answer(id), answerWithin);
      this.#answers.set(id, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
  }

  #connect(): void {
    const { user, port, history } = this.#parts;
    const number = this.#sockets++;
    const socket = new WebSocket(`ws://127.0.0.1:${port()}/ws/messages`, {
      origin: user.at.origins[0] ?? '',
      perMessageDeflate: false,
      handshakeTimeout: 15_000,
    });
    this.#socket = socket;
    socket.on('upgrade', ({ socket: { localPort, remotePort } }) => {
      this.#connection = `${remotePort} ${localPort}`;
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: user.token })));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.#read(socket, number, data.toString()));
    socket.on('close', (code) => {
      const { name: client } = this;
      history.note({
        kind: 'gone',
        client,
        socket: number,
        code,
        welcome: this.#isWelcome,
        byItself: this.#isOver,
      });
      this.#lost(code);
    });
  }

  #read(socket: WebSocket, number: number, text: string): void {
    const message = decodeMailServerMessage(text);
    if (!message) throw new Error(`not in the protocol: ${text}`);
    if (message.type === 'message') return this.#receive(socket, number, message);
    if (message.type !== 'welcome') return this.#answer(message.id, message);
    const { waiting } = message;
    this.#isWelcome = true;
    this.#waiting = waiting;
    this.#returns = 0;
    this.#parts.history.note({ kind: 'welcome', client: this.name, socket: number, waiting });
  }

  #receive(socket: WebSocket, number: number, { id, from, to, body }: MailMessage): void {
    // Not the body itself: of a large one only the mark is of interest.
    const { site, from: sender, to: receiver, number: count } = body as unknown as Mark;
    const mark = { site, from: sender, to: receiver, number: count };
    this.#parts.history.note({
      kind: 'received',
      client: this.name,
      socket: number,
      id,
      from,
      toAll: to === 'all',
      mark,
    });
    this.user.take(`${from} ${id}`);
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'ack', id }));
  }

  #answer(id: string, answer?: Answer): void {
    this.#answers.get(id)?.(answer);
    this.#answers.delete(id);
  }

  #lost(code: number): void {
    this.#isWelcome = false;
    this.#socket = undefined;
    this.#connection = undefined;
    for (const id of this.#answers.keys()) this.#answer(id);
    if (this.#isOver || this.#parts.returns === false || afterClose(code) !== 'return') return;
    const longest = Math.min(firstReturn * 2 ** this.#returns++, slowestReturn);
    this.#timer = setTimeout(() => this.#connect(), this.#parts.random() * longest);
  }
}
