/**
 * Owns a server that plays the contract for the pages, and breaks it on demand: what the real one would do only by chance
 * (close codes, lost frames, blocked sockets, a full house) a test asks for here.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { toDataURL as pictureOf, toString as qrCode } from 'qrcode';
import { WebSocketServer } from 'ws';
import { errorPage, loginPage } from '../../src/site/hosted-page.ts';
import type { Lang, LoginPage } from '../../src/site/hosted-page.ts';
import { readStatic } from './stand-in-files.ts';
import { StandInScene } from './stand-in-scene.ts';

interface CreateFault {
  status: number;
  retryAfter?: number;
}

export class StandIn {
  readonly scenes: StandInScene[] = [];
  /** Where the browser was sent at the end. */
  readonly landings: URL[] = [];
  /** Used up one by one, a fault for each request for a scene. */
  readonly createFaults: CreateFault[] = [];
  ttl = 120_000;
  /** ms by which this server's clock is ahead of the browser's. */
  clockAhead = 0;
  sockets: 'work' | 'refuse' | 'swallow' = 'work';
  siteName = 'The Shop';
  sandboxPhoneUrl: string | null = null;
  /** Whether the site has both kinds of codes. */
  hasMiniProgram = false;
  readonly #server: Server;
  readonly #swallowed: Duplex[] = [];
  readonly #upgrader = new WebSocketServer({ noServer: true, clientTracking: false });

  static async open(): Promise<StandIn> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new StandIn(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async close(): Promise<void> {
    this.scenes.forEach((scene) => scene.forget());
    this.#swallowed.forEach((socket) => socket.destroy());
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  loginUrl(more: Record<string, string> = {}): string {
    const query = { site: 'shop', redirect_uri: `${this.url}/back?from=login`, state: 'st&te=<1>', ...more };
    return `${this.url}/login?${new URLSearchParams(query).toString()}`;
  }

  /** The scene made last. */
  get scene(): StandInScene {
    const last = this.scenes.at(-1);
    if (!last) throw new Error('No scene was made yet.');
    return last;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    response.setHeader('Date', new Date(Date.now() + this.clockAhead).toUTCString());
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (request.method === 'POST' && url.pathname === '/api/scenes') return this.#create(request, response);
    if (url.pathname.startsWith('/api/scenes/')) return this.#read(request, response, url);
    if (url.pathname === '/login') return this.#page(request, response, url);
    if (url.pathname === '/back') return this.#land(response, url);
    return readStatic(url.pathname, response);
  }

  #page(request: IncomingMessage, response: ServerResponse, { searchParams, search }: URL): void {
    const lang: Lang = searchParams.get('lang') === 'zh' ? 'zh' : 'en';
    const query = search.slice(1);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', this.#policy());
    if (searchParams.get('site') !== 'shop') {
      response.statusCode = 400;
      response.end(errorPage({ lang, status: 400, faults: ['site_unknown', 'state_missing'], query }));
      return;
    }
    const page = {
      lang,
      query,
      siteId: 'shop',
      siteName: this.siteName,
      sandboxPhoneUrl: this.sandboxPhoneUrl,
      redirectUri: searchParams.get('redirect_uri') ?? '',
      state: searchParams.get('state') ?? '',
      codeChallenge: searchParams.get('code_challenge'),
      ...this.#way(searchParams.get('account') ?? 'main'),
      userAgent: request.headers['user-agent'] ?? '',
    };
    response.end(loginPage(page));
  }

  #way(account: string): Pick<LoginPage, 'account' | 'way' | 'otherAccount'> {
    const [way, other] = isMini(account)
      ? (['miniProgram', 'main'] as const)
      : (['officialAccount', 'mini'] as const);
    return { account, way, otherAccount: this.hasMiniProgram ? other : null };
  }

  #policy(): string {
    return [
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
      `connect-src 'self' ${this.url.replace('http', 'ws')}`,
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; ');
  }

  async #create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.headers.origin !== this.url) return fail(response, { status: 403 });
    const fault = this.createFaults.shift();
    if (fault) return fail(response, fault);
    const scene = new StandInScene(JSON.parse(body), Date.now() + this.clockAhead + this.ttl, this.ttl);
    const answer = {
      sceneId: scene.id,
      claim: scene.claim,
      expiresAt: scene.snapshot.expiresAt,
      qr: await drawn(scene),
      socketUrl: `${this.url.replace('http', 'ws')}/ws/scenes/${scene.id}`,
    };
    this.scenes.push(scene);
    reply(response, 201, answer);
  }

  #read(request: IncomingMessage, response: ServerResponse, { pathname }: URL): void {
    const scene = this.#find(pathname);
    if (!scene || scene.gone || request.headers.authorization !== `Bearer ${scene.claim}`)
      return fail(response, { status: 404 });
    scene.reads += 1;
    reply(response, 200, scene.snapshot);
  }

  #land(response: ServerResponse, url: URL): void {
    this.landings.push(url);
    response.setHeader('Content-Type', 'text/html');
    response.end('<h1>Back at the shop</h1>');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const scene = this.#find(request.url ?? '');
    if (this.sockets === 'swallow') {
      this.#swallowed.push(socket);
      return;
    }
    if (this.sockets === 'refuse' || !scene || request.headers.origin !== this.url) {
      socket.destroy();
      return;
    }
    this.#upgrader.handleUpgrade(request, socket, head, (opened) => {
      opened.on('message', (data: Buffer) => scene.hear(opened, data.toString()));
    });
  }

  #find(path: string): StandInScene | undefined {
    return this.scenes.find(({ id }) => path.endsWith(`/${id}`));
  }
}

function isMini(account: unknown): boolean {
  return account === 'mini';
}

/** Of the mini program a picture that WeChat drew, else one that we did. */
async function drawn({ url, request }: StandInScene): Promise<object> {
  if (!isMini((request as { account?: string }).account))
    return { url, svg: await qrCode(url, { type: 'svg', margin: 2 }) };
  return { url: null, svg: null, image: await pictureOf(url, { margin: 2, width: 280 }) };
}

function fail(response: ServerResponse, { status, retryAfter }: CreateFault): void {
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  reply(response, status, { error: 'scripted', message: 'As the test wished.' });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
