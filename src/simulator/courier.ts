/**
 * Owns the way of an event to the webhook: one POST, WeChat's limit for the answer, and sending again; and keeps what
 * was posted and what came back.
 */
import { readAnswer } from './answer.ts';
import { History } from './history.ts';
import { limits } from './limits.ts';
import type { Account } from './options.ts';
import { pause } from './pause.ts';
import { post } from './post.ts';
import type { Posted } from './post.ts';
import { seal } from './push.ts';
import type { Push, Sealed } from './push.ts';
import type { Delivery } from './wire.ts';

export interface SendOptions {
  /** Before the first attempt, ms. */
  delayMs?: number | undefined;
  /** Send again with a new timestamp, nonce and ciphertext instead of the same bytes. */
  freshRetries?: boolean | undefined;
  /** Whether WeChat sends again at all. */
  once?: boolean | undefined;
}

interface CourierOptions {
  account: Account;
  webhookUrl: string;
  answerWithin: number;
  retries: number;
  retryAfter: number;
  now: () => number;
  /** Ends every wait and every request. */
  closing: AbortSignal;
  /** Told of each attempt when it begins and when it is over. */
  watch: (delivery: Delivery) => void;
}

export class Courier {
  readonly #options: CourierOptions;
  readonly #history = new History<Delivery>(limits.deliveries);
  #deliveries = 0;
  #events = 0;
  #underWay = 0;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  history(count?: number): Delivery[] {
    return this.#history.last(count);
  }

  forget(): void {
    this.#history.clear();
  }

  isFull(): boolean {
    return this.#underWay >= limits.eventsUnderWay;
  }

  /** All attempts, the last one being the one that counts. Never fails; fewer attempts when the stand-in closes. */
  async deliver(push: Push, options: SendOptions = {}): Promise<Delivery[]> {
    this.#underWay += 1;
    try {
      return await this.#attempts(push, options);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #attempts(push: Push, { delayMs = 0, freshRetries, once }: SendOptions): Promise<Delivery[]> {
    const { account, retries, retryAfter, now, closing } = this.#options;
    const event = (this.#events += 1);
    const done: Delivery[] = [];
    let { sealed } = push;
    let wait = delayMs;
    while (done.length <= (once ? 0 : retries) && (await pause(wait, closing))) {
      const delivery = await this.#attempt(push, sealed, event, done.length + 1);
      done.push(delivery);
      if (delivery.verdict !== 'failed') break;
      if (freshRetries) sealed = seal(account, push.openid, push.clear, now());
      wait = retryAfter;
    }
    return done;
  }

  async #attempt(push: Push, sealed: Sealed, event: number, attempt: number): Promise<Delivery> {
    const { webhookUrl, answerWithin, closing, watch } = this.#options;
    const url = new URL(webhookUrl);
    for (const [name, value] of Object.entries(sealed.query)) url.searchParams.append(name, value);
    const delivery = this.#begin(push, sealed, url, event, attempt);
    watch(delivery);
    Object.assign(delivery, this.#judge(await post(url, sealed.body, answerWithin, closing), push.openid));
    watch(delivery);
    return delivery;
  }

  #begin(push: Push, { query, body }: Sealed, url: URL, event: number, attempt: number): Delivery {
    const { person, kind, clear } = push;
    const id = (this.#deliveries += 1);
    const at = this.#options.now();
    const request = { id, event, attempt, at, person, kind, url: url.href, query, body, clear };
    const response = {
      status: null,
      answer: '',
      answerClear: null,
      shown: null,
      error: null,
      durationMs: null,
    };
    const delivery: Delivery = { ...request, ...response, verdict: 'pending' };
    this.#history.add(delivery);
    return delivery;
  }

  #judge({ status, body, error, durationMs }: Posted, openid: string): Partial<Delivery> {
    const came = { status, answer: body, durationMs };
    if (error !== null) return { ...came, verdict: 'failed', error };
    if (status !== 200) return { ...came, verdict: 'failed', error: `status ${status}` };
    const answer = readAnswer(body, this.#options.account, openid);
    if (answer.verdict === 'invalid') return { ...came, verdict: 'invalid', error: answer.why };
    if (answer.verdict === 'silent') return { ...came, verdict: 'silent' };
    return { ...came, verdict: 'reply', answerClear: answer.clear, shown: answer.text };
  }
}
