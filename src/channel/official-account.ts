/**
 * Owns how an official account's followers reach a scene: its events become moves, its QR codes lead to scenes.
 * Door: `routes` (WeChat's callback). Speaks to WeChat by wechat, and makes moves by scene.
 */
import type { Limiter } from '../http/limiter.ts';
import type { Clock } from '../kit/clock.ts';
import { sha256 } from '../kit/id.ts';
import { isSceneId } from '../scene/code.ts';
import type { Scene } from '../scene/scene.ts';
import type { ScannedProfile } from '../scene/scan.ts';
import type { Scenes } from '../scene/scenes.ts';
import { maskOpenid } from '../telemetry/log.ts';
import type { Log } from '../telemetry/log.ts';
import type { WechatEvent } from '../wechat/events.ts';
import type { OfficialAccount, Profile } from '../wechat/official-account.ts';
import { replies } from './replies.ts';

export interface ChannelParts {
  account: OfficialAccount;
  scenes: Scenes;
  siteName: (id: string) => string;
  /** What else the owner of a scan is told than that; `undefined`: nothing. The same at each repeat. */
  replyFor?: (scene: Scene) => string | undefined;
  scansPerOpenid: Limiter;
  /** How long a login waits for the profile, ms. */
  profileWait: number;
  clock: Clock;
  log: Log;
}

/** What an event did, for the log, and what the person is told. */
export interface Handled {
  outcome: string;
  reply?: string;
  sceneId?: string;
}

type ScanEvent = Extract<WechatEvent, { kind: 'subscribe' | 'scan' }> & { scene: string };

export class OfficialAccountChannel {
  readonly account: OfficialAccount;
  readonly #parts: ChannelParts;

  constructor(parts: ChannelParts) {
    this.account = parts.account;
    this.#parts = parts;
  }

  /**
   * Idempotent: WeChat sends an event again when it did not see our answer. Under the same signature (`again`) it counts as
   * no further scan.
   * @param since when it came, ms
   */
  async handle(event: WechatEvent, again: boolean, since: number): Promise<Handled> {
    // Following or leaving changes what WeChat tells of a person; on leaving it obliges us to forget it.
    if (event.kind === 'subscribe' || event.kind === 'unsubscribe') this.account.forgetUser(event.openid);
    if (!isScan(event)) return { outcome: 'nothing to do' };
    return isSceneId(event.scene) ? this.#scan(event, again, since) : { outcome: 'not our code' };
  }

  async #scan(
    { kind, scene: sceneId, openid, createTime }: ScanEvent,
    again: boolean,
    since: number,
  ): Promise<Handled> {
    const { name } = this.account.options;
    const { scenes, clock } = this.#parts;
    if (!again && (await this.#parts.scansPerOpenid.take(`${name}:${sha256(openid)}`)) > 0)
      return { outcome: 'too many scans', reply: replies.tooMany(), sceneId };
    const followed = kind === 'subscribe';
    const heardAt = scenes.now() - (clock.now() - since);
    const scan = { account: name, openid, followed, happenedAt: createTime * 1000, heardAt };
    const result = await scenes.scan(sceneId, scan);
    if (result.kind !== 'owner') return { outcome: result.kind, reply: replies[result.kind](), sceneId };
    if (result.scene.state === 'scanned' && result.scene.approval === 'scan')
      void this.#confirm(result.scene, openid);
    const reply = this.#replyTo(result.scene);
    return { outcome: result.first ? 'scanned' : 'repeated', reply, sceneId };
  }

  #replyTo(scene: Scene): string {
    const { siteName, replyFor } = this.#parts;
    return replyFor?.(scene) ?? replies.owner(siteName(scene.site));
  }

  /** Beside the answer to WeChat, never before it. Whatever goes wrong here, the scene's own deadline confirms it. */
  async #confirm(scene: Scene, openid: string): Promise<void> {
    try {
      await this.#parts.scenes.confirm(scene.id, await this.#profileInTime(openid));
    } catch (error) {
      const fields = { err: error, sceneId: scene.id, openid: maskOpenid(openid) };
      this.#parts.log.error(fields, 'a scan could not be confirmed');
    }
  }

  #profileInTime(openid: string): Promise<ScannedProfile> {
    return new Promise((resolve) => {
      const callOff = this.#parts.clock.after(this.#parts.profileWait, () => resolve(null));
      const settle = (profile: ScannedProfile): void => {
        callOff();
        resolve(profile);
      };
      this.account.userInfo(openid).then(
        (profile) => settle(scannedProfile(profile)),
        () => settle(null),
      );
    });
  }
}

function scannedProfile({
  unionid,
  nickname,
  avatarUrl,
  subscribed,
  subscribedAt,
  language,
}: Profile): ScannedProfile {
  return { unionid, user: { nickname, avatarUrl, subscribed, subscribedAt, language } };
}

function isScan(event: WechatEvent): event is ScanEvent {
  return (event.kind === 'subscribe' || event.kind === 'scan') && event.scene !== null;
}
