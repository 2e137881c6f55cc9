/**
 * Owns the judgement of a run with messages, from its history alone. Each rule is a function that names every breach of it;
 * what a message is about says its mark, which its sender wrote into its body.
 */
import { afterClose } from '../../../src/protocol/close-codes.ts';
import { isTaken, nameOf, sortMail, staysFrom, userName } from './records.ts';
import type { ClientRecord, MailRecords, Posted, Received, UserRecord } from './records.ts';
import type { MailSighting } from './sights.ts';

export type MailRule =
  | 'a message is lost'
  | 'a message is not taken'
  | 'messages out of order'
  | 'a message has two ids'
  | 'an id has two messages'
  | 'a message of another user'
  | 'a message of another site'
  | 'a false sender'
  | 'a message that nobody sent'
  | 'a broadcast is missed'
  | 'a broadcast comes twice'
  | 'a client is turned away';

export interface MailViolation {
  rule: MailRule;
  /** Whose it is, or which message it is about. */
  where: string;
  /** What shows it. */
  seen: readonly MailSighting[];
}

export interface MailVerdict {
  violations: MailViolation[];
  /** Messages that the service took, and of these, those that were for all. */
  taken: number;
  broadcasts: number;
  /** Messages at clients, each as often as it came; and how often one came again to its user, or to the same socket. */
  received: number;
  again: number;
  againAtOneSocket: number;
  /** From when a directed message was first sent until its user had it, ms, sorted. */
  latencies: number[];
}

export function judgeMail(sightings: readonly MailSighting[]): MailVerdict {
  const records = sortMail(sightings);
  const users = [...records.users.values()];
  const clients = [...records.clients.values()];
  const posted = [...records.posted.values()];
  const taken = posted.filter(isTaken);
  const toAll = taken.filter(({ to }) => to === 'all');
  const bySite = new Map(sitesOf(toAll).map((site) => [site, toAll.filter((one) => one.site === site)]));
  return {
    violations: [
      ...posted
        .filter((one) => !isTaken(one))
        .map((one) => breach('a message is not taken', nameOf(one), [one])),
      ...users.flatMap((user) => [...lost(user, records), ...outOfOrder(user), ...misnamed(user)]),
      ...clients.flatMap((client) => [...foreign(client, records), ...turnedAway(client)]),
      ...clients.flatMap((client) => unevenly(client, bySite.get(client.site) ?? [])),
    ],
    taken: taken.length,
    broadcasts: toAll.length,
    received: clients.reduce((sum, { got }) => sum + got.length, 0),
    again: users.reduce((sum, user) => sum + directed(user.got).length - firsts(user).length, 0),
    againAtOneSocket: clients.reduce((sum, client) => sum + againAtOneSocket(client), 0),
    latencies: users.flatMap((user) => latencies(user, records)).sort((a, b) => a - b),
  };
}

/** Everything that was taken for a user who had a client has to be at one of his clients. */
function lost(user: UserRecord, records: MailRecords): MailViolation[] {
  const has = new Set(user.got.map(({ mark }) => nameOf(mark)));
  const owed = records.owed.get(userName(user)) ?? [];
  return owed
    .filter((one) => !has.has(nameOf(one)))
    .map((one) => breach('a message is lost', nameOf(one), [one, ...movesOf(user)]));
}

/** Of one sender the next message never comes before the former was there. */
function outOfOrder(user: UserRecord): MailViolation[] {
  const last = new Map<string, Received>();
  return firsts(user).flatMap((one) => {
    const sender = `${one.mark.from}`;
    const before = last.get(sender);
    last.set(sender, one);
    return before && before.mark.number > one.mark.number
      ? [breach('messages out of order', userName(user), [before, one])]
      : [];
  });
}

