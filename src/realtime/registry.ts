import type { AccountHealth } from '../wechat/official-account.ts';

/** A node as the others see it. */
export interface NodeInfo {
  /** Its name, new at each start. */
  node: string;
  version: string;
  /** ms since the epoch. */
  startedAt: number;
  /** How many login sockets it holds. */
  sockets: number;
  /** How many message sockets it holds. Absent: it is of a version that does not say. */
  messageSockets?: number;
  /** How late one timer in a hundred rang lately, s. Absent: it is of a version that does not say. */
  lagP99Seconds?: number;
  /** How its accounts fare at WeChat; a list, because an account may have any name. Absent: as above. */
  accounts?: readonly (AccountHealth & { account: string })[];
}

/** Which nodes there are. Each verb is one atomic step; away, it fails with `store_unavailable`. */
export interface NodeRegistry {
  /** Says that the node lives. Not said again for `settings.nodes.silentFor`, it is no longer listed, by the store's clock. */
  beat(info: NodeInfo): Promise<void>;

  /** Those that live, oldest first. */
  list(): Promise<NodeInfo[]>;

  /** The node ends. */
  leave(node: string): Promise<void>;
}

/** The order of the list; names decide between those that began in the same millisecond. */
export function oldestFirst(a: NodeInfo, b: NodeInfo): number {
  return a.startedAt - b.startedAt || (a.node < b.node ? -1 : 1);
}
