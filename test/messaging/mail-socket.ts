import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decodeMailServerMessage } from '../../src/protocol/mail.ts';
import type { MailMessage, MailServerMessage } from '../../src/protocol/mail.ts';

type Frame<T extends MailServerMessage['type']> = Extract<MailServerMessage, { type: T }>;

/** One message socket, and all that came over it. */
export class MailSocket {
  readonly frames: MailServerMessage[] = [];
  readonly raw: WebSocket;
  readonly closed: Promise<number>;
  #watchers: (() => void)[] = [];

  constructor(raw: WebSocket) {
    this.raw = raw;
    this.closed = new Promise((resolve) => {
      raw.on('close', resolve);
    });
    raw.on('close', () => this.#tell());
    raw.on('error', () => undefined);
    raw.on('message', (data: Buffer) => {
      this.frames.push(decodeMailServerMessage(data.toString())!);
      this.#tell();
    });
  }

  /** @param origin of the page; `null`: it is no page */
  static async open(url: string, origin: string | null = 'https://shop.example'): Promise<MailSocket> {
    const raw = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/messages`, origin === null ? {} : { origin });
    const socket = new MailSocket(raw);
    await once(raw, 'open');
    return socket;
  }

  send(frame: object): void {
    this.raw.send(JSON.stringify(frame));
  }

  /** Says who it is, and waits until it is welcome. */
  async hello(token: string, more: object = {}): Promise<this> {
    this.send({ type: 'hello', token, ...more });
    await this.first('welcome');
    return this;
  }

  ack({ id }: { id: string }): void {
    this.send({ type: 'ack', id });
  }

  get messages(): MailMessage[] {
    return this.frames.filter((frame) => frame.type === 'message');
  }

  get ids(): string[] {
    return this.messages.map(({ id }) => id);
  }

  /** The first so many messages, once they are here. */
  async receive(count: number): Promise<MailMessage[]> {
    await this.until(() => this.messages.length >= count, `${count} messages`);
    return this.messages.slice(0, count);
  }

  async first<T extends MailServerMessage['type']>(type: T): Promise<Frame<T>> {
    const find = (): Frame<T> | undefined =>
      this.frames.find((frame): frame is Frame<T> => frame.type === type);
    await this.until(() => find() !== undefined, type);
    return find()!;
  }

  /** What became of a message that it sent. */
  async answer(id: string): Promise<Frame<'sent'> | Frame<'refused'>> {
    const find = (): Frame<'sent'> | Frame<'refused'> | undefined =>
      this.frames
        .filter((frame) => frame.type === 'sent' || frame.type === 'refused')
        .find((frame) => frame.id === id);
    await this.until(() => find() !== undefined, `the answer to ${id}`);
    return find()!;
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      if (this.raw.readyState === WebSocket.CLOSED) throw new Error(`closed before ${what}`);
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
