/**
 * Owns how the users of a mini program reach a scene: their scan asks them whether it is they who log in, and where; their
 * answer is the login. Door: `mini-program-routes`. Whoever scans or answers is whom a session is of, never whom a request names.
 */
import { maskIp } from '../http/address.ts';
import { browserNames } from '../http/browser-name.ts';
import type { Limiter } from '../http/limiter.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import { AppError } from '../kit/errors.ts';
import { sha256 } from '../kit/id.ts';
import { plainText } from '../kit/plain-text.ts';
import { isAnswered } from '../scene/answer.ts';
import type { Answer } from '../scene/answer.ts';
import { isLiving } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { MiniProgramOptions } from '../wechat/mini-program.ts';
import { ApprovalHandles } from './approval-handle.ts';
import type { MiniUser } from './mini-program-sessions.ts';

export interface MiniProgramChannelParts {
  account: Pick<MiniProgramOptions, 'name' | 'appSecret'>;
  scenes: Pick<Scenes, 'scan' | 'answer' | 'now'>;
  siteName: (id: string) => string;
  /** By account and person, as for the scans that a chat tells of. */
  scansPerOpenid: Limiter;
}

/** Whether it is they who log in: what a person sees who scanned, and is to answer. Times in ms. */
export interface Question {
  /** Answers it: once, and by this person only. */
  handle: string;
  site: { id: string; name: string };
  /** Who shows the code: from which network, and what it says it is; `name` is in words of ours, empty if it tells nothing. */
  browser: { ip: string; userAgent: string; name: string; openedAt: number };
  expiresAt: number;
}

/** What a scan came to. */
export interface Scanned {
  scene: Scene;
  question: Question;
  /** Whether it was this very scan that the scene took. */
  first: boolean;
}

const userAgentLength = 256;

export class MiniProgramChannel {
  readonly #parts: MiniProgramChannelParts;
  readonly #handles: ApprovalHandles;

  constructor(parts: MiniProgramChannelParts) {
    this.#parts = parts;
    this.#handles = new ApprovalHandles(parts.account.appSecret);
  }

  /**
   * Safe to repeat: the same person is asked the same again, for as long as there is no answer.
   * @throws AppError `scene_not_found`: also of another account, or over; `scene_taken`, `approval_used`, `rate_limited`
   */
  async scan(sceneId: string, { openid }: Pick<MiniUser, 'openid'>): Promise<Scanned> {
    const { account, scenes, scansPerOpenid } = this.#parts;
    await takeOrRefuse(scansPerOpenid, `${account.name}:${sha256(openid)}`);
    const heardAt = scenes.now();
    const scan = { account: account.name, openid, followed: false, happenedAt: heardAt, heardAt };
    const result = await scenes.scan(sceneId, { ...scan, isAsked: true });
    if (result.kind === 'stranger') throw new AppError('scene_taken');
    if (result.kind === 'gone') throw new AppError('scene_not_found');
    const { scene, first } = result;
    if (isAnswered(scene)) throw new AppError('approval_used');
    if (!isLiving(scene)) throw new AppError('scene_not_found');
    return { scene, first, question: this.#ask(scene, openid) };
  }

  /**
   * The scene afterwards, `confirmed` or `denied`.
   * @throws AppError `approval_not_found`: not given out, or to somebody else; `approval_used`, `scene_final`
   */
  async answer(handle: string, { openid, unionid }: MiniUser, answer: Answer): Promise<Scene> {
    const sceneId = this.#handles.sceneIdOf(handle, openid);
    if (sceneId === undefined) throw new AppError('approval_not_found');
    const by = { account: this.#parts.account.name, openid };
    // WeChat tells mini programs nothing else of a person.
    return this.#parts.scenes.answer(sceneId, by, answer, { unionid, user: null });
  }

  #ask({ id, site, browser, createdAt, expiresAt }: Scene, openid: string): Question {
    return {
      handle: this.#handles.handleOf(id, openid),
      site: { id: site, name: this.#parts.siteName(site) },
      browser: {
        ip: maskIp(browser.ip),
        userAgent: plainText(browser.userAgent, userAgentLength),
        name: browserNames(browser.userAgent).join(', '),
        openedAt: createdAt,
      },
      expiresAt,
    };
  }
}
