/**
 * Owns the life of a login, from the first QR code to the consumed code.
 * Doors: `routes` (browsers without a socket); callers: channel (a phone scanned), realtime (a browser attached), site (a
 * code is exchanged), ops (an operator cancels). Whoever must hear of a change is told by `announce`.
 */
import { AppError } from '../kit/errors.ts';
import { randomId, sha256 } from '../kit/id.ts';
import type { Settings } from '../kit/settings.ts';
import type { Approval } from '../protocol/messages.ts';
import { noAudit } from '../telemetry/audit.ts';
import type { Audit } from '../telemetry/audit.ts';
import { whyNotAnswered } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { challengeOf, deriveCode, isSceneId, sceneIdOf } from './code.ts';
import { isRepeat } from './redemption.ts';
import type { Redemption } from './redemption.ts';
import { CodeRefused } from './refusal.ts';
import { isLiving, nextByTime } from './scene.ts';
import type { Browser, Change, MoveName, Scene, SceneDraft } from './scene.ts';
import type { Scan, ScannedProfile, ScanResult } from './scan.ts';
import type { Known, News, Outcome, SceneStore } from './store.ts';
import type { QrCode, Ticket, TicketIssuer } from './ticket.ts';

/** Lifetimes in ms. */
export interface SceneTimes {
  ttl: number;
  codeTtl: number;
  profileWait: number;
}

export interface ScenesParts {
  store: SceneStore;
  times: SceneTimes;
  settings: Settings['scene'];
  /** By account name. */
  tickets: ReadonlyMap<string, TicketIssuer>;
  /** Told of each scene as it stands after a move, and `again` when an event is repeated. Must not throw. */
  announce: (scene: Scene, again: boolean) => void;
  /** Told once of each scene that was not made for nobody: its browser came back, or somebody scanned. Must not throw. */
  attended: (scene: Scene) => void;
  /** Told of each scene that ended before anybody saw it, for want of a QR code. Must not throw. */
  unseen?: (scene: Scene) => void;
  /** Told of each who scans a code that is somebody else's by then. */
  audit?: Audit;
  newId?: (bytes: number) => string;
}

export interface OpenRequest {
  site: string;
  account: string;
  approval: Approval;
  browser: Browser;
  state: string | null;
  codeChallenge: string | null;
}

export interface OpenedScene {
  scene: Scene;
  /** The browser's secret; known to nobody else, and not stored. */
  claim: string;
  qr: QrCode;
}

export class Scenes {
  readonly #parts: ScenesParts;
  readonly #newId: (bytes: number) => string;

  constructor(parts: ScenesParts) {
    this.#parts = parts;
    this.#newId = parts.newId ?? randomId;
  }

