import { Audience } from './audience.ts';
import type { AudienceParts } from './audience.ts';
import type { MailConnection } from './connection.ts';
import { broadcastsId } from './mailboxes.ts';
import type { Mailboxes, Message } from './mailboxes.ts';
import type { Member } from './members.ts';

export interface BroadcastsParts extends AudienceParts {
  mailboxes: AudienceParts['mailboxes'] & Pick<Mailboxes, 'enter' | 'exit'>;
}

/** Which sites have anybody at this node, and who. */
export class Broadcasts {
  readonly #parts: BroadcastsParts;
  /** By site. */
  readonly #audiences = new Map<string, Audience>();

  constructor(parts: BroadcastsParts) {
    this.#parts = parts;
  }

  /** The node hears the site's broadcasts from now on; the socket does once its audience has begun it. @throws AppError `store_unavailable` */
  async enter(connection: MailConnection, { site }: Member): Promise<Audience> {
    const audience = this.#audiences.get(site) ?? new Audience(site, this.#parts);
    this.#audiences.set(site, audience);
    audience.members.add(connection);
    await this.#parts.mailboxes.enter(site);
    audience.go();
    return audience;
  }

  /** Never rejects: a node that cannot say that it is gone hears for nobody. */
  async leave(connection: MailConnection, { site }: Member): Promise<void> {
    const audience = this.#audiences.get(site);
    if (!audience?.members.delete(connection) || audience.members.size > 0) return;
    this.#audiences.delete(site);
    await this.#parts.mailboxes.exit(site).catch(() => undefined);
  }

  heard(site: string, message: Message, before: number): void {
    this.#audiences.get(site)?.heard(message, before);
  }

  /** @param concerns as in `MailWakeUps` */
  missed(concerns: (box: string) => boolean): void {
    for (const [site, audience] of this.#audiences) if (concerns(broadcastsId(site))) audience.readAgain();
  }
}
