/** Owns logins of which every request is timed, and which can be held up before any of their steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimSocket, openScene } from './claim-holder.ts';
import type { Held } from './claim-holder.ts';
import type { Fleet } from './fleet.ts';
import { SiteBackend } from './site.ts';
import { newOpenid } from './visitor.ts';
import type { Town } from './visitor.ts';

export type Step = 'opening' | 'attach' | 'webhook' | 'exchange';

/** One request and its answer: a status, a close code, a state; `undefined` where there was none. */
export interface Asked {
  step: Step;
  at: number;
  ms: number;
  answer: string;
}

export interface TimedLogin {
  begunAt: number;
  ms: number;
  /** `turned away`: there was no scene for it. */
  end: 'in' | 'turned away' | 'lost';
}

export interface Pause {
  before: Step;
  /** It has come so far; goes on when this is over. */
  reached: () => Promise<unknown>;
}

const patience = 90_000;
const attempts = 4;
const attemptsAfter = 1_000;
/** Pages come back by their law: after up to this at first, then twice that each time. */
const [firstReturn, slowestReturn] = [5_000, 30_000];
/** How long a site and a person wait before they try again, and some of them a little longer. */
const again = 5_000;
const spread = 2_000;

/** The answers that only mean "later". */
const later: Record<Step, RegExp> = {
  opening: /^(503|429)$/,
  attach: /^(1001|1006|1012|1013)$/,
  webhook: /^(503|undefined)$/,
  exchange: /^(503|429|undefined)$/,
};

export class TimedLogins {
  readonly asked: Asked[] = [];
  readonly logins: TimedLogin[] = [];
  /** Answers that call something gone or done that lives. */
  readonly denials: string[] = [];
  readonly #town: Town;
  readonly #fleet: Fleet;
  #count = 0;

  constructor(town: Town, fleet: Fleet) {
    this.#town = town;
    this.#fleet = fleet;
  }

  /** Somebody who looks at the QR code, and leaves. */
  async visit(): Promise<void> {
    await this.#ask('opening', openScene(this.#fleet.anyPort()), ({ status }) => status);
  }

  async logIn(pause?: Pause): Promise<void> {
    const begunAt = performance.now();
    const end = await this.#logIn(begunAt + patience, pause);
    this.logins.push({ begunAt, ms: performance.now() - begunAt, end });
  }

  async #logIn(deadline: number, pause: Pause | undefined): Promise<TimedLogin['end']> {
    const { held } = await this.#ask('opening', openScene(this.#fleet.anyPort()), ({ status }) => status);
    if (!held) return 'turned away';
    const page = `timed ${++this.#count}`;
    this.#town.history.note({ kind: 'began', page });
    this.#town.history.note({ kind: 'opened', page, scene: held.sceneId });
    const paused = (step: Step) => (pause?.before === step ? pause.reached() : undefined);
    await paused('attach');
    let socket = await this.#attach(held, deadline);
    await paused('webhook');
    if (!(await this.#scan(held, deadline))) return 'lost';
    let code: string | undefined;
    while (socket && code === undefined && performance.now() < deadline) {
      code = await this.#codeAt(socket);
      if (code === undefined) socket = await this.#attach(held, deadline);
    }
    socket?.drop();
    if (code === undefined) return 'lost';
    this.#note(page, held, socket?.snapshot);
    await paused('exchange');
    return (await this.#exchange(code, deadline)) ? 'in' : 'lost';
  }

  async #attach(held: Held, deadline: number): Promise<ClaimSocket | undefined> {
    let returns = 0;
    while (performance.now() < deadline) {
      const socket = new ClaimSocket(this.#fleet.anyPort(), held);
      const answer = await this.#ask('attach', socket.answer(), (said) => said);
      if (socket.snapshot && /^(pending|scanned|confirmed)$/.test(answer)) return socket;
      if (!this.#isLater('attach', answer, held)) return undefined;
      await sleep(this.#town.chance.between(0, Math.min(firstReturn * 2 ** returns++, slowestReturn)));
    }
    return undefined;
  }

  /** The code, once it is there; none: the socket ended. */
  #codeAt(socket: ClaimSocket): Promise<string | undefined> {
    const find = () => socket.snapshot?.code ?? (socket.closed === undefined ? undefined : '');
    return socket.until(find, patience, '').then((code) => code || undefined);
  }

  /** Again and again, as WeChat sends an event again and people scan again. */
  async #scan(held: Held, deadline: number): Promise<boolean> {
    const { phones, history } = this.#town;
    const openid = newOpenid();
    while (performance.now() < deadline) {
      const push = phones.push(openid, held.sceneId);
      const postedAt = performance.now();
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const delivery = phones.answerTo(push, this.#fleet.anyPort());
        const { status, answer } = await this.#ask('webhook', delivery, (said) => said.status);
        if (answer !== 'unanswered') {
          const { sceneId: scene } = held;
          history.note({ kind: 'scanned', openid, scene, answer, postedAt, attempts: attempt });
          if (answer === 'refused') this.denials.push(`a scan of ${scene} was refused in the chat`);
          return answer === 'accepted';
        }
        if (!this.#isLater('webhook', String(status), held)) return false;
        await sleep(attemptsAfter);
      }
      await this.#pass();
    }
    return false;
  }

  async #exchange(code: string, deadline: number): Promise<boolean> {
    const key = SiteBackend.newKey();
    while (performance.now() < deadline) {
      const exchange = this.#town.backend.exchangeOnce(code, key);
      const { status } = await this.#ask('exchange', exchange, (answer) => answer.status);
      if (status === 200) return true;
      if (!this.#isLater('exchange', String(status), { sceneId: code.slice(0, 22) })) return false;
      await this.#pass();
    }
    return false;
  }

  async #ask<T>(step: Step, question: Promise<T>, said: (answer: T) => unknown): Promise<T> {
    const at = performance.now();
    const answer = await question;
    this.asked.push({ step, at, ms: performance.now() - at, answer: String(said(answer)) });
    return answer;
  }

  #isLater(step: Step, answer: string, { sceneId }: Pick<Held, 'sceneId'>): boolean {
    const isLater = later[step].test(answer);
    if (!isLater) this.denials.push(`${step} of ${sceneId}, which lives, was answered ${answer}`);
    return isLater;
  }

  #note(page: string, { sceneId: scene }: Held, snapshot: ClaimSocket['snapshot']): void {
    if (!snapshot) return;
    const { state, version, code } = snapshot;
    this.#town.history.note({ kind: 'shown', page, scene, state, version, code });
  }

  #pass(): Promise<void> {
    return sleep(again + this.#town.chance.between(0, spread));
  }
}
