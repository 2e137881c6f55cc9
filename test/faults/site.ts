/** The backend of the site that people log in to: it exchanges codes, and tries again while the service is away. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { site } from './fleet.ts';
import type { Fleet, SiteOptions } from './fleet.ts';
import { ask } from './http.ts';
import type { Answer } from './http.ts';
import type { History } from './history.ts';

const answerWithin = 10_000;
const attempts = 10;
/** After a lost connection: the next node may be there at once. */
const shortWait = 300;

export type ExchangeAnswer =
  | { status: 200; openid: string; messageToken: string }
  | { status: number | undefined };

/** The part of the answer that matters here. */
interface Login {
  openid: string;
  sceneId: string;
  messageToken: string;
}

/** As a site's backend shows who it is. */
export function authorizationOf({ id, secret }: SiteOptions): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export class SiteBackend {
  readonly #fleet: Pick<Fleet, 'anyPort' | 'otherPort'>;
  readonly #history: History;
  readonly #authorization: string;

  constructor(fleet: Pick<Fleet, 'anyPort' | 'otherPort'>, history: History, at: SiteOptions = site) {
    this.#fleet = fleet;
    this.#history = history;
    this.#authorization = authorizationOf(at);
  }

  static newKey(): string {
    return randomBytes(15).toString('base64url');
  }

  /** Until there is an answer, be it a refusal: ten tries at most, each at another node. */
  async exchange(code: string, key = SiteBackend.newKey()): Promise<ExchangeAnswer> {
    let port = this.#fleet.anyPort();
    let answer: ExchangeAnswer = { status: undefined };
    for (let tries = 0; tries < attempts; tries++) {
      const { status, wait } = await this.#try(code, key, port);
      answer = status;
      if (wait === undefined) return answer;
      await sleep(wait);
      port = this.#fleet.otherPort(port);
    }
    return answer;
  }

  /** One try at one node. */
  async exchangeOnce(code: string, key: string, port = this.#fleet.anyPort()): Promise<ExchangeAnswer> {
    return (await this.#try(code, key, port)).status;
  }

  /** `wait`: how long until the next try, ms; none: the answer is one. */
  async #try(code: string, key: string, port: number): Promise<{ status: ExchangeAnswer; wait?: number }> {
    const answer = await this.#ask(code, key, port);
    if (!answer) {
      this.#history.note({ kind: 'exchanged', code, key, status: undefined });
      return { status: { status: undefined }, wait: shortWait };
    }
    const { status, headers, text } = answer;
    if (status === 200) {
      const { openid, sceneId, messageToken } = JSON.parse(text) as Login;
      this.#history.note({ kind: 'exchanged', code, key, status, openid, of: sceneId });
      return { status: { status, openid, messageToken } };
    }
    this.#history.note({ kind: 'exchanged', code, key, status });
    if (status !== 503 && status !== 429 && status !== 500) return { status: { status } };
    this.#history.note({ kind: 'failed', who: 'site', why: String(status) });
    return { status: { status }, wait: Number(headers['retry-after'] ?? 1) * 1_000 };
  }

  #ask(code: string, key: string, port: number): Promise<Answer | undefined> {
    return ask({
      port,
      method: 'POST',
      path: '/api/exchange',
      headers: {
        authorization: this.#authorization,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ code }),
      within: answerWithin,
    }).catch((error: Error) => {
      this.#history.note({ kind: 'failed', who: 'site', why: error.message });
      return undefined;
    });
  }
}
