/** Owns the sights of messages sorted by whom they are about: each user of a site with his clients and all that they got. */
import type { MailSighting, Mark } from './sights.ts';

type Of<Kind extends MailSighting['kind']> = Extract<MailSighting, { kind: Kind }>;
export type Posted = Of<'posted'>;
export type Received = Of<'received'>;
export type Looked = Of<'looked'>;

export interface ClientRecord {
  name: string;
  site: string;
  openid: string;
  /** In the order in which they came. */
  got: Received[];
  /** When it was welcome, and when its sockets ended. */
  welcomes: Of<'welcome'>[];
  ends: Of<'gone'>[];
  /** It reads no more since then. */
  deafAt: number;
}

export interface UserRecord {
  site: string;
  openid: string;
  clients: ClientRecord[];
  /** Of all clients, in the order in which they came. */
  got: Received[];
  /** What the site's backend was told of him. */
  looks: Looked[];
}

export interface MailRecords {
  /** By `userName`. */
  users: Map<string, UserRecord>;
  clients: Map<string, ClientRecord>;
  /** By `nameOf`. */
  posted: Map<string, Posted>;
  /** What the service took for each user, by `userName`. */
  owed: Map<string, Posted[]>;
}

/** What names a message whatever its id is. */
export function nameOf({ site, from, to, number }: Mark): string {
  return `${site} ${from} ${to} ${number}`;
}

export function userName({ site, openid }: { site: string; openid: string }): string {
  return `${site} ${openid}`;
}

export function sortMail(sightings: readonly MailSighting[]): MailRecords {
  const records = { users: new Map(), clients: new Map(), posted: new Map(), owed: new Map() };
  for (const sighting of sightings) sort(records, sighting);
  return records;
}

/** A message for all is dropped where nobody is; who was there after all has missed it. */
export function isTaken({ status, to }: Posted): boolean {
  return status === 'delivered' || status === 'queued' || (status === 'dropped' && to === 'all');
}

/** Whether it was there all the time from then on, and listened. */
export function staysFrom({ welcomes, ends, deafAt }: ClientRecord, at: number): boolean {
  const came = welcomes.some((welcome) => welcome.at < at);
  return came && deafAt === Infinity && ends.every((end) => end.at < at || end.byItself);
}

function sort(records: MailRecords, sighting: MailSighting): void {
  if (sighting.kind === 'posted') addPosted(records, sighting);
  else if (sighting.kind === 'came') addClient(records, sighting);
  else if (sighting.kind === 'looked') userOf(records, sighting).looks.push(sighting);
  else sortInto(records, clientOf(records, sighting.client), sighting);
}

function sortInto(
  records: MailRecords,
  client: ClientRecord,
  sighting: Of<'deafened' | 'welcome' | 'gone' | 'received'>,
): void {
  if (sighting.kind === 'welcome') client.welcomes.push(sighting);
  else if (sighting.kind === 'gone') client.ends.push(sighting);
  else if (sighting.kind === 'deafened') client.deafAt = sighting.at;
  else {
    client.got.push(sighting);
    userOf(records, client).got.push(sighting);
  }
}

function addPosted({ posted, owed }: MailRecords, sighting: Posted): void {
  posted.set(nameOf(sighting), sighting);
  if (!isTaken(sighting)) return;
  const receiver = userName({ site: sighting.site, openid: sighting.to });
  const all = owed.get(receiver) ?? [];
  owed.set(receiver, all);
  all.push(sighting);
}

function addClient(records: MailRecords, { client: name, site, openid }: Of<'came'>): void {
  const client = { name, site, openid, got: [], welcomes: [], ends: [], deafAt: Infinity };
  records.clients.set(name, client);
  userOf(records, client).clients.push(client);
}

function clientOf({ clients }: MailRecords, name: string): ClientRecord {
  const client = clients.get(name);
  if (!client) throw new Error(`${name} never came`);
  return client;
}

function userOf({ users }: MailRecords, { site, openid }: { site: string; openid: string }): UserRecord {
  const name = userName({ site, openid });
  const known = users.get(name);
  if (known) return known;
  const user = { site, openid, clients: [], got: [], looks: [] };
  users.set(name, user);
  return user;
}
