/** The backend of a site that tells its users something, again and again until it is answered, and asks who of them is there. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, SiteOptions } from '../fleet.ts';
import { ask } from '../http.ts';
import type { Answer } from '../http.ts';
import type { History } from '../history.ts';
import { authorizationOf } from '../site.ts';

const answerWithin = 10_000;
const patience = 90_000;
/** After a lost connection: the next node may be there at once. */
const shortWait = 300;

type Ports = Pick<Fleet, 'anyPort' | 'otherPort'>;

/** What is sent, to an openid or to all. */
export interface Letter {
  to: string;
  number: number;
  /** Makes its body larger. */
  padding?: string;
  ttlSeconds?: number;
}

export class MailBackend {
  readonly #at: SiteOptions;
  readonly #ports: Ports;
  readonly #history: History;
  readonly #authorization: string;

  constructor(at: SiteOptions, ports: Ports, history: History) {
    this.#at = at;
    this.#ports = ports;
    this.#history = history;
    this.#authorization = authorizationOf(at);
  }

  /** With the same id until there is an answer, each time at another node. Whether the service took it. */
  async post(letter: Letter): Promise<boolean> {
    const mark = { site: this.#at.id, from: null, to: letter.to, number: letter.number };
    const id = newMailId();
    const askedAt = performance.now();
    const { status, attempts } = await this.#until(this.#bodyOf(letter, id), askedAt + patience);
    this.#history.note({
      kind: 'posted',
      ...mark,
      id,
      status,
      askedAt,
      attempts,
    });
    return status !== undefined;
  }

  /** Asks once whether the user is there; nothing is noted of a question without an answer. */
  async look(openid: string, port = this.#ports.anyPort()): Promise<void> {
    const askedAt = performance.now();
    const path = `/api/users/${openid}/presence`;
    const answer = await this.#ask('GET', path, port);
    if (answer?.status !== 200) return;
    const seen = JSON.parse(answer.text) as {
      online: boolean;
      connections: number;
      lastSeenAt: number | null;
    };
    this.#history.note({ kind: 'looked', site: this.#at.id, openid, askedAt, ...seen });
  }

  #bodyOf({ to, number, padding, ttlSeconds }: Letter, id: string): string {
    const body = { site: this.#at.id, from: null, to, number, padding };
    return JSON.stringify({ to: to === 'all' ? { all: true } : to, body, id, ttlSeconds });
  }

  async #until(body: string, deadline: number): Promise<{ status: string | undefined; attempts: number }> {
    let port = this.#ports.anyPort();
    for (let attempts = 1; ; attempts++) {
      const answer = await this.#ask('POST', '/api/messages', port, body);
      if (answer?.status === 202)
        return { status: (JSON.parse(answer.text) as { status: string }).status, attempts };
      const wait = waitAfter(answer);
      if (performance.now() + wait > deadline) return { status: undefined, attempts };
      await sleep(wait);
      port = this.#ports.otherPort(port);
    }
  }

  async #ask(method: 'GET' | 'POST', path: string, port: number, body?: string): Promise<Answer | undefined> {
    const headers = { authorization: this.#authorization, 'content-type': 'application/json' };
    const request = {
      port,
      method,
      path,
      headers,
      within: answerWithin,
      ...(body !== undefined && { body }),
    };
    const failed = (why: string): void => this.#history.note({ kind: 'failed', who: 'site', why });
    try {
      const answer = await ask(request);
      if (answer.status >= 300) failed(String(answer.status));
      return answer;
    } catch (error) {
      failed((error as Error).message);
      return undefined;
    }
  }
}

export function newMailId(): string {
  return randomBytes(12).toString('base64url');
}

/** Ms; for ever, where it would be refused again. */
function waitAfter(answer: Answer | undefined): number {
  if (!answer) return shortWait;
  const { status, headers } = answer;
  return status === 429 || status >= 500 ? Number(headers['retry-after'] ?? 1) * 1_000 : Infinity;
}
