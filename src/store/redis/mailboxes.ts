/** Owns the mailboxes of all nodes, in Redis: each verb is one script on the slot of one box, judged by Redis's clock. */
import type { Clock } from '../../kit/clock.ts';
import type { Settings } from '../../kit/settings.ts';
import { broadcastsId } from '../../messaging/mailboxes.ts';
import type {
  Bounds,
  Broadcast,
  Draft,
  Joined,
  Joining,
  Mailboxes,
  MailWakeUps,
  Page,
  Posted,
  Presence,
  Seat,
} from '../../messaging/mailboxes.ts';
import type { Connection } from './connection.ts';
import { EnteredSites } from './entered-sites.ts';
import type { Keys } from './keys.ts';
import { readMessage, repeatMark, senderTag, writeEnding } from './mail-record.ts';
import type { MailNews, WrittenMessage } from './mail-record.ts';
import type { ScriptName } from './scripts.ts';
import type { Answer, Steps } from './steps.ts';
import type { Vetting } from './vetting.ts';

export interface RedisMailboxesParts {
  connection: Connection;
  steps: Steps;
  keys: Keys;
  vetting: Vetting;
  clock: Clock;
  figures: Settings['messaging'];
}

export class RedisMailboxes implements Mailboxes {
  readonly #parts: RedisMailboxesParts;
  readonly #sites: EnteredSites;
  readonly #forBroadcasts: Bounds;
  #wakeUps: MailWakeUps | undefined;

  constructor(parts: RedisMailboxesParts) {
    this.#parts = parts;
    const { clock, figures } = parts;
    const say = async (id: string): Promise<void> => void (await this.#run('enter-site', id));
    this.#sites = new EnteredSites({
      clock,
      every: figures.enterEvery,
      retryAfter: figures.enterAgainAfter,
      say,
    });
    this.#forBroadcasts = {
      perUser: figures.broadcastsKept,
      fromPeers: 0,
      perSender: null,
      beyond: 'refuse',
    };
  }

  close(): void {
    this.#sites.close();
  }

  now(): number {
    return this.#parts.connection.now();
  }

  post(box: string, draft: Draft, bounds: Bounds): Promise<Posted> {
    return this.#post('mail', box, draft, bounds);
  }

  async join(box: string, { id, session, loginAt, since }: Seat, joining: Joining): Promise<Joined> {
    const { limit, living, after, page } = joining;
    const seat = [id, session ?? '', since ?? ''];
    const given = [...seat, limit, JSON.stringify(living), after, page, loginAt ?? ''];
    const { keys, vetting } = this.#parts;
    const take = (): Promise<Answer> => this.#run('take-seat', box, ...given);
    const answer = await vetting.untilSound(keys.bucketOf(box), take);
    const [verdict, taken, waiting, heard, ...told] = answer;
    if (verdict === 'replaced' || verdict === 'ended') return { kind: verdict };
    const counted = { since: Number(taken), waiting: Number(waiting), broadcastsAfter: Number(heard) };
    return { kind: 'joined', ...counted, ...readPage(told) };
  }

  async leave(box: string, seatId: string): Promise<void> {
    await this.#run('leave-seat', box, seatId);
  }

  async read(box: string, after: number, limit: number): Promise<Page> {
    const [, ...told] = await this.#run('read-mail', box, after, limit);
    return readPage(told);
  }

  async acknowledge(box: string, seqs: readonly number[]): Promise<number> {
    if (seqs.length === 0) return 0;
    const [, gone] = await this.#run('acknowledge-mail', box, ...seqs);
    return Number(gone);
  }

  async presence(box: string, living: readonly string[]): Promise<Presence> {
    const [, connections, seen] = await this.#run('count-seats', box, JSON.stringify(living));
    return { connections: Number(connections), lastSeenAt: seen ? Number(seen) : null };
  }

  async endSession(box: string, session: string): Promise<void> {
    await this.#run('end-seats', box, session);
  }

  async endLogins(box: string): Promise<void> {
    const { steps, keys } = this.#parts;
    await steps.runSafely('end-logins', keys.ofBox(box), box);
  }

  enter(site: string): Promise<void> {
    return this.#sites.enter(site);
  }

  async exit(site: string): Promise<void> {
    await this.leave(this.#sites.exit(site), '');
  }

  async broadcast(site: string, draft: Draft): Promise<Broadcast> {
    return (await this.#post('broadcast', broadcastsId(site), draft, this.#forBroadcasts)) as Broadcast;
  }

  readBroadcasts(site: string, after: number, limit: number): Promise<Page> {
    return this.read(broadcastsId(site), after, limit);
  }

  async acknowledgeBroadcasts(box: string, seq: number): Promise<void> {
    await this.#run('acknowledge-broadcasts', box, seq);
  }

  listen(wakeUps: MailWakeUps): void {
    this.#wakeUps = wakeUps;
  }

  /** What another node, or this one, told. */
  hear(news: MailNews): void {
    if ('mail' in news) this.#wakeUps?.mail(news.mail, readMessage(news.message), news.before);
    else if ('broadcast' in news) this.#hearBroadcast(news);
    else if ('unseated' in news) this.#wakeUps?.replaced(news.box, news.unseated);
    else if ('ended' in news) this.#wakeUps?.ended(news.box, news.ended);
    else if ('loginsEnded' in news) this.#wakeUps?.loginsEnded(news.loginsEnded, news.upTo);
    else if ('again' in news) this.#wakeUps?.missed((box) => box === news.again);
  }

  /** The store may have forgotten that the node is at a site: that comes first, so that what is read then is all. */
  missed(concerns: (id: string) => boolean): void {
    this.#sites.sayAgain(concerns);
    this.#wakeUps?.missed(concerns);
  }

  #hearBroadcast({ broadcast, message, before }: Extract<MailNews, { broadcast: string }>): void {
    const site = this.#sites.nameOf(broadcast);
    if (site !== undefined) this.#wakeUps?.broadcast(site, readMessage(message), before);
  }

  async #post(kind: 'mail' | 'broadcast', box: string, draft: Draft, bounds: Bounds): Promise<Posted> {
    const { perUser, fromPeers, perSender, beyond } = bounds;
    const message = [writeEnding(draft), draft.ttl, repeatMark(draft)];
    const most = [perUser, fromPeers, perSender ?? '', beyond === 'drop' ? 'dropped' : 'full'];
    const given = [...message, senderTag(draft.from), ...most];
    return readPosted(draft, await this.#run('post-mail', box, kind, ...given));
  }

  #run(script: ScriptName, box: string, ...given: (string | number)[]): Promise<Answer> {
    const { steps, keys } = this.#parts;
    return steps.run(script, keys.ofBox(box), box, ...given);
  }
}

function readPosted({ id, from, body, ttl }: Draft, [verdict, ...told]: Answer): Posted {
  if (verdict === 'repeated') return { kind: 'repeated', online: told[0] === '1' };
  if (verdict !== 'added') return { kind: verdict as 'full' | 'dropped' };
  const [seq, sent, heard] = told;
  const sentAt = Number(sent);
  const message = { id, seq: Number(seq), from, body, sentAt, expiresAt: sentAt + ttl };
  return { kind: 'added', message, online: heard === '1' };
}

function readPage([last, more, ...texts]: string[]): Page {
  const messages = texts.map((text) => readMessage(JSON.parse(text) as WrittenMessage));
  return { messages, last: Number(last), more: more === '1' };
}
