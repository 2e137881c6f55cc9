/** Owns which implementation stands behind each room's port; the rooms know the ports only. */
import type { MiniSessionStore } from '../channel/mini-program-sessions.ts';
import type { ReplayMemory } from '../channel/replay.ts';
import type { Config } from '../config/config.ts';
import { readRedisTarget } from '../config/redis-target.ts';
import { createLimiter } from '../http/limiter.ts';
import type { MakeLimiter } from '../http/limiter.ts';
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Mailboxes } from '../messaging/mailboxes.ts';
import type { AuditTrail } from '../ops/audit.ts';
import type { SessionStore } from '../ops/sessions.ts';
import type { StatisticsStore } from '../ops/statistics.ts';
import type { NodeRegistry } from '../realtime/registry.ts';
import type { WakeUps } from '../realtime/wake-ups.ts';
import type { SceneStore } from '../scene/store.ts';
import type { Log } from '../telemetry/log.ts';
import type { TokenStore } from '../wechat/access-token.ts';
import type { QrMeter } from '../wechat/qr-code.ts';
import { MemoryAuditTrail } from './memory/audit-trail.ts';
import { MemoryMailboxes } from './memory/mailboxes.ts';
import { MemoryMiniSessionStore } from './memory/mini-session-store.ts';
import { MemoryNodeRegistry } from './memory/node-registry.ts';
import { MemoryQrMeter } from './memory/qr-meter.ts';
import { MemoryReplayMemory } from './memory/replay-memory.ts';
import { MemorySceneStore } from './memory/scene-store.ts';
import { MemorySessionStore } from './memory/session-store.ts';
import { MemoryStatistics } from './memory/statistics.ts';
import { MemoryTokenStore } from './memory/token-store.ts';
import { openRedis } from './redis/store.ts';

export interface Store {
  scenes: SceneStore;
  replays: ReplayMemory;
  tokens: TokenStore;
  meter: QrMeter;
  nodes: NodeRegistry;
  sessions: SessionStore;
  miniSessions: MiniSessionStore;
  mailboxes: Mailboxes;
  audit: AuditTrail;
  statistics: StatisticsStore;
  limiter: MakeLimiter;
  /** Whom other nodes tell of the scenes whose sockets this one holds. */
  listen(wakeUps: WakeUps): void;
  /** Has the listener told how many scenes were ended because the store may have lost what came of them; by one node each. */
  whenLost(listener: (scenes: number) => void): void;
  /** For how long it has not answered, ms; 0: it is there. */
  awayFor(): number;
  /** What is wrong with it, for `/readyz`. */
  ailments(): Record<string, string>;
  close(): void;
}

export interface StoreParts {
  config: Config;
  /** The name of this node. */
  node: string;
  clock: Clock;
  log: Log;
  /** Told how long each question to Redis took. */
  observe?: (what: string, seconds: number) => void;
}

/** Redis if the configuration names one, else this process's memory. */
export function openStore(parts: StoreParts): Store {
  const { redis, limits } = parts.config;
  const target = redis.url === null ? undefined : readRedisTarget(redis.url);
  if (!target) return openMemory(parts.clock, limits.maxPendingScenes);
  const { keyPrefix, replicas } = redis;
  return openRedis({ ...parts, target, keyPrefix, replicas, maxPending: limits.maxPendingScenes });
}

/** A restart forgets it all. */
function openMemory(clock: Clock, maxPending: number): Store {
  const scenes = new MemorySceneStore({ clock, maxPending, settings: settings.scene });
  const replays = new MemoryReplayMemory(clock, settings.webhook.rememberedDigests);
  const mailboxes = new MemoryMailboxes(clock, settings.messaging);
  return {
    scenes,
    replays,
    tokens: new MemoryTokenStore(clock),
    meter: new MemoryQrMeter(),
    nodes: new MemoryNodeRegistry(clock, settings.nodes.silentFor),
    sessions: new MemorySessionStore(clock, settings.ops.sessionsEach),
    mailboxes,
    miniSessions: new MemoryMiniSessionStore(clock, settings.miniProgram),
    audit: new MemoryAuditTrail(clock, settings.audit),
    statistics: new MemoryStatistics(clock, settings.statistics.keptFor),
    limiter: (_name, points, seconds) => createLimiter(points, seconds),
    listen: () => undefined,
    whenLost: () => undefined,
    awayFor: () => 0,
    ailments: () => ({}),
    close() {
      scenes.close();
      replays.close();
      mailboxes.close();
    },
  };
}
