/** Every program there is, by the name it is run by. */
import { broadcast } from './programs/broadcast.ts';
import { costPerLogin } from './programs/cost-per-login.ts';
import { frameCut } from './programs/frame-cut.ts';
import { killNodes } from './programs/kill-nodes.ts';
import { massCut } from './programs/mass-cut.ts';
import { messagesKilled } from './programs/messages-killed.ts';
import { presenceKilled } from './programs/presence-killed.ts';
import { redisEmptied } from './programs/redis-emptied.ts';
import { redisFrozen } from './programs/redis-frozen.ts';
import { redisRestarts } from './programs/redis-restarts.ts';
import { replicaPromoted } from './programs/replica-promoted.ts';
import { rollingSigterm } from './programs/rolling-sigterm.ts';
import { subscriberCut } from './programs/subscriber-cut.ts';
import { tripleEvents } from './programs/triple-events.ts';
import type { Program } from './stage.ts';

export const programs: Record<string, Program> = {
  'kill-nodes': killNodes,
  'redis-restarts': redisRestarts,
  'triple-events': tripleEvents,
  'rolling-sigterm': rollingSigterm,
  'redis-emptied': redisEmptied,
  'replica-promoted': replicaPromoted,
  'subscriber-cut': subscriberCut,
  'frame-cut': frameCut,
  'mass-cut': massCut,
  'redis-frozen': redisFrozen,
  'cost-per-login': costPerLogin,
  'messages-killed': messagesKilled,
  broadcast,
  'presence-killed': presenceKilled,
};
