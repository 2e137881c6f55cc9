/** Owns the joining of what stands on Redis: one connection for questions, one for what is published. */
import type { RedisTarget } from '../../config/redis-target.ts';
import type { Clock } from '../../kit/clock.ts';
import { settings } from '../../kit/settings.ts';
import type { Settings } from '../../kit/settings.ts';
import type { WakeUps } from '../../realtime/wake-ups.ts';
import type { Log } from '../../telemetry/log.ts';
import { RedisAuditTrail } from './audit-trail.ts';
import { Connection } from './connection.ts';
import type { ObserveRedis } from './connection.ts';
import { Durable } from './durable.ts';
import { Keys } from './keys.ts';
import { Listening } from './listening.ts';
import { Masters } from './masters.ts';
import { createRedisLimiter } from './limiter.ts';
import { RedisMailboxes } from './mailboxes.ts';
import { RedisMiniSessionStore } from './mini-session-store.ts';
import { RedisNodeRegistry } from './node-registry.ts';
import { Places } from './places.ts';
import { RedisQrMeter } from './qr-meter.ts';
import { RedisReplayMemory } from './replay-memory.ts';
import { SceneEnds } from './scene-ends.ts';
import { RedisSceneStore } from './scene-store.ts';
import { RedisSessionStore } from './session-store.ts';
import { RedisStatistics } from './statistics.ts';
import { RedisTokenStore } from './token-store.ts';
import { Steps } from './steps.ts';
import { Vetting } from './vetting.ts';

export interface RedisStoreParts {
  target: RedisTarget;
  keyPrefix: string;
  /** How many replicas must have an exchange before it is answered. */
  replicas: number;
  /** How many scenes may be pending at once; 0: any number. */
  maxPending: number;
  /** The name of this node. */
  node: string;
  clock: Clock;
  log: Log;
  /** Told how long each question took. */
  observe?: ObserveRedis | undefined;
  /** How long a scene is kept that ended by time or by a loss, ms; a test may have it shorter. */
  keepFinal?: number;
  /** How often the counts of scenes that time ended are taken, ms; a test may have it sooner. */
  takeEndsEvery?: number;
  /** The figures of mailboxes; a test may have them smaller. */
  messaging?: Settings['messaging'];
}

/** What all nodes share. It is there at once, and away until Redis answers. */
export function openRedis(parts: RedisStoreParts) {
  const { target, node, clock, log, maxPending, keepFinal = settings.scene.keepFinal } = parts;
  const keys = new Keys(parts.keyPrefix);
  const { observe, messaging = settings.messaging } = parts;
  const connection = new Connection({ target, name: `saoma-${node}`, clock, log, observe, messaging });
  const masters = new Masters(connection.client);
  const durable = new Durable(connection, masters, parts.replicas);
  const steps = new Steps({ connection, durable, node });
  let tellLost: ((scenes: number) => void) | undefined;
  const lost = (scenes: number): void => tellLost?.(scenes);
  const vetting = new Vetting({ connection, steps, keys, masters, clock, log, keepFinal, lost });
  const places = new Places(connection, keys, maxPending);
  const keptAtMost = maxPending === 0 ? 0 : Math.max(settings.scene.keptAtMost, maxPending);
  const every = parts.takeEndsEvery ?? settings.redis.takeEndsEvery;
  const ends = new SceneEnds({ connection, steps, keys, clock, log, every });
  const nodes = new RedisNodeRegistry({ connection, keys, silentFor: settings.nodes.silentFor });
  const mailboxes = new RedisMailboxes({ connection, steps, keys, vetting, clock, figures: messaging });
  let listening: Listening | undefined;
  return {
    connection,
    keys,
    vetting,
    node,
    scenes: new RedisSceneStore({ connection, steps, keys, places, vetting, ends, keepFinal, keptAtMost }),
    replays: new RedisReplayMemory({ steps, keys, vetting }),
    tokens: new RedisTokenStore({ connection, keys, clock }),
    meter: new RedisQrMeter(connection, keys),
    nodes,
    statistics: new RedisStatistics({ connection, keys, node }),
    sessions: new RedisSessionStore(connection, keys, settings.ops.sessionsEach),
    mailboxes,
    miniSessions: new RedisMiniSessionStore({ connection, durable, keys, figures: settings.miniProgram }),
    audit: new RedisAuditTrail({ connection, keys, figures: settings.audit }),
    limiter: (name: string, points: number, seconds: number) =>
      createRedisLimiter({ connection, keys, name, points, seconds }),
    listen(wakeUps: WakeUps): void {
      const subscriber = { target, name: `saoma-${node}-sub` };
      const hearing = { connection, keys, node, clock, log, subscriber, mail: mailboxes };
      listening = new Listening(hearing, wakeUps);
    },
    whenLost(listener: (scenes: number) => void): void {
      tellLost = listener;
    },
    awayFor: () => connection.awayFor,
    ailments: (): Record<string, string> => ailmentsOf(connection, nodes),
    close(): void {
      listening?.close();
      mailboxes.close();
      vetting.close();
      ends.close();
      durable.close();
      connection.close();
    },
  };
}

/** A Redis that is full answers whoever asks, and takes nothing. */
function ailmentsOf(connection: Connection, nodes: RedisNodeRegistry): Record<string, string> {
  if (!connection.isUp) return { redis: 'down' };
  return nodes.refusal === undefined ? {} : { redis: nodes.refusal };
}
