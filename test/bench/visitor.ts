/** Owns one login as its three sides see it: the page that opens a scene and a socket, the phone that scans, WeChat that tells. */
import { createHash } from 'node:crypto';
import type { Answer, HttpLine } from './http-line.ts';
import { browser, PageSocket } from './page-socket.ts';

export const site = { id: 'shop', origin: 'https://shop.example' };
export const webhookToken = 'benchTestToken01';

export interface Scene {
  sceneId: string;
  claim: string;
  qr: { url: string };
}

/** What came over the socket: its state, and when, as `performance.now()`. */
export interface Shown {
  state: string;
  at: number;
}

let visitors = 0;

export class Visitor {
  readonly #ip: string;
  readonly #openid: string;
  readonly shown: Shown[] = [];
  scene: Scene | undefined;
  /** The close code of its last socket. */
  closed: number | undefined;
  #socket: PageSocket | undefined;
  #awaited: { state: string; resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor() {
    const number = visitors++;
    this.#ip = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    this.#openid = `oBench${String(number).padStart(22, '0')}`;
  }

  async open(line: HttpLine): Promise<void> {
    const head =
      `POST /api/scenes HTTP/1.1\r\nHost: saoma.test\r\nOrigin: ${site.origin}\r\nContent-Type: application/json\r\n` +
      `X-Forwarded-For: ${this.#ip}\r\nUser-Agent: ${browser}\r\n`;
    const { status, body } = await line.ask(head, `{"site":"${site.id}"}`);
    if (status !== 201) throw new Error(`a scene was refused: ${status} ${body}`);
    this.scene = JSON.parse(body) as Scene;
  }

  /** Resolves once the first snapshot is there. */
  attach(port: number): Promise<void> {
    const { sceneId, claim } = this.#given;
    const attached = this.#until('pending');
    const { origin } = site;
    this.#socket = new PageSocket(
      {
        port,
        sceneId,
        origin,
        ip: this.#ip,
        onText: (text) => this.#show(text),
        onClose: (code) => this.#close(code),
      },
      `{"type":"attach","claim":"${claim}"}`,
    );
    return attached;
  }

  /** The event as WeChat posts it. */
  scan(line: HttpLine): Promise<Answer> {
    return line.ask(...scanEvent(this.#openid, this.#given.sceneId));
  }

  /** Resolves once the page was told that it is logged in. */
  confirmed(): Promise<void> {
    return this.#until('confirmed');
  }

  leave(): void {
    this.#socket?.leave();
  }

  cut(): void {
    this.#socket?.cut();
  }

  /** When this state was shown first, as `performance.now()`. */
  at(state: string): number {
    return this.shown.find((each) => each.state === state)?.at ?? NaN;
  }

  get #given(): Scene {
    if (!this.scene) throw new Error('there is no scene yet');
    return this.scene;
  }

  #show(text: string): void {
    const state = /"state":"([a-z]+)"/.exec(text)?.[1] ?? '';
    this.shown.push({ state, at: performance.now() });
    if (state === this.#awaited?.state) this.#awaited.resolve();
  }

  #close(code: number): void {
    this.closed = code;
    this.#awaited?.reject(new Error(`the socket closed with ${code} before it was ${this.#awaited.state}`));
  }

  #until(state: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#awaited = { state, resolve, reject };
    });
  }
}

/** Request head and body of a signed SCAN in plain mode. */
function scanEvent(openid: string, sceneId: string): [head: string, body: string] {
  const time = String(Math.floor(Date.now() / 1000));
  const nonce = String(Math.floor(Math.random() * 1e10));
  const signature = createHash('sha1').update([webhookToken, time, nonce].toSorted().join('')).digest('hex');
  const query = `signature=${signature}&timestamp=${time}&nonce=${nonce}&openid=${openid}`;
  return [
    `POST /wechat/main?${query} HTTP/1.1\r\nHost: saoma.test\r\nContent-Type: text/xml\r\n`,
    `<xml><ToUserName><![CDATA[gh_1a2b3c4d5e6f]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName>` +
      `<CreateTime>${time}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event>` +
      `<EventKey><![CDATA[${sceneId}]]></EventKey><Ticket><![CDATA[gQExampleTicketBase64==]]></Ticket></xml>`,
  ];
}
