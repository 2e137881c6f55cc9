/** A node as the others see it. */
export interface NodeInfo {
  /** Its name, new at each start. */
  node: string;
  version: string;
  /** ms since the epoch. */
  startedAt: number;
  /** How many login sockets it holds. */
  sockets: number;
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
