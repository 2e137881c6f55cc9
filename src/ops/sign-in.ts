import { createHmac } from 'node:crypto';
import { AppError } from '../kit/errors.ts';
import { equalSecrets, sha256 } from '../kit/id.ts';
import { sceneIdOf } from '../scene/code.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { Credentials } from './credentials.ts';
import type { Admitted, Operator, SessionStore } from './sessions.ts';
import { signInReplies } from './sign-in-replies.ts';

/** The site that our own page opens scenes of, and the account whose followers scan them. */
export interface ScanSite {
  readonly site: string;
  readonly account: string;
}

export interface ScanSignInParts {
  on: ScanSite;
  /** What the numbers are made with: alike at all nodes, unknown to every browser. */
  numberKey: string;
  credentials: Credentials;
  scenes: Pick<Scenes, 'read' | 'redeem' | 'cancelByOperator'>;
  sessions: Pick<SessionStore, 'countTry'>;
  /** How many numbers may be tried for one scene, and how long that is remembered, ms. */
  numberTries: number;
  numberTriesKept: number;
}

/** Who was let in; else why not, which is for us alone, and of whom on the list the scan was. */
export type ScanOutcome =
  | { admitted: Admitted }
  | { admitted?: never; why: 'code' | 'stranger' | 'number'; sceneId?: string; operator?: Operator };

/**
 * Signing in by a scan. The scan alone lets nobody in: the code may be one that somebody else shows. Only the chat of whoever
 * scanned has the number, and only the page that shows the code can use it.
 */
export class ScanSignIn {
  readonly #parts: ScanSignInParts;

  constructor(parts: ScanSignInParts) {
    this.#parts = parts;
  }

  get on(): ScanSite {
    return this.#parts.on;
  }

  /** What the chat says to the scan that `scene` belongs to, at each repeat the same; `undefined`: it is no scene of ours. */
  replyFor(scene: Scene): string | undefined {
    if (scene.site !== this.on.site) return undefined;
    if (!this.#operatorOf(scene)) return signInReplies.stranger();
    return signInReplies.number(this.#numberOf(scene), scene.browser);
  }

  /** Takes a code and the number that goes with it, once. @throws AppError `store_unavailable` */
  async redeem(code: string, number: string): Promise<ScanOutcome> {
    const scene = await this.#confirmed(code);
    if (!scene) return { why: 'code' };
    const operator = this.#operatorOf(scene);
    // Counted before it is compared: of a thousand that come at once all but the first few are too many.
    const tries = await this.#parts.sessions.countTry(scene.id, this.#parts.numberTriesKept);
    const mayTry = tries <= this.#parts.numberTries;
    const isRight = equalSecrets(number, this.#numberOf(scene)) && mayTry;
    if (isRight && operator) return this.#consumed(code, operator);
    if (tries >= this.#parts.numberTries) await this.#cancel(scene);
    if (!operator) return { why: 'stranger', sceneId: scene.id };
    return { why: 'number', sceneId: scene.id, operator };
  }

  /** The scene of a code that is good. Whoever knows but the scene's id uses up none of its tries. */
  async #confirmed(code: string): Promise<Scene | undefined> {
    const scene = await this.#parts.scenes.read(sceneIdOf(code) ?? '');
    const isOurs = scene?.site === this.on.site && scene.state === 'confirmed';
    return isOurs && scene.codeHash === sha256(code) ? scene : undefined;
  }

  async #consumed(code: string, operator: Admitted): Promise<ScanOutcome> {
    try {
      await this.#parts.scenes.redeem(code, { site: this.on.site });
      return { admitted: operator };
    } catch (error) {
      if (error instanceof AppError && error.code === 'invalid_grant') return { why: 'code', operator };
      throw error;
    }
  }

  async #cancel({ id }: Scene): Promise<void> {
    try {
      await this.#parts.scenes.cancelByOperator(id);
    } catch (error) {
      const isOver = error instanceof AppError && ['scene_final', 'scene_not_found'].includes(error.code);
      if (!isOver) throw error;
    }
  }

  #operatorOf({ account, openid }: Scene): Admitted | undefined {
    return openid === null ? undefined : this.#parts.credentials.byOpenid(account, openid);
  }

  /** Six digits, of this scene and this person. */
  #numberOf({ id, openid }: Scene): string {
    const mac = createHmac('sha256', this.#parts.numberKey).update(`saoma-ops-number:${id}:${openid}`);
    return String(mac.digest().readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }
}
