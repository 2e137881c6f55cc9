/** A WeChat for these tests: a real HTTP server that answers each path as it is told and remembers what was asked. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: string;
}

/** Answers with an object as JSON or a string or bytes as they are, or takes the response and returns nothing. */
export type Answer = (asked: Asked, response: http.ServerResponse) => unknown;

export const paths = {
  token: '/cgi-bin/stable_token',
  qrCode: '/cgi-bin/qrcode/create',
  userInfo: '/cgi-bin/user/info',
  batch: '/cgi-bin/user/info/batchget',
  login: '/sns/jscode2session',
  check: '/wxa/checksession',
  code: '/wxa/getwxacodeunlimit',
};

export function fixture(name: string): Record<string, unknown> {
  const file = new URL(`../fixtures/wechat/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

export const follower = (openid: string | undefined) => ({ ...fixture('user-info'), openid });

/** The people whom a batchget asks for. */
export function openidsOf({ body }: Asked): string[] {
  const { user_list: people } = JSON.parse(body) as { user_list: { openid: string }[] };
  return people.map(({ openid }) => openid);
}

export class FakeWechat {
  readonly asked: Asked[] = [];
  /** How many calls of each path were open at once, at most. */
  readonly most: Record<string, number> = {};
  /** The token that is alive; fetching gives it out. */
  token = 'token-1';
  readonly #answers = new Map<string, Answer>();
  readonly #open: Record<string, number> = {};
  readonly #server: http.Server;

  static async start(): Promise<FakeWechat> {
    const server = http.createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new FakeWechat(server);
  }

  constructor(server: http.Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
    this.answer(paths.token, () => ({ access_token: this.token, expires_in: 7200 }));
    this.answer(
      paths.qrCode,
      this.withToken(() => fixture('qrcode-create')),
    );
    this.answer(
      paths.userInfo,
      this.withToken(({ query }) => follower(query['openid'])),
    );
    this.answer(
      paths.batch,
      this.withToken((asked) => ({ user_info_list: openidsOf(asked).map(follower) })),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer);
  }

  /** The answer for the living token only. */
  withToken(answer: Answer): Answer {
    return (asked, response) =>
      asked.query['access_token'] === this.token
        ? answer(asked, response)
        : {
            errcode: 40001,
            errmsg:
              'invalid credential, access_token is invalid or not latest, rid: 6553a1b2-0c1d2e3f-4a5b6c7d',
          };
  }

  count(path: string): number {
    return this.asked.filter((asked) => asked.path === path).length;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => void this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://fake');
    this.#count(path, response);
    const query = Object.fromEntries(searchParams);
    const asked = { method: request.method ?? '', path, query, body: await bodyOf(request) };
    this.asked.push(asked);
    const answer = await this.#answers.get(path)?.(asked, response);
    if (answer === undefined) return;
    // WeChat's content types vary, and are to be ignored.
    response.setHeader('content-type', 'text/plain');
    const isRaw = typeof answer === 'string' || Buffer.isBuffer(answer);
    response.end(isRaw ? answer : JSON.stringify(answer));
  }

  #count(path: string, response: http.ServerResponse): void {
    const open = (this.#open[path] ?? 0) + 1;
    this.#open[path] = open;
    this.most[path] = Math.max(this.most[path] ?? 0, open);
    response.once('close', () => {
      this.#open[path]! -= 1;
    });
  }
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Never answers. */
export const stall: Answer = () => undefined;
