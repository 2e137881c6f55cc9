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
  readonly #signedAgo: number;
  readonly shown: Shown[] = [];
  scene: Scene | undefined;
  /** The close code of its last socket. */
  closed: number | undefined;
  #socket: PageSocket | undefined;
  #awaited: { state: string; resolve: () => void; reject: (error: Error) => void } | undefined;

  /** @param signedAgo how old the timestamp is with which WeChat signs this person's event, s */
  constructor(signedAgo = 0) {
    this.#signedAgo = signedAgo;
    const number = visitors++;
    this.#ip = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    this.#openid = `oBench${String(number).padStart(22, '0')}`;
  }

  /** @param siteId all sites have one origin */
  async open(line: HttpLine, siteId = site.id): Promise<void> {
    const head =
      `POST /api/scenes HTTP/1.1\r\nHost: saoma.test\r\nOrigin: ${site.origin}\r\nContent-Type: application/json\r\n` +
      `X-Forwarded-For: ${this.#ip}\r\nUser-Agent: ${browser}\r\n`;
    const { status, body } = await line.ask(head, `{"site":"${siteId}"}`);
    if (status !== 201) throw new Error(`a scene was refused: ${status} ${body}`);
    this.scene = JSON.parse(body) as Scene;
  }

  /** Resolves once the first snapshot is there. */
  attach(port: number): Promise<void> {
    const { sceneId, claim } = this.#given;
    const attached = this.until('pending');
    const { origin } = site;
    const socket: PageSocket = new PageSocket(
      {
        port,
        sceneId,
        origin,
        ip: this.#ip,
        onText: (text) => this.#show(text),
        // One that was cut may say so when the next is there.
        onClose: (code) => socket === this.#socket && this.#close(code),
      },
      `{"type":"attach","claim":"${claim}"}`,
    );
    this.#socket = socket;
    return attached;
  }

  /** The event as WeChat posts it. */
  scan(line: HttpLine): Promise<Answer> {
    return line.ask(...scanEvent(this.#openid, this.#given.sceneId, this.#signedAgo));
  }

  /** Resolves once the page is told that the scene has this state; rejects when its socket closes before. */
  until(state: string): Promise<void> {
    const told = new Promise<void>((resolve, reject) => {
      this.#awaited = { state, resolve, reject };
    });
    // Who awaits it may have failed by then.
    told.catch(ignore);
    return told;
  }

  /** Pings that it answered over its last socket. */
  get pings(): number {
    return this.#socket?.pings ?? 0;
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
}

/** Request head and body of a signed SCAN in plain mode. */
function scanEvent(openid: string, sceneId: string, signedAgo: number): [head: string, body: string] {
  const time = String(Math.floor(Date.now() / 1000) - signedAgo);
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

function ignore(): void {}
