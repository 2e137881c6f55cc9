/** People's phones and WeChat behind them: an event is signed, sealed and posted, and sent again while nobody answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/kit/clock.ts';
import { decrypt } from '../../src/wechat/seal.ts';
import { event, Wechat } from '../support/wechat.ts';
import { account, sites } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { ask } from './http.ts';
import type { History } from './history.ts';

/** WeChat's law. */
const answerWithin = 5_000;
const retries = 3;
const retryAfter = 1_000;

export interface Push {
  openid: string;
  scene: string;
  path: string;
  body: string;
}

export type ScanAnswer = 'accepted' | 'refused' | 'unanswered';

export class Phones {
  /** Every event, as it was sent. */
  readonly sent: Push[] = [];
  readonly #fleet: Pick<Fleet, 'anyPort' | 'otherPort'>;
  readonly #history: History;
  readonly #wechat = new Wechat(account, '', systemClock);

  constructor(fleet: Pick<Fleet, 'anyPort' | 'otherPort'>, history: History) {
    this.#fleet = fleet;
    this.#history = history;
  }

  /** Somebody scans a QR code. Resolves with what they read in the chat, after all attempts if it must be. */
  scan(openid: string, scene: string): Promise<ScanAnswer> {
    return this.send(this.push(openid, scene));
  }

  /** As WeChat sends an event: again while there is no answer, each time to another node. */
  async send(push: Push, first = this.#fleet.anyPort()): Promise<ScanAnswer> {
    const { openid, scene } = push;
    const postedAt = performance.now();
    let port = first;
    for (let attempts = 1; ; attempts++) {
      const answer = await this.deliver(push, port);
      if (answer !== 'unanswered' || attempts > retries) {
        this.#history.note({ kind: 'scanned', openid, scene, answer, postedAt, attempts });
        return answer;
      }
      await sleep(retryAfter);
      port = this.#fleet.otherPort(port);
    }
  }

  /** The event of a scan, sealed once: each further delivery has the same query and body. */
  push(openid: string, scene: string): Push {
    const now = Math.floor(Date.now() / 1_000);
    const fields = { Event: 'SCAN', EventKey: scene, Ticket: 'gQExampleTicketBase64==' };
    const { query, body } = this.#wechat.seal(event(openid, fields, now));
    const push = { openid, scene, path: `/wechat/${account.name}?${query.toString()}`, body };
    this.sent.push(push);
    return push;
  }

  /** One attempt at one node; only its failure is noted. */
  async deliver(push: Push, port: number): Promise<ScanAnswer> {
    return (await this.answerTo(push, port)).answer;
  }

  /** As `deliver`, with the status; none: there was no answer in time. */
  async answerTo({ path, body }: Push, port: number): Promise<{ answer: ScanAnswer; status?: number }> {
    const headers = { 'content-type': 'text/xml' };
    try {
      const { status, text } = await ask({ port, method: 'POST', path, headers, body, within: answerWithin });
      if (status === 200) return { status, answer: namesSite(chatLine(text)) ? 'accepted' : 'refused' };
      this.#history.note({ kind: 'failed', who: 'phone', why: String(status) });
      return { status, answer: 'unanswered' };
    } catch (error) {
      this.#history.note({ kind: 'failed', who: 'phone', why: (error as Error).message });
      return { answer: 'unanswered' };
    }
  }
}

/** Whoever logs in is told where. */
function namesSite(line: string): boolean {
  return sites.some(({ name }) => line.includes(name));
}

/** What the person reads; unsealed as cheaply as can be, for a reply that is not what WeChat expects is refused all the same. */
function chatLine(reply: string): string {
  const [, sealed = ''] = /<Encrypt><!\[CDATA\[(.+?)\]\]>/.exec(reply) ?? [];
  return decrypt(sealed, account) ?? '';
}
