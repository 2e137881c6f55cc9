import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import { closedLoop, every, openLoop } from '../load.ts';
import { Memory } from '../memory.ts';
import { percentile, tally } from '../report.ts';
import type { Row } from '../report.ts';
import type { Program, Stage } from '../stage.ts';
import { TimedLogins } from '../timed-logins.ts';
import type { Step, TimedLogin } from '../timed-logins.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { waitingPages, waitsFor } from '../waiting.ts';

/** A busy machine's share of any answer, ms. */
const slack = 1_000;
const { giveUpAfter } = settings.redis;
/** When each request is answered at the latest, ms. */
const deadlines: Record<Step, number> = {
  // Its limits and its scene are asked for one after the other.
  opening: 2 * giveUpAfter + slack,
  attach: giveUpAfter + slack,
  // WeChat's own.
  webhook: Math.min(settings.webhook.storePatience + slack, 5_000),
  // After a refusal the failures are counted.
  exchange: 2 * giveUpAfter + slack,
};
const steps = Object.keys(deadlines) as Step[];
const normalAfter = 3_000;
/** How long a login takes at most where nothing is wrong, or the rate is more than this machine has, ms. */
const carried = 2_000;
/** More than that and it would be a queue that nobody bounded, MiB. */
const growsAtMost = 150;

/** Nobody reaches them, and yet they are asked for: their answers are waited for, too. */
const generous = {
  scenesPerIpPerMinute: 1_000_000,
  scenesPerSitePerSecond: 1_000_000,
  maxPendingScenes: 1_000_000,
  attachFailuresPerIpPerMinute: 1_000_000,
  exchangeFailuresPerSitePerMinute: 1_000_000,
  scansPerOpenidPerMinute: 1_000_000,
};

interface Times {
  frozenAt: number;
  thawedAt: number;
}

/** Redis stands still under load: everybody is told in time, nothing piles up, and three seconds later all is as before. */
export const redisFrozen: Program = {
  about: 'SIGSTOP of redis-server under logins in an open loop',
  async run(stage) {
    const redis = await stage.redis();
    const scene = { ttlSeconds: 600, codeTtlSeconds: 300 };
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url, config: { scene, limits: generous } });
    const town = stage.town(fleet);
    const waiting = await waitingPages(town, stage.size(40, 200));
    const timed = new TimedLogins(town, fleet);
    const frozenFor = stage.size(4_000, 30_000);
    const calm = stage.size(2_000, 10_000);
    const memory = new Memory(fleet);
    const perSecond = stage.size(50, 200);
    const seconds = (calm + frozenFor + normalAfter + calm) / 1_000;
    const held = holdUp(stage, timed, frozenFor);
    await held.ready;
    // Two cores carry no 200 whole logins a second beside the browsers; while Redis stands still all of them end at the opening.
    const goOn = stage.size(1, 4);
    const logins = openLoop(perSecond * seconds, perSecond, (index) =>
      index % goOn === 0 ? timed.logIn() : timed.visit(),
    );
    const freeze = async (): Promise<Times> => {
      await sleep(calm);
      redis.freeze();
      const frozenAt = performance.now();
      held.letGo();
      await sleep(frozenFor);
      redis.thaw();
      const thawedAt = performance.now();
      await held.over;
      return { frozenAt, thawedAt };
    };
    const freezing = freeze();
    await every(250, async () => memory.look(), Promise.all([logins, freezing]));
    const times = await freezing;
    await Promise.all(waiting.map((page) => logInWaiting(town, page)));
    memory.look();
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['logins begun a second; of these, one in so many goes on', `${perSecond}; ${goOn}`],
      ...answerRows(timed, times),
      ...loginRows(timed, times),
      ['memory of each node before, MiB', memory.first.join(', ')],
      ['  at its peak', memory.peak.join(', ')],
      ['  at the end', memory.last.join(', ')],
    ]);
    return {
      ...report,
      faults: [...report.faults, ...faultsOf(timed, times), ...memory.faults(growsAtMost)],
    };
  },
};

