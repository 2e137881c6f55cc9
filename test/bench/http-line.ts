/** Owns one kept connection to a server, one request at a time: as little of HTTP/1.1 as the measured servers answer with. */
import net from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

interface Waiter {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

const endOfHead = '\r\n\r\n';

export class HttpLine {
  readonly #port: number;
  #socket: net.Socket;
  #waiter: Waiter | undefined;
  /** Each byte a character, so that lengths are right. */
  #read = '';

  constructor(port: number) {
    this.#port = port;
    this.#socket = this.#connect();
  }

  /** @param head request line and headers without Content-Length, each line ended by CRLF */
  ask(head: string, body: string): Promise<Answer> {
    if (this.#waiter) throw new Error('one request at a time');
    // Servers close what was quiet for too long.
    if (!this.#socket.writable) this.#socket = this.#connect();
    this.#socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #connect(): net.Socket {
    const socket = net.connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#read = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    return socket;
  }

  #receive(text: string): void {
    this.#read += text;
    const end = this.#read.indexOf(endOfHead);
    if (end < 0) return;
    const body = bodyAfter(this.#read, end);
    if (!body) return;
    const status = Number(this.#read.slice(9, 12));
    this.#read = this.#read.slice(body.end);
    this.#settle(({ resolve }) => resolve({ status, body: body.text }));
  }

  #fail(error: Error): void {
    this.#settle(({ reject }) => reject(error));
  }

  #settle(tell: (waiter: Waiter) => void): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) tell(waiter);
  }
}

interface Body {
  text: string;
  /** Where the next answer begins. */
  end: number;
}

/** The body after this head, once it is all there. */
function bodyAfter(read: string, endsAt: number): Body | undefined {
  const begin = endsAt + endOfHead.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(read.slice(0, endsAt))?.[1];
  if (length === undefined) return chunkedAt(read, begin);
  const end = begin + Number(length);
  return read.length < end ? undefined : { text: read.slice(begin, end), end };
}

function chunkedAt(read: string, begin: number): Body | undefined {
  let text = '';
  for (let at = begin; ;) {
    const line = read.indexOf('\r\n', at);
    const size = Number.parseInt(read.slice(at, line), 16);
    const end = line + 2 + size + 2;
    if (line < 0 || read.length < end) return undefined;
    if (size === 0) return { text, end };
    text += read.slice(line + 2, end - 2);
    at = end;
  }
}
