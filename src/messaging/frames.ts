import type { Message } from './mailboxes.ts';

/** A message as it is sent to a socket. Its body is JSON text already, and stays as it is. */
export function frameOf({ id, from, body, sentAt }: Message, to: 'user' | 'all'): string {
  const head = `{"type":"message","id":${JSON.stringify(id)},"from":${JSON.stringify(from)}`;
  return `${head}${to === 'all' ? ',"to":"all"' : ''},"body":${body},"sentAt":${sentAt}}`;
}
