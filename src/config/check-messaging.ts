/** What an operator is told of messages: of all sites, and of one. */
import type { Caution } from './check.ts';
import type { Config } from './config.ts';
import { messagingOf } from './messaging.ts';
import type { MessagingConfig } from './messaging.ts';

export function describeMessaging(messaging: MessagingConfig): string {
  const { inboxPerUser, inboxDays, socketsPerUser } = messaging;
  const inbox = `${counted(inboxPerUser, 'message')} for ${counted(inboxDays, 'day')}`;
  return `inboxes of ${inbox}, ${perSender(messaging)}, ${counted(socketsPerUser, 'socket')} per user`;
}

/** Who may write there, and the bounds of one sender where they are the site's own. */
export function whoWrites(config: Config, siteId: string): string {
  const own = messagingOf(config, siteId);
  const writers = `users ${own.peers ? 'may' : 'may not'} write to each other`;
  return perSender(own) === perSender(config.messaging) ? writers : `${writers}, ${perSender(own)}`;
}

export function messagingCautions(config: Config): Caution[] {
  const { messaging, sites } = config;
  const own = sites.map(({ id, messaging: given }, index) => ({
    about: `sites[${index}].messaging.inboxPerSender`,
    // What follows from the general bound is told of that.
    bound: given?.inboxPerSender === undefined ? null : messagingOf(config, id).inboxPerSender,
  }));
  return [{ about: 'messaging.inboxPerSender', bound: messaging.inboxPerSender }, ...own].flatMap(
    ({ about, bound }) =>
      bound !== null && bound > messaging.inboxPerUser ? idleSenderBound(about, bound, messaging) : [],
  );
}

function perSender({ inboxPerSender, beyondPerSender }: MessagingConfig): string {
  if (inboxPerSender === null) return 'no bound per sender';
  return `${inboxPerSender} per sender (beyond: ${beyondPerSender})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function idleSenderBound(about: string, bound: number, { inboxPerUser }: MessagingConfig): Caution {
  const sentence = `${about} is ${bound}, more than messaging.inboxPerUser (${inboxPerUser}): nobody gets that far.`;
  return { code: 'idle_sender_bound', about, sentence };
}
