import { onTestFinished } from 'vitest';
import { randomId, sha256 } from '../../../src/kit/id.ts';
import type { SceneState } from '../../../src/protocol/messages.ts';
import type { Change, MoveName, Scene, SceneDraft } from '../../../src/scene/scene.ts';
import type { Outcome, SceneStore } from '../../../src/scene/store.ts';

export interface SceneStoreOptions {
  /** How many scenes may be pending; 0: any number. */
  maxPending: number;
  /** How long a scene is kept that expired by itself, ms. */
  keepFinal: number;
}

export interface OpenedSceneStore {
  store: SceneStore;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

/** Opens an empty store. */
export type OpenSceneStore = (options: SceneStoreOptions) => Promise<OpenedSceneStore>;

/** Longer than any test takes. */
export const long = 120_000;
/** Short enough to be waited for. */
export const short = 200;
/** Past `short`, and past any rhythm at which a store tidies up. */
export const pastShort = 1300;

export const livingStates = ['pending', 'scanned', 'confirmed'] as const satisfies SceneState[];
export const finalStates = ['consumed', 'denied', 'cancelled', 'expired'] as const satisfies SceneState[];
export const states = [...livingStates, ...finalStates] as const;

/** How a scene gets into each state. */
const ways: Record<SceneState, readonly MoveName[]> = {
  pending: [],
  scanned: ['scan'],
  confirmed: ['scan', 'confirm'],
  consumed: ['scan', 'confirm', 'consume'],
  denied: ['scan', 'decline'],
  cancelled: ['cancel'],
  expired: ['expire'],
};

export type Stage = (options?: Partial<SceneStoreOptions>) => Promise<Staged>;

/** A store, and how a test speaks of its scenes. */
export interface Staged {
  store: SceneStore;
  pass: (ms: number) => Promise<void>;
  begin: (fields?: Partial<SceneDraft>, ttl?: number) => Promise<Scene>;
  /** A scene in this state. */
  reach: (state: SceneState, rest?: Partial<Change>, ttl?: number) => Promise<Scene>;
}

export function stageOf(open: OpenSceneStore): Stage {
  return async (options) => {
    const { store, pass, close } = await open({ maxPending: 0, keepFinal: long, ...options });
    onTestFinished(async () => close());
    const begin: Staged['begin'] = (fields, ttl = long) => store.add(draft(fields), ttl);
    return {
      store,
      pass,
      begin,
      async reach(state, rest, ttl) {
        let scene = await begin({}, ttl);
        for (const move of ways[state]) scene = moved(await store.move(scene.id, change(move, rest)));
        return scene;
      },
    };
  };
}

export function draft(fields: Partial<SceneDraft> = {}): SceneDraft {
  return {
    id: randomId(16),
    site: 'shop',
    account: 'main',
    approval: 'scan',
    browser: { ip: '203.0.113.7', userAgent: 'A Browser', origin: 'https://shop.example' },
    claimHash: sha256('the claim'),
    codeHash: sha256('the code'),
    codeChallenge: null,
    siteState: null,
    ...fields,
  };
}

/** The move with what it usually sets. */
export function change(move: MoveName, rest: Partial<Change> = {}): Change {
  const usual: Partial<Record<MoveName, Partial<Change>>> = {
    scan: { set: { openid: 'oOwner', followed: true } },
    cancel: { set: { reason: 'browser' } },
  };
  return { move, keep: long, ...usual[move], ...rest };
}

export function moved(outcome: Outcome | undefined): Scene {
  if (!outcome?.moved) throw new Error('the move was refused');
  return outcome.scene;
}

/** Makes all calls before any of them is answered. */
export function together<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}