/** However often a message comes, and to which client: it has one id, which no other one of its sender has. */
function misnamed(user: UserRecord): MailViolation[] {
  const idOf = new Map<string, Received>();
  const messageOf = new Map<string, Received>();
  return user.got.flatMap((one) => [
    ...differs(idOf, nameOf(one.mark), one, 'a message has two ids', ({ id }) => id),
    ...differs(messageOf, `${one.from} ${one.id}`, one, 'an id has two messages', ({ mark }) => nameOf(mark)),
  ]);
}

function differs(
  known: Map<string, Received>,
  key: string,
  one: Received,
  rule: MailRule,
  what: (received: Received) => string,
): MailViolation[] {
  const before = known.get(key);
  if (!before) known.set(key, one);
  return before && what(before) !== what(one) ? [breach(rule, key, [before, one])] : [];
}

/** Whatever comes was sent to this very user of this very site, by whom the server says. */
function foreign({ site, openid, got }: ClientRecord, { posted }: MailRecords): MailViolation[] {
  return got.flatMap((one) => {
    const { mark, from, toAll } = one;
    const origin = posted.get(nameOf(mark));
    const rules: [boolean, MailRule][] = [
      [mark.site !== site, 'a message of another site'],
      [mark.to !== (toAll ? 'all' : openid), 'a message of another user'],
      [mark.from !== from, 'a false sender'],
      // A user's id is his own; the site's ids are those that it chose.
      [!origin || (from === null && origin.id !== one.id), 'a message that nobody sent'],
    ];
    const broken = rules.filter(([isBroken]) => isBroken);
    return broken.map(([, rule]) => breach(rule, openid, origin ? [origin, one] : [one]));
  });
}

/** No client gives up by what the service tells it. */
function turnedAway({ name, ends }: ClientRecord): MailViolation[] {
  const away = ends.filter(({ code, byItself }) => !byItself && afterClose(code) !== 'return');
  return away.map((end) => breach('a client is turned away', name, [end]));
}

/** Who is there has a broadcast once. @param broadcasts of his site */
function unevenly(client: ClientRecord, broadcasts: readonly Posted[]): MailViolation[] {
  const counts = new Map<string, Received[]>();
  for (const one of client.got.filter(({ toAll }) => toAll))
    counts.set(nameOf(one.mark), [...(counts.get(nameOf(one.mark)) ?? []), one]);
  const missed = broadcasts.filter((one) => !counts.has(nameOf(one)) && staysFrom(client, one.askedAt));
  const twice = [...counts.values()].filter(({ length }) => length > 1);
  return [
    ...missed.map((one) => breach('a broadcast is missed', client.name, [...client.welcomes, one])),
    ...twice.map((those) => breach('a broadcast comes twice', client.name, those)),
  ];
}

function latencies(user: UserRecord, { posted }: MailRecords): number[] {
  return firsts(user).flatMap(({ mark, at }) => {
    const origin = posted.get(nameOf(mark));
    return origin ? [at - origin.askedAt] : [];
  });
}

/** Each directed message when it first was at any of the user's clients. */
function firsts({ got }: UserRecord): Received[] {
  const seen = new Set<string>();
  return directed(got).filter(({ mark }) => !seen.has(nameOf(mark)) && seen.add(nameOf(mark)));
}

function directed(got: readonly Received[]): Received[] {
  return got.filter(({ toAll }) => !toAll);
}

function againAtOneSocket({ got }: ClientRecord): number {
  return got.length - new Set(got.map(({ socket, mark }) => `${socket} ${nameOf(mark)}`)).size;
}

function sitesOf(posted: readonly Posted[]): string[] {
  return [...new Set(posted.map(({ site }) => site))];
}

/** When the user's sockets came and went. */
function movesOf({ clients }: UserRecord): MailSighting[] {
  return clients.flatMap(({ welcomes, ends }) => [...welcomes, ...ends]).sort((a, b) => a.at - b.at);
}

function breach(rule: MailRule, where: string, seen: readonly MailSighting[]): MailViolation {
  return { rule, where, seen };
}
