/** Owns the service's log: JSON lines on stdout, pretty on a terminal, and never a claim, code, secret, token or full openid. */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** Fields that must never be printed, should somebody ever hand them in; the first defence is not to hand them in. */
const secretFields = [
  'claim',
  'code',
  'codeVerifier',
  'secret',
  'appSecret',
  'token',
  'accessToken',
  'access_token',
  'encodingAesKey',
  'authorization',
  'cookie',
  'openid',
];
const redact = { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[hidden]' };

export function createLog(level: string, destination?: DestinationStream): Log {
  return pino({ level, redact, base: null }, destination ?? standardOutput());
}

function standardOutput(): DestinationStream {
  if (process.stdout.isTTY)
    return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
  return pino.destination({ fd: 1, sync: true });
}

/** An openid as logs and dashboards may show it: enough to tell two people apart, too little to be one. */
export function maskOpenid(openid: string): string {
  return openid.length <= 8 ? '…' : `${openid.slice(0, 4)}…${openid.slice(-3)}`;
}
