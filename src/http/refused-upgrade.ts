import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { plainText } from '../kit/plain-text.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { AnySocketDoor } from './door.ts';
import { shownOfUnknown } from './shown-path.ts';

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' };

/** Answers, and ends the connection. */
export function refuseUpgrade(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  // Nobody watches over this connection any more: it must not wait for the other side to hang up.
  stream.once('finish', () => stream.destroy());
  const later = status === 503 ? `Retry-After: ${settings.http.retryAfterSeconds}\r\n` : '';
  stream.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\n${later}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

interface RefusalLogParts {
  log: Log;
  doors: readonly AnySocketDoor[];
  known: ReadonlySet<string>;
}

/** One line for each, as a request has; a browser tells its page nothing of why it has no socket. */
export function logRefusal(
  { log, doors, known }: RefusalLogParts,
  request: IncomingMessage,
  status: number,
): void {
  const path = pathOf(request);
  const origin = plainText(request.headers.origin ?? '', settings.http.originLength);
  const reason = status === 403 ? forbiddenBecause(doorOf(path, doors)) : undefined;
  log.info({ path: shownOfUnknown(path, known), status, origin, reason }, 'a socket was refused');
}

function forbiddenBecause(door: AnySocketDoor | undefined): string {
  return door?.refusal ?? "the origin stands in no site's `origins`";
}

/** Without its query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

export function doorOf(path: string, doors: readonly AnySocketDoor[]): AnySocketDoor | undefined {
  return doors.find((each) => each.path.test(path));
}
