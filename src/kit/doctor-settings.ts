import { KiB, minute, second } from './units.ts';

/** `npm run doctor`: what it waits for, and what it finds too much. */
export const doctor = {
  /** For one check, whatever it does. */
  checkWithin: 20 * second,
  /** For one answer over HTTP. */
  lookWithin: 5 * second,
  /** WeChat waits no longer; the doctor does, to tell a late answer from none. */
  callbackWithin: 5 * second,
  callbackPatience: 8 * second,
  slowCallback: 2 * second,
  answerBytes: 64 * KiB,
  /** Webhooks are refused beyond `webhook.clockWindow`, and clocks that drift go on doing so. */
  clockOff: minute,
  qrSeconds: 60,
  /** The stand-in's phone scans the newest code, which shall soon be somebody else's again. */
  qrSecondsInSandbox: 1,
  redisWithin: 6 * second,
  pings: 10,
  /** A login takes some ten questions, one after the other. */
  slowPing: 10,
} as const;
