import type { Limits } from './config/config.ts';
import { createLimiter } from './http/limiter.ts';
import type { Limiter } from './http/limiter.ts';
import { settings } from './kit/settings.ts';

const { limits: fixed } = settings;

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
}

export function createLimiters(limits: Limits): Limiters {
  const { scenesPerIpPerMinute } = limits;
  return {
    scenesPerAddress: createLimiter(scenesPerIpPerMinute, 60),
    scenesPerSite: createLimiter(limits.scenesPerSitePerSecond, 1),
    idleScenes: createLimiter(scenesPerIpPerMinute * fixed.idleMinutes, fixed.idleWindow / 1000),
    unscannedScenes: createLimiter(
      scenesPerIpPerMinute * fixed.unscannedMinutes,
      fixed.unscannedWindow / 1000,
    ),
    attachFailures: createLimiter(limits.attachFailuresPerIpPerMinute, 60),
    exchangeFailures: createLimiter(limits.exchangeFailuresPerSitePerMinute, 60),
    scansPerOpenid: createLimiter(limits.scansPerOpenidPerMinute, 60),
    opsFailures: createLimiter(fixed.opsFailures, fixed.opsFailuresWindow / 1000),
  };
}
