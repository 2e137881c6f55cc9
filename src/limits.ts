import type { Limits } from './config/config.ts';
import type { Limiter, MakeLimiter } from './http/limiter.ts';
import { settings } from './kit/settings.ts';

const { limits: fixed, messaging, miniProgram } = settings;

/** What the configured limits count, each by its own key. */
export interface Limiters {
  scenesPerAddress: Limiter;
  scenesPerSite: Limiter;
  idleScenes: Limiter;
  unscannedScenes: Limiter;
  attachFailures: Limiter;
  exchangeFailures: Limiter;
  scansPerOpenid: Limiter;
  opsFailures: Limiter;
  miniRefusedCodes: Limiter;
  miniSessions: Limiter;
  miniKeyChecks: Limiter;
  messagesPerSite: Limiter;
  queuedMessages: Limiter;
}

export function createLimiters(limits: Limits, limiter: MakeLimiter): Limiters {
  const { scenesPerIpPerMinute } = limits;
  const { idleMinutes, unscannedMinutes } = fixed;
  const allowed: Record<keyof Limiters, [points: number, seconds: number]> = {
    scenesPerAddress: [scenesPerIpPerMinute, 60],
    scenesPerSite: [limits.scenesPerSitePerSecond, 1],
    idleScenes: [scenesPerIpPerMinute * idleMinutes, fixed.idleWindow / 1000],
    unscannedScenes: [scenesPerIpPerMinute * unscannedMinutes, fixed.unscannedWindow / 1000],
    attachFailures: [limits.attachFailuresPerIpPerMinute, 60],
    exchangeFailures: [limits.exchangeFailuresPerSitePerMinute, 60],
    scansPerOpenid: [limits.scansPerOpenidPerMinute, 60],
    opsFailures: [fixed.opsFailures, fixed.opsFailuresWindow / 1000],
    miniRefusedCodes: [miniProgram.refusedCodes, miniProgram.refusedWindow / 1000],
    miniSessions: [miniProgram.sessionsEach, miniProgram.sessionsWindow / 1000],
    miniKeyChecks: [miniProgram.keyChecks, miniProgram.keyChecksWindow / 1000],
    messagesPerSite: [messaging.sentPerSecond, 1],
    queuedMessages: [messaging.queued, messaging.queuedWindow / 1000],
  };
  const made = Object.entries(allowed).map(([name, [points, seconds]]) => [
    name,
    limiter(name, points, seconds),
  ]);
  return Object.fromEntries(made) as Record<keyof Limiters, Limiter>;
}
