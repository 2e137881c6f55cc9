declare module 'cluster-key-slot' {
  /** The slot that Redis Cluster gives a key: of its `{tag}`, if it has one. */
  export default function calculateSlot(key: string): number;
}