  /**
   * Makes a scene and its QR code. The scene is stored first: past the store's bound no QR code is asked for.
   * @throws AppError `too_many_scenes`, `store_unavailable`, `wechat_unavailable`
   */
  async open({ state, ...request }: OpenRequest): Promise<OpenedScene> {
    const { store, times, unseen } = this.#parts;
    const issuer = this.#issuerOf(request.account);
    const ticket = issuer.issue(times.ttl);
    const id = ticket.sceneId;
    const claim = this.#newId(32);
    const hashes = { claimHash: sha256(claim), codeHash: sha256(deriveCode(id, claim)) };
    const approval = issuer.approval ?? request.approval;
    const scene = await this.#add({ id, ...request, approval, ...hashes, siteState: state }, ticket);
    try {
      const qr = await ticket.code();
      this.#parts.announce(scene, false);
      return { scene, claim, qr };
    } catch (error) {
      const outcome = await store.move(id, this.#change('cancel', { set: { reason: 'no_qr_code' } }));
      if (outcome?.moved) unseen?.(outcome.scene);
      throw error;
    }
  }

  /**
   * The scene for the browser that holds its claim; `node` holds its socket as the scene's `attachment`, `null`: it has none.
   * `undefined`: unknown, gone, or a wrong claim.
   */
  async attach(id: string, claim: string, node: string | null): Promise<Scene | undefined> {
    const outcome = isSceneId(id) ? await this.#parts.store.attach(id, sha256(claim), node) : undefined;
    // Had somebody scanned before, the scan told it.
    if (outcome?.moved && outcome.scene.scannedAt === null) this.#parts.attended(outcome.scene);
    if (!outcome) return undefined;
    const { attachment } = outcome.scene;
    const settled = await this.#settled(outcome.scene);
    // Another socket may have come in the meantime; the number is the caller's all the same.
    return settled.attachment === attachment ? settled : { ...settled, attachment };
  }

  async detach(id: string, node: string, attachment: number): Promise<void> {
    await this.#parts.store.detach(id, node, attachment);
  }

  /** Those of the known scenes that are not what they were. */
  news(known: readonly Known[]): Promise<News[]> {
    return this.#parts.store.news(known);
  }

  /** The time by which scenes live, ms. */
  now(): number {
    return this.#parts.store.now();
  }

  /** The scene as it stands, for those who hold no claim and show nothing of it to a browser. */
  async read(id: string): Promise<Scene | undefined> {
    const scene = isSceneId(id) ? await this.#parts.store.find(id) : undefined;
    return scene && this.#settled(scene);
  }

  /** A phone scanned. Safe to repeat: WeChat sends an event again when our answer was lost. */
  async scan(id: string, scan: Scan): Promise<ScanResult> {
    const { account, openid, followed, happenedAt, heardAt, isAsked = false } = scan;
    const change = this.#change('scan', {
      only: { account },
      set: { openid, followed, ...(heardAt !== undefined && { heardAt }) },
      ...(happenedAt !== undefined && { happenedAt }),
      atLeast: this.#timeAfterScan(isAsked),
    });
    const outcome = await this.#move(id, change);
    if (!outcome || outcome.scene.account !== account) return { kind: 'gone' };
    if (outcome.moved) return this.#won(outcome.scene);
    if (outcome.scene.openid === openid) return this.#repeated(outcome.scene);
    // Of a pending scene it was refused for its age: the store lost what came of it.
    if (outcome.scene.openid === null || !isLiving(outcome.scene)) return { kind: 'gone' };
    return this.#strange(id, openid);
  }

  /** scanned -> confirmed. `undefined` when somebody else did it, or the scene is over. */
  async confirm(id: string, profile: ScannedProfile): Promise<Scene | undefined> {
    const outcome = await this.#move(id, this.#confirmation(profile));
    return outcome?.moved ? outcome.scene : undefined;
  }

  /**
   * Whoever scanned answers whether it is they who log in: scanned -> confirmed or denied.
   * @throws AppError `approval_not_found`: anybody else's, or gone; `approval_used`, `scene_final`
   */
  async answer(id: string, by: Answerer, answer: Answer, profile: ScannedProfile): Promise<Scene> {
    const only = { account: by.account, openid: by.openid };
    const change = answer === 'accept' ? this.#confirmation(profile) : this.#change('decline', {});
    const outcome = await this.#move(id, { ...change, only });
    if (outcome?.moved) return outcome.scene;
    throw new AppError(whyNotAnswered(outcome?.scene, by));
  }

  /** The browser gives up. The scene afterwards; `undefined`: unknown, gone, or a wrong claim. */
  async cancelByBrowser(id: string, claim: string): Promise<Scene | undefined> {
    const only = { claimHash: sha256(claim) };
    const outcome = await this.#move(id, this.#change('cancel', { only, set: { reason: 'browser' } }));
    return outcome?.scene.claimHash === only.claimHash ? outcome.scene : undefined;
  }

  /** @throws AppError `scene_not_found`, `scene_final` */
  async cancelByOperator(id: string): Promise<Scene> {
    const outcome = await this.#move(id, this.#change('cancel', { set: { reason: 'operator' } }));
    if (!outcome) throw new AppError('scene_not_found');
    if (!outcome.moved) throw new AppError('scene_final');
    return outcome.scene;
  }

  /** The store lost what had become of the scene, its end perhaps: nothing more may come of it. */
  async cancelLost(id: string): Promise<void> {
    await this.#move(id, this.#change('cancel', { set: { reason: 'state_lost' } }));
  }

  /**
   * Takes a code, once. The same Idempotency-Key gets the same scene again for as long as it is kept.
   * @throws CodeRefused: `invalid_grant`, alike for every reason
   */
  async redeem(code: string, { site, codeVerifier, idempotencyKey }: Redemption): Promise<Scene> {
    const id = sceneIdOf(code) ?? '';
    const codeChallenge = codeVerifier === undefined ? null : challengeOf(codeVerifier);
    const only = { site, codeHash: sha256(code), codeChallenge };
    const exchangeKeyHash = idempotencyKey === undefined ? null : sha256(idempotencyKey);
    const change = this.#change('consume', { only, set: { exchangeKeyHash }, safely: true });
    const outcome = await this.#move(id, change);
    if (outcome && (outcome.moved || isRepeat(outcome.scene, { ...only, exchangeKeyHash })))
      return outcome.scene;
    throw new CodeRefused(outcome?.scene, only);
  }

  #issuerOf(account: string): TicketIssuer {
    const issuer = this.#parts.tickets.get(account);
    if (!issuer) throw new Error(`no way to make a QR code for account ${account}`);
    return issuer;
  }

  async #add(draft: SceneDraft, ticket: Ticket): Promise<Scene> {
    try {
      return await this.#parts.store.add(draft, this.#parts.times.ttl);
    } catch (error) {
      // After any other failure the scene may be there nevertheless, and its id must not come again.
      if (error instanceof AppError && error.code === 'too_many_scenes') ticket.giveBack();
      else ticket.discard();
      throw error;
    }
  }

  #won(scene: Scene): ScanResult {
    if (!scene.attended) this.#parts.attended(scene);
    return { kind: 'owner', scene, first: true };
  }

  /** Wakes the browser's node once more: the first wake-up may have died with a node. */
  async #repeated(scene: Scene): Promise<ScanResult> {
    const settled = await this.#settled(scene);
    if (settled === scene) this.#parts.announce((await this.#parts.store.remind(scene.id)) ?? scene, true);
    return { kind: 'owner', scene: settled, first: false };
  }

  async #strange(id: string, openid: string): Promise<ScanResult> {
    const crowd = this.#change('crowd', { set: { reason: 'too_many_scanners' } });
    const { store, settings } = this.#parts;
    const outcome = this.#announced(await store.countStranger(id, openid, settings.strangers, crowd));
    if (outcome) this.#tellOfStranger(outcome, openid);
    return { kind: 'stranger' };
  }

  #tellOfStranger({ scene, moved }: Outcome, openid: string): void {
    const { audit = noAudit } = this.#parts;
    const { id: sceneId, site, account } = scene;
    const reason = moved ? 'scene_cancelled' : 'not_the_owner';
    audit({ kind: 'second_scanner', actor: 'wechat', site, account, sceneId, openid, reason });
  }

  /** A scan whose wait for the profile is over is confirmed by whoever touches it first, so that a dead node costs nothing. */
  async #settled(scene: Scene): Promise<Scene> {
    const { store, times } = this.#parts;
    const next = nextByTime(scene, times.profileWait);
    if (!next.confirms || store.now() < next.at) return scene;
    return (await this.confirm(scene.id, null)) ?? (await store.find(scene.id)) ?? scene;
  }

  /** What cannot be a scene's id is not even looked for. */
  async #move(id: string, change: Change): Promise<Outcome | undefined> {
    return isSceneId(id) ? this.#announced(await this.#parts.store.move(id, change)) : undefined;
  }

  #announced(outcome: Outcome | undefined): Outcome | undefined {
    if (outcome?.moved) this.#parts.announce(outcome.scene, false);
    return outcome;
  }

  #confirmation(profile: ScannedProfile): Change {
    const { unionid, user } = profile ?? { unionid: null, user: null };
    return this.#change('confirm', { set: { unionid, user }, codeLives: this.#parts.times.codeTtl });
  }

  #timeAfterScan(isAsked: boolean): number {
    const { settings, times } = this.#parts;
    return isAsked ? settings.whileAsked : Math.max(settings.afterScan, 2 * times.profileWait);
  }

  #change(move: MoveName, rest: Omit<Change, 'move' | 'keep'>): Change {
    return { move, keep: this.#parts.settings.keepFinal, ...rest };
  }
}
