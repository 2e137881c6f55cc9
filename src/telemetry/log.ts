/** Owns the service's log: JSON lines on stdout, pretty on a terminal, and never a claim, code, secret, token or full openid. */
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

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
// No wildcards: looking into every object costs more than the rest of the line.
const redact = { paths: secretFields, censor: '[hidden]' };

export function createLog(level: string, destination: DestinationStream): Log {
  const serializers = { err: plainError };
  return pino({ level, redact, serializers, base: null }, destination);
}

/** What an error says, and nothing that hangs on it: Node hangs the bytes of the request on a parser's error. */
function plainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: name,
    message,
    ...(code && { code }),
    stack,
    ...(cause instanceof Error && { cause: plainError(cause) }),
  };
}

/** Where a process logs to; what makes it pretty is loaded only where somebody looks. */
export async function standardOutput(): Promise<DestinationStream> {
  if (!process.stdout.isTTY) return pino.destination({ fd: 1, sync: true });
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
}

/** An openid as logs and dashboards may show it: enough to tell two people apart, too little to be one. */
export function maskOpenid(openid: string): string {
  return openid.length <= 8 ? '…' : `${openid.slice(0, 4)}…${openid.slice(-3)}`;
}
