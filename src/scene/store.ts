import type { Change, Scene, SceneDraft } from './scene.ts';
import type { SceneState } from '../protocol/messages.ts';

/** What became of a step: the scene as it stands afterwards, and whether this very call changed it. */
export interface Outcome {
  scene: Scene;
  moved: boolean;
}

export interface SceneQuery {
  state?: SceneState;
  site?: string;
  account?: string;
  limit: number;
  /** From an earlier page's `nextCursor`. */
  cursor?: string;
}

export interface ScenePage {
  /** Newest first. */
  scenes: Scene[];
  nextCursor: string | null;
  /** How many the filters match, over all pages. */
  total: number;
}

/** A scene as somebody knew it. */
export type Known = Pick<Scene, 'id' | 'version'>;

/** A known scene as it is by now; without one: it is gone. */
export interface News {
  id: string;
  scene: Scene | undefined;
}

/** How a scene was that time ended: in which state, and whether a browser was ever there. */
export interface Expired {
  from: SceneState;
  attended: boolean;
}

/** Told of so many scenes that time ended. Must not throw. */
export type ExpiredListener = (ended: Expired, count: number) => void;

/**
 * Where scenes are kept. Each verb is one atomic step, judged by the store's own clock: a scene whose time is over is
 * `expired` to every verb, and gone once it was final for its keeping time. A scene that is returned is a value: nobody
 * changes it. Away or overloaded, a verb fails with `store_unavailable`. Where nodes share a store, each move tells the node
 * that holds the scene's socket in the same step (`realtime/wake-ups`), unless that node made it.
 */
export interface SceneStore {
  /** The store's time as this node knows it, ms. */
  now(): number;

  /** Adds a pending scene that lives `ttl` ms. Refuses an id that exists, and past its bound fails with `too_many_scenes`. */
  add(draft: SceneDraft, ttl: number): Promise<Scene>;

  find(id: string): Promise<Scene | undefined>;

  /**
   * Notes that the browser is there, and which node holds its socket (`null`: none), if the claim is right. `moved`: it is
   * the first time. A socket counts as one more `attachment`, and the node that held the former is told. Neither the state
   * nor the version changes. `undefined`: no such scene, or another claim.
   */
  attach(id: string, claimHash: string, node: string | null): Promise<Outcome | undefined>;

  /** The node no longer holds the socket; without effect when it was not the last that came. */
  detach(id: string, node: string, attachment: number): Promise<void>;

  /** Makes the move if the scene allows it; of many callers at once exactly one has `moved`. `undefined`: no such scene. */
  move(id: string, change: Change): Promise<Outcome | undefined>;

  /**
   * Counts one more person who is not the owner; the one past `limit` different ones makes `change` happen, if the scene
   * allows it. Nobody is counted after that one.
   */
  countStranger(id: string, openid: string, limit: number, change: Change): Promise<Outcome | undefined>;

  /** Finds it, and tells the node that holds its socket once more. */
  remind(id: string): Promise<Scene | undefined>;

  /** Those of the known scenes that are not what they were. */
  news(known: readonly Known[]): Promise<News[]>;

  /** Costs what it gives, and how many kinds of scenes (of one state, site and account) the filters match; never how many scenes there are. */
  list(query: SceneQuery): Promise<ScenePage>;

  /** How many scenes there are in each state, those that are kept after their end included. */
  counts(): Promise<Record<SceneState, number>>;

  /**
   * Has the listener told of scenes that ended by mere time; there is one listener. Each scene is told once, by one of the nodes
   * that listen, some ten seconds later at the latest, whether anybody looks or not. What a node was about to tell when it died
   * is lost. A scene that ends by a move is not told: whoever made the move knows.
   */
  expired(listener: ExpiredListener): void;
}
