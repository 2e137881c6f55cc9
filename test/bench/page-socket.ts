/** Owns one browser's login socket, as little of RFC 6455 as a page needs. Tens of thousands of these are open at once. */
import net from 'node:net';

export interface Opened {
  port: number;
  sceneId: string;
  origin: string;
  ip: string;
  /** Each text frame as it came. */
  onText: (text: string) => void;
  /** The close code; 1006: it broke. Told once. */
  onClose: (code: number) => void;
}

const endOfHead = Buffer.from('\r\n\r\n');
const opcode = { text: 1, close: 8, ping: 9, pong: 10 };
const nothing = Buffer.alloc(0);

export class PageSocket {
  /** Answered so far. */
  pings = 0;
  readonly #socket: net.Socket;
  readonly #opened: Opened;
  #rest: Buffer = nothing;
  #isUpgraded = false;
  #code = 1006;
  #isOver = false;

  /** @param hello the first message, sent as soon as the socket is open */
  constructor(opened: Opened, hello: string) {
    this.#opened = opened;
    this.#socket = net.connect({ port: opened.port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(handshake(opened));
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk, hello));
    this.#socket.on('error', ignore);
    this.#socket.on('close', () => this.#over());
  }

  send(text: string): void {
    this.#write(opcode.text, Buffer.from(text));
  }

  /** As a page that is left: says so, and lets the server hang up. */
  leave(): void {
    const code = Buffer.alloc(2);
    code.writeUInt16BE(1001);
    this.#write(opcode.close, code);
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer, hello: string): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const rest = this.#isUpgraded ? bytes : this.#upgrade(bytes, hello);
    this.#rest = this.#isUpgraded ? this.#takeFrames(rest) : rest;
  }

  #upgrade(bytes: Buffer, hello: string): Buffer {
    const end = bytes.indexOf(endOfHead);
    if (end < 0) return bytes;
    if (bytes.toString('latin1', 9, 12) !== '101') {
      this.#socket.destroy();
      return nothing;
    }
    this.#isUpgraded = true;
    this.send(hello);
    return bytes.subarray(end + endOfHead.length);
  }

  /** @returns what is left of them: the beginning of the next, copied, since a piece would keep the whole chunk in memory */
  #takeFrames(bytes: Buffer): Buffer {
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (!frame) break;
      at = frame.end;
      this.#take(frame.opcode, bytes.subarray(frame.begin, frame.end));
    }
    return at === bytes.length ? nothing : Buffer.from(bytes.subarray(at));
  }

  #take(kind: number, payload: Buffer): void {
    if (kind === opcode.text) this.#opened.onText(payload.toString());
    else if (kind === opcode.ping) this.#answerPing(payload);
    else if (kind === opcode.close) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#write(opcode.close, payload);
      this.#socket.end();
    }
  }

  #answerPing(payload: Buffer): void {
    this.pings += 1;
    this.#write(opcode.pong, payload);
  }

  /** Masked with zeros, which is a mask, too. */
  #write(kind: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = 0x80 | kind;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#opened.onClose(this.#code);
  }
}

interface Frame {
  opcode: number;
  begin: number;
  end: number;
}

/** Servers do not mask, and send nothing of 64 KiB or more. */
function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (bytes.length < at + 2) return undefined;
  const short = bytes[at + 1]! & 0x7f;
  if (short === 127) throw new Error('a frame too long for a snapshot');
  if (short === 126 && bytes.length < at + 4) return undefined;
  const begin = at + (short === 126 ? 4 : 2);
  const end = begin + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
  return bytes.length < end ? undefined : { opcode: bytes[at]! & 0x0f, begin, end };
}

function handshake({ port, sceneId, origin, ip }: Opened): string {
  return (
    `GET /ws/scenes/${sceneId} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: ${origin}\r\n` +
    `X-Forwarded-For: ${ip}\r\nUser-Agent: ${browser}\r\n\r\n`
  );
}

export const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** `close` follows. */
function ignore(): void {}
