/** Owns the joining of messaging: who is behind a socket, what holds at which site, and what is counted. */
import type { MiniSessions } from './channel/mini-program-sessions.ts';
import { messagingOf } from './config/config.ts';
import type { Ground } from './ground.ts';
import { createLimiter } from './http/limiter.ts';
import { randomId } from './kit/id.ts';
import { lately } from './kit/lately.ts';
import { patiently } from './kit/patience.ts';
import { settings } from './kit/settings.ts';
import { MailHub } from './messaging/hub.ts';
import type { MailHubParts } from './messaging/hub.ts';
import { Members } from './messaging/members.ts';
import { Messages } from './messaging/messages.ts';
import type { MessageOutcome } from './messaging/messages.ts';
import { MessageTokens } from './messaging/tokens.ts';
import type { Scene } from './scene/scene.ts';

export interface Mailroom {
  /** The sockets of this node. */
  hub: MailHub;
  messages: Messages;
  /** What a site gets for its page when it learns who came. */
  messageToken: (scene: Scene) => string;
}

/**
 * @param sessions of the mini programs, by account name
 * @param count hears what became of so many messages
 */
export function buildMailroom(
  ground: Ground,
  sessions: ReadonlyMap<string, MiniSessions>,
  count: (outcome: MessageOutcome, messages: number) => void,
): Mailroom {
  const { config, store, clock } = ground;
  const { mailboxes } = store;
  const tokens = new MessageTokens(config.sites, settings.messaging.tokenTtl);
  const now = (): number => mailboxes.now();
  const members = new Members({ tokens, sessions, sites: config.sites, origins: ground.origins, now });
  const living = lately(clock, settings.messaging.livingFreshFor, () => livingNodes(ground));
  const messages = new Messages({
    mailboxes,
    rulesOf: rulesBySite(ground),
    living,
    newId: randomId,
    peersShare: settings.messaging.peersPercent / 100,
    queued: ground.limiters.queuedMessages,
    paced: createLimiter(settings.messaging.paced, settings.messaging.pacedWindow / 1000, clock),
    observe: (outcome) => count(outcome, 1),
  });
  const hub = buildHub(ground, {
    members,
    send: (from, message) => messages.fromUser(from, message),
    living,
    acknowledged: (acknowledged) => count('acknowledged', acknowledged),
  });
  mailboxes.listen(hub);
  tellOfEnds(ground, members, sessions);
  return { hub, messages, messageToken: (scene) => tokenOf(scene, tokens) };
}

function buildHub(
  { config, store, clock, log, limiters, metrics }: Ground,
  parts: Pick<MailHubParts, 'members' | 'send' | 'living' | 'acknowledged'>,
): MailHub {
  const hub = new MailHub({
    ...parts,
    mailboxes: store.mailboxes,
    helloFailures: limiters.attachFailures,
    socketsPerUser: config.messaging.socketsPerUser,
    clock,
    settings: settings.socket,
    bounds: settings.messaging,
    log,
  });
  metrics.gauge('saoma_message_sockets', 'Message sockets that are open.', () => hub.sockets);
  return hub;
}

/** Whoever holds a socket by a session is told when it ends, at whichever node. */
function tellOfEnds(
  { store, clock, log }: Ground,
  members: Members,
  sessions: ReadonlyMap<string, MiniSessions>,
): void {
  // Where the store could not be told for so long, the socket ends when its session is looked at again.
  const untold = (error: unknown): void => log.debug({ err: error }, 'the end of a session was not told');
  const { endsToldFor, endsToldEvery: every } = settings.messaging;
  const tell = (box: string, hash: string): void => {
    const patience = { until: clock.now() + endsToldFor, every };
    patiently(clock, patience, () => store.mailboxes.endSession(box, hash)).catch(untold);
  };
  for (const each of sessions.values())
    each.onEnded((account, hash, openid) => {
      for (const box of members.boxesOf(account, openid)) tell(box, hash);
    });
}

function rulesBySite({ config }: Ground): (site: string) => ReturnType<typeof messagingOf> {
  const rules = new Map(config.sites.map(({ id }) => [id, messagingOf(config, id)]));
  return (site) => rules.get(site) ?? config.messaging;
}

async function livingNodes({ store }: Ground): Promise<string[]> {
  return (await store.nodes.list()).map(({ node }) => node);
}

function tokenOf({ id, site, openid, confirmedAt }: Scene, tokens: MessageTokens): string {
  // Whoever is exchanged was confirmed, and is somebody.
  return tokens.issue({ sceneId: id, site, openid: openid!, confirmedAt: confirmedAt! });
}
