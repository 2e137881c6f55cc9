import { AppError } from '../../src/kit/errors.ts';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Approval } from '../../src/protocol/messages.ts';
import { deriveCode } from '../../src/scene/code.ts';
import type { Scene } from '../../src/scene/scene.ts';
import type { ScannedProfile } from '../../src/scene/scan.ts';
import { Scenes } from '../../src/scene/scenes.ts';
import type { OpenedScene, OpenRequest, SceneTimes } from '../../src/scene/scenes.ts';
import type { QrCode, Ticket, TicketIssuer } from '../../src/scene/ticket.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const times: SceneTimes = { ttl: 120_000, codeTtl: 60_000, profileWait: 1500 };

export const profile: ScannedProfile = {
  unionid: 'uOwner',
  user: {
    nickname: '小扫',
    avatarUrl: null,
    subscribed: true,
    subscribedAt: 1_600_000_000_000,
    language: 'zh_CN',
  },
};

export const openRequest: OpenRequest = {
  site: 'shop',
  account: 'main',
  approval: 'scan',
  browser: { ip: '203.0.113.7', userAgent: 'A Browser', origin: 'https://shop.example' },
  state: null,
  codeChallenge: null,
};

const scan = { account: 'main', openid: 'oOwner', followed: false };

/** The room with a store in memory, a clock that is held, and everything it told. */
export function openRoom({
  maxPending = 0,
  newId,
  profileWait = times.profileWait,
}: { maxPending?: number; newId?: (bytes: number) => string; profileWait?: number } = {}) {
  const clock = new FakeClock();
  const store = new MemorySceneStore({ clock, maxPending, settings: settings.scene });
  const announced: { scene: Scene; again: boolean }[] = [];
  const attended: Scene[] = [];
  const printer = new Printer(newId);
  const scenes = new Scenes({
    store,
    times: { ...times, profileWait },
    settings: settings.scene,
    tickets: new Map([['main', printer]]),
    announce: (scene, again) => void announced.push({ scene, again }),
    attended: (scene) => void attended.push(scene),
    ...(newId ? { newId } : {}),
  });
  const open = (fields: Partial<OpenRequest> = {}): Promise<OpenedScene> =>
    scenes.open({ ...openRequest, ...fields });
  /** A scene that somebody scanned. */
  const scanned = async (fields?: Partial<OpenRequest>): Promise<OpenedScene> => {
    const opened = await open(fields);
    await scenes.scan(opened.scene.id, scan);
    return opened;
  };
  /** A scene whose code can be taken. */
  const confirmed = async (fields?: Partial<OpenRequest>): Promise<OpenedScene & { code: string }> => {
    const { claim, qr, scene } = await scanned(fields);
    await scenes.confirm(scene.id, profile);
    return { claim, qr, scene, code: deriveCode(scene.id, claim) };
  };
  /** What was announced since it was last asked: state, version, and whether it was announced before. */
  const told = (): string[] =>
    announced.splice(0).map(({ scene, again }) => `${again ? 'again ' : ''}${scene.state} ${scene.version}`);
  return { clock, store, scenes, printer, attended, told, open, scanned, confirmed };
}

/** A way to reach a scene that can fail. */
class Printer implements TicketIssuer {
  readonly #newId: (bytes: number) => string;
  readonly issued: { sceneId: string; ttl: number }[] = [];
  /** Ids of tickets without a code, and what was said of them. */
  readonly returned: { sceneId: string; as: 'given back' | 'discarded' }[] = [];
  broken = false;
  approval?: Approval;

  constructor(newId: (bytes: number) => string = randomId) {
    this.#newId = newId;
  }

  issue(ttl: number): Ticket {
    const sceneId = this.#newId(16);
    return {
      sceneId,
      code: () => this.print(sceneId, ttl),
      giveBack: () => void this.returned.push({ sceneId, as: 'given back' }),
      discard: () => void this.returned.push({ sceneId, as: 'discarded' }),
    };
  }

  async print(sceneId: string, ttl: number): Promise<QrCode> {
    if (this.broken) throw new AppError('wechat_unavailable');
    this.issued.push({ sceneId, ttl });
    return { url: `https://qr.example/${sceneId}`, svg: '<svg/>' };
  }
}

/** The code of a failure, or `none`. */
export function failureOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: AppError) => error.code ?? error.message,
  );
}
