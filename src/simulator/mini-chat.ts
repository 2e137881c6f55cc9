/**
 * Owns the mini program's chat: a socket to its server for each person who is online, and the lines that came and went.
 * Whoever wants to be online comes back by itself; what the server did not confirm is sent again, with the same id.
 */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { readFrame } from './chat-frames.ts';
import type { Frame } from './chat-frames.ts';
import { limits } from './limits.ts';
import { pause } from './pause.ts';
import type { People, Person } from './people.ts';
import type { TalkLine } from './wire.ts';

interface ChatOptions {
  /** Where the mini program calls its server; the socket is at the same host. */
  serverUrl: string;
  people: People;
  /** A session that stands. Rejects when there is none to be had. */
  session: (person: Person) => Promise<string>;
  now: () => number;
  /** Ends every socket and wait. */
  closing: AbortSignal;
  /** Told of each person whose chat changed. */
  watch: (person: Person) => void;
}

interface Presence {
  ending: AbortController;
  socket: WebSocket | undefined;
}

/** How a socket ended. */
interface Ending {
  code: number;
  /** Whether the server had said welcome. */
  welcomed: boolean;
}

/** Coming back does not help: another socket took this one's place, or the server wants none of it. */
const final = new Set([1003, 1008, 1009, 4409, 4429]);

export class MiniChat {
  readonly #options: ChatOptions;
  readonly #socketUrl: string;
  readonly #account: string;
  /** Of those who want to be online, by the person's id. */
  readonly #present = new Map<string, Presence>();

  constructor(options: ChatOptions) {
    this.#options = options;
    const url = new URL(options.serverUrl);
    this.#account = url.pathname.split('/').at(-1) ?? '';
    this.#socketUrl = `${url.origin.replace(/^http/, 'ws')}/ws/messages`;
  }

  goOnline(person: Person): void {
    if (this.#present.has(person.id)) return;
    const presence: Presence = { ending: new AbortController(), socket: undefined };
    this.#present.set(person.id, presence);
    void this.#stay(person, presence);
  }

  goOffline(person: Person): void {
    const presence = this.#present.get(person.id);
    this.#present.delete(person.id);
    presence?.ending.abort();
    this.#become(person, 'offline');
  }

  /** Whoever is offline sends it when back. */
  send(person: Person, to: Person, text: string): void {
    const id = randomBytes(12).toString('base64url');
    const line: TalkLine = {
      id,
      at: this.#options.now(),
      with: to.id,
      own: true,
      text,
      status: 'sending',
      why: '',
    };
    this.#add(person, line);
    this.#sendLine(person, line);
  }

  async #stay(person: Person, presence: Presence): Promise<void> {
    const signal = AbortSignal.any([this.#options.closing, presence.ending.signal]);
    let wait: number = limits.chatReturnsAfter;
    while (!signal.aborted) {
      this.#become(person, 'connecting');
      const { code, welcomed } = await this.#connect(person, presence, signal);
      if (signal.aborted) return;
      if (final.has(code)) return this.#giveUp(person, code);
      wait = welcomed ? limits.chatReturnsAfter : Math.min(wait * 2, limits.chatReturnsWithin);
      this.#become(person, 'connecting');
      await pause(wait * (0.5 + Math.random()), signal);
    }
  }

  #giveUp(person: Person, code: number): void {
    this.#present.delete(person.id);
    this.#become(person, code === 4409 ? 'replaced' : 'offline');
  }

  /** Resolves when the connection is over. */
  async #connect(person: Person, presence: Presence, signal: AbortSignal): Promise<Ending> {
    const token = await this.#options.session(person).catch(() => undefined);
    if (token === undefined || signal.aborted) return { code: 1006, welcomed: false };
    const socket = new WebSocket(this.#socketUrl, {
      handshakeTimeout: limits.serverAnswersWithin,
      maxPayload: limits.answerBytes,
      perMessageDeflate: false,
    });
    presence.socket = socket;
    let welcomed = false;
    const { closing } = this.#options;
    const end = (): void => (closing.aborted ? socket.terminate() : socket.close(1000));
    signal.addEventListener('abort', end);
    socket.on('open', () => say(socket, { type: 'hello', token, account: this.#account }));
    socket.on('message', (data: Buffer) => {
      const frame = readFrame(data.toString());
      welcomed ||= frame?.type === 'welcome';
      if (frame) this.#take(person, socket, frame);
    });
    return new Promise((resolve) => {
      // What went wrong shows in the close that follows.
      socket.on('error', () => undefined);
      socket.on('close', (code) => {
        signal.removeEventListener('abort', end);
        if (presence.socket === socket) presence.socket = undefined;
        resolve({ code, welcomed });
      });
    });
  }

  #take(person: Person, socket: WebSocket, frame: Frame): void {
    if (frame.type === 'welcome') {
      this.#become(person, 'online');
      for (const line of person.talk.lines) if (line.status === 'sending') this.#sendLine(person, line);
    } else if (frame.type === 'message') this.#receive(person, socket, frame);
    else this.#settle(person, frame);
  }

  /** What was seen before is acknowledged again, and not shown twice. */
  #receive(person: Person, socket: WebSocket, { id, from, text, sentAt }: Frame & { type: 'message' }): void {
    const sender = from === null ? null : (this.#options.people.find(from)?.id ?? from);
    const known = person.talk.lines.some((line) => !line.own && line.id === id && line.with === sender);
    if (!known)
      this.#add(person, { id, at: sentAt, with: sender, own: false, text, status: 'received', why: '' });
    say(socket, { type: 'ack', id, from });
  }

  #settle(person: Person, frame: Frame & { type: 'sent' | 'refused' }): void {
    const line = person.talk.lines.find(({ own, id }) => own && id === frame.id);
    if (!line) return;
    line.status = frame.type === 'sent' ? frame.status : 'refused';
    if (frame.type === 'refused') line.why = frame.error;
    this.#options.watch(person);
  }

  #sendLine(person: Person, { id, with: name, text }: TalkLine): void {
    const to = this.#options.people.find(name ?? '')?.miniOpenid;
    const socket = this.#present.get(person.id)?.socket;
    if (to && socket && person.talk.state === 'online') say(socket, { type: 'send', to, body: { text }, id });
  }

  #add(person: Person, line: TalkLine): void {
    person.talk.lines.push(line);
    if (person.talk.lines.length > limits.chatLines) person.talk.lines.shift();
    this.#options.watch(person);
  }

  #become(person: Person, state: Person['talk']['state']): void {
    if (person.talk.state === state) return;
    person.talk.state = state;
    this.#options.watch(person);
  }
}

function say(socket: WebSocket, frame: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
}
