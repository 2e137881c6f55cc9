/** Owns the judgement of what the service said about who is there, against the sockets that clients really had. */
import { sortMail, userName } from './records.ts';
import type { Looked, UserRecord } from './records.ts';
import type { MailSighting } from './sights.ts';

export type PresenceRule =
  | 'somebody who is there is not seen'
  | 'more sockets than there ever were'
  | 'somebody who is gone is still seen'
  | 'online and connections differ'
  | 'last seen at a wrong time';

export interface PresenceViolation {
  rule: PresenceRule;
  where: string;
  seen: readonly MailSighting[];
}

export interface PresenceVerdict {
  violations: PresenceViolation[];
  /** For each answer, how long the last socket had been gone that it still counts, ms, sorted; 0: it counts none. */
  staleness: number[];
}

/** A client is told that it is welcome after it is, ms. */
const slack = 1_000;

/** When a client's socket was welcome and when it ended, ms. */
interface Life {
  from: number;
  to: number;
}

/** @param within how long a socket that is gone may still be counted, ms */
export function judgePresence(sightings: readonly MailSighting[], within: number): PresenceVerdict {
  const { users } = sortMail(sightings);
  const verdict: PresenceVerdict = { violations: [], staleness: [] };
  for (const user of users.values()) {
    const lives = livesOf(user);
    for (const answer of user.looks) judgeAnswer(answer, lives, within, verdict);
  }
  verdict.staleness.sort((a, b) => a - b);
  return verdict;
}

function judgeAnswer(
  answer: Looked,
  lives: readonly Life[],
  within: number,
  { violations, staleness }: PresenceVerdict,
): void {
  const stale = stalenessOf(answer, lives);
  if (stale !== undefined) staleness.push(stale);
  const rules: [boolean, PresenceRule][] = [
    [answer.connections < surely(answer, lives), 'somebody who is there is not seen'],
    [stale === undefined, 'more sockets than there ever were'],
    [(stale ?? 0) > within, 'somebody who is gone is still seen'],
    [answer.online !== answer.connections > 0, 'online and connections differ'],
    [!isSeenRight(answer, lives), 'last seen at a wrong time'],
  ];
  const broken = rules.filter(([isBroken]) => isBroken);
  violations.push(...broken.map(([, rule]) => ({ rule, where: userName(answer), seen: [answer] })));
}

/** How many were there all the while. */
function surely({ askedAt, at }: Looked, lives: readonly Life[]): number {
  return lives.filter(({ from, to }) => from < askedAt && to > at).length;
}

/** How long the last of those has been gone that are counted beyond those that may be there; `undefined`: there were never so many. */
function stalenessOf({ askedAt, at, connections }: Looked, lives: readonly Life[]): number | undefined {
  const there = lives.filter(({ from, to }) => from < at + slack && to > askedAt).length;
  const excess = connections - there;
  if (excess <= 0) return 0;
  const ends = lives.map(({ to }) => to).filter((to) => to <= askedAt);
  const end = ends.sort((a, b) => b - a)[excess - 1];
  return end === undefined ? undefined : askedAt - end;
}

/** Of somebody who is gone: not before he was last welcome, and not in the future. */
function isSeenRight({ at, online, lastSeenAt }: Looked, lives: readonly Life[]): boolean {
  const welcomes = lives.map(({ from }) => from).filter((from) => from > 0 && from < at - slack);
  if (welcomes.length === 0) return true;
  if (lastSeenAt === null) return false;
  const seenAt = lastSeenAt - performance.timeOrigin;
  return seenAt < at + slack && (online || seenAt > Math.max(...welcomes) - slack);
}

/** A socket that ended before its client knew it to be welcome may have been counted as well. */
function livesOf({ clients }: UserRecord): Life[] {
  return clients.flatMap(({ welcomes, ends }) => {
    const welcome = welcomes.map(({ socket, at: from }) => ({
      from,
      to: ends.find((end) => end.socket === socket)?.at ?? Infinity,
    }));
    const others = ends.filter((end) => !end.welcome).map(({ at: to }) => ({ from: -Infinity, to }));
    return [...welcome, ...others];
  });
}