/** Logins that began before, and go on with each of their steps while Redis stands still. */
function holdUp(
  stage: Stage,
  timed: TimedLogins,
  frozenFor: number,
): { ready: Promise<void>; letGo: () => void; over: Promise<unknown> } {
  const gate = new AbortController();
  const frozen = once(gate.signal, 'abort');
  const each = stage.size(30, 100);
  const over: Promise<void>[] = [];
  const hold = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const reached = (): Promise<void> => {
        resolve();
        return frozen.then(() => sleep(stage.chance.between(0, frozenFor)));
      };
      over.push(timed.logIn({ before: steps[1 + (index % 3)]!, reached }));
    });
  const ready = closedLoop(3 * each, 20, hold);
  return { ready, letGo: () => gate.abort(), over: ready.then(() => Promise.all(over)) };
}

/** They are looked at while they wait, and are logged in at last. */
async function logInWaiting(
  town: Town,
  page: Awaited<ReturnType<typeof waitingPages>>[number],
): Promise<void> {
  const deadline = performance.now() + 60_000;
  const scene = await page.until(() => waitsFor(page), deadline);
  if (scene !== undefined) {
    await town.phones.scan(newOpenid(), scene);
    const code = await page.until(() => page.code, deadline);
    if (code !== undefined) await town.backend.exchange(code);
  }
  page.close();
}

function answerRows({ asked }: TimedLogins, { frozenAt, thawedAt }: Times): Row[] {
  return steps.flatMap((step): Row[] => {
    const meanwhile = asked.filter((one) => one.step === step && one.at >= frozenAt && one.at < thawedAt);
    const times = meanwhile.map(({ ms }) => ms).sort((a, b) => a - b);
    return [
      [`${step} while frozen: requests`, times.length],
      ['  answered', tally(meanwhile.map(({ answer }) => answer))],
      ['  ms: p50', percentile(times, 0.5)],
      ['  ms: most', `${percentile(times, 1)} (at most ${deadlines[step]})`],
    ];
  });
}

function loginRows({ logins }: TimedLogins, times: Times): Row[] {
  const phases = inPhases(logins, times);
  return Object.entries(phases).flatMap(([phase, some]): Row[] => {
    const lasted = durations(some);
    return [
      [`logins begun ${phase}`, tally(some.map(({ end }) => end))],
      ['  those in, ms: p50', percentile(lasted, 0.5)],
      ['  ms: p99', percentile(lasted, 0.99)],
    ];
  });
}

type Phase = 'before' | 'while frozen' | 'in the 3 s after' | 'later';

function inPhases(logins: readonly TimedLogin[], { frozenAt, thawedAt }: Times): Record<Phase, TimedLogin[]> {
  const begun = (from: number, to: number) => logins.filter(({ begunAt }) => begunAt >= from && begunAt < to);
  return {
    // What was under way when it froze is not as usual.
    before: begun(0, frozenAt).filter(({ begunAt, ms }) => begunAt + ms < frozenAt),
    'while frozen': begun(frozenAt, thawedAt),
    'in the 3 s after': begun(thawedAt, thawedAt + normalAfter),
    later: begun(thawedAt + normalAfter, Infinity),
  };
}

function durations(logins: readonly TimedLogin[]): number[] {
  return logins
    .filter(({ end }) => end === 'in')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
}

function faultsOf({ asked, logins, denials }: TimedLogins, times: Times): string[] {
  const meanwhile = asked.filter(({ at, ms }) => at < times.thawedAt && at + ms > times.frozenAt);
  const late = meanwhile.filter(({ step, ms }) => ms > deadlines[step]);
  const unanswered = meanwhile.filter(({ answer }) => answer === 'undefined');
  const { before, later } = inPhases(logins, times);
  const [usual, now] = [before, later].map((some) => percentile(durations(some), 0.5));
  const notIn = later.filter(({ end }) => end !== 'in').length;
  return [
    ...[...late, ...unanswered].slice(0, 5).map((one) => `not answered in time: ${JSON.stringify(one)}`),
    ...denials.slice(0, 5),
    ...(usual! > carried ? [`the machine does not carry this rate: a login took ${usual} ms before it`] : []),
    ...(notIn > 0 ? [`${notIn} logins begun ${normalAfter} ms after the thaw did not succeed`] : []),
    ...(now! > 2 * usual! + 300 ? [`logins take ${now} ms after it and took ${usual} ms before`] : []),
  ];
}
