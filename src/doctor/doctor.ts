/**
 * Owns the examination of an installation: what is asked, in which order, and what hangs on what. A program of its own
 * (`npm run doctor`, docs/doctor.md) that changes nothing but one QR code of the day's.
 */
import type { Config } from '../config/config.ts';
import { configCautions } from '../config/check.ts';
import type { Clock } from '../kit/clock.ts';
import { answersProbe, opensSeal } from './callback.ts';
import { ok, runChecks, skipped, warning } from './check.ts';
import type { Check, Finding } from './check.ts';
import { clockOfWechat } from './clocks.ts';
import { dashboardDoor, metricsDoor } from './doors.ts';
import { nodeHere, publicAddress } from './public-address.ts';
import { redisChecks } from './redis.ts';
import { Subject } from './subject.ts';
import { WechatOf } from './wechat.ts';

export interface ExaminationParts {
  config: Config;
  clock: Clock;
  /** Whether a QR code may be made. */
  mayMakeQrCode: boolean;
}

/** Tells each finding as soon as there is one; fails never. */
export async function* examine({ config, clock, mayMakeQrCode }: ExaminationParts): AsyncGenerator<Finding> {
  const subject = new Subject(config, clock);
  const wechats = subject.names.map((name) => ({ name, wechat: new WechatOf(subject, name) }));
  try {
    yield* runChecks(
      [
        ...configurationChecks(subject),
        ...surroundings(subject),
        ...wechats.map(({ name, wechat }) => reach(subject, name, wechat)),
        clockCheck(wechats.map(({ wechat }) => wechat)),
        ...redisChecks(config.redis, clock),
        ...publicChecks(subject),
        ...wechats.flatMap(({ name, wechat }) => rightsChecks(subject, name, wechat, mayMakeQrCode)),
      ],
      clock,
    );
  } finally {
    for (const { wechat } of wechats) wechat.close();
  }
}

/** That it loads is known: the faults of one that does not are told in place of an examination. */
function configurationChecks({ config, names }: Subject): Check[] {
  const facts = { accounts: names.length, sites: config.sites.length };
  const cautions = configCautions(config).map(({ code, sentence, about }): Check => {
    return {
      name: 'configuration',
      examine: () => warning(`caution_${code}`, undefined, { sentence, about }),
    };
  });
  return [{ name: 'configuration', examine: () => ok('configuration_loads', facts) }, ...cautions];
}

function surroundings(subject: Subject): Check[] {
  const standIn: Check = { name: 'sandbox', examine: () => subject.meetStandIn() };
  return [...(subject.isSandbox ? [standIn] : []), { name: 'node', examine: () => nodeHere(subject) }];
}

function reach({ isSandbox }: Subject, about: string, wechat: WechatOf): Check {
  const needs = isSandbox ? ['sandbox'] : [];
  return { name: 'wechat-api', about, needs, examine: () => wechat.answers() };
}

/** Whichever account got an answer: it is one WeChat. */
function clockCheck(wechats: readonly WechatOf[]): Check {
  const ahead = (): number | undefined => wechats.find((wechat) => wechat.ahead !== undefined)?.ahead;
  return { name: 'clock', examine: () => clockOfWechat(ahead()) };
}

function publicChecks(subject: Subject): Check[] {
  const needs = ['public-address'];
  const known = subject.isSandbox ? ['sandbox', ...needs] : needs;
  return [
    { name: 'public-address', examine: () => publicAddress(subject) },
    ...subject.officialNames.flatMap((about): Check[] => [
      { name: 'callback', about, needs: known, examine: () => answersProbe(subject, about) },
      { name: 'message', about, needs: [`callback:${about}`], examine: () => opensSeal(subject, about) },
    ]),
    { name: 'metrics', needs, examine: () => metricsDoor(subject) },
    { name: 'dashboard', needs, examine: () => dashboardDoor(subject) },
  ];
}

/** A mini program needs no right beside its token. */
function rightsChecks(
  { officialNames }: Subject,
  about: string,
  wechat: WechatOf,
  mayMakeQrCode: boolean,
): Check[] {
  const needs = [`access-token:${about}`];
  const makeQrCode = mayMakeQrCode ? () => wechat.makesQrCode() : () => skipped('qr_unwanted');
  const token: Check = {
    name: 'access-token',
    about,
    needs: [`wechat-api:${about}`],
    examine: () => wechat.givesToken(),
  };
  if (!officialNames.includes(about)) return [token];
  return [
    token,
    { name: 'qr-code', about, needs, examine: makeQrCode },
    { name: 'user-info', about, needs, examine: () => wechat.tellsOfPeople() },
  ];
}
