/** What holds of messages at one site. */
import type { Config } from './config.ts';

export type MessagingConfig = Config['messaging'];

/** The general rules, with those that the site has of its own laid over them. */
export function messagingOf({ messaging, sites }: Config, siteId: string): MessagingConfig {
  const own = sites.find(({ id }) => id === siteId)?.messaging;
  if (!own) return messaging;
  const { inboxPerSender = messaging.inboxPerSender } = own;
  const { beyondPerSender = messaging.beyondPerSender, peers = messaging.peers } = own;
  return { ...messaging, inboxPerSender, beyondPerSender, peers };
}
