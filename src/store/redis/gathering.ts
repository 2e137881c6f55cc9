import type { Writable } from 'node:stream';
import { Redis } from 'ioredis';
import type { Cluster } from 'ioredis';

/**
 * Has a client send what it is asked in one turn of the event loop with one write: a system call costs this process more than
 * all else about a question. Each question keeps its own answer, error and place in the order; alone, it leaves in the same turn.
 * The pipelining of ioredis is none for us: in a Cluster it tells nobody where a moved slot is, and one batch waits for another.
 */
export function gatherWrites(client: Redis | Cluster): void {
  if (client instanceof Redis) onEachConnection(client);
  else client.on('+node', onEachConnection);
}

function onEachConnection(redis: Redis): void {
  redis.on('connect', () => gatherOn(redis.stream));
}

function gatherOn(stream: Writable): void {
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    stream.uncork();
  };
  stream.write = (...given: unknown[]): boolean => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      // After whatever else came in with this turn.
      setImmediate(release);
    }
    return write(...given);
  };
}
