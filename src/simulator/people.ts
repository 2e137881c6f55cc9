import { createHash, randomBytes } from 'node:crypto';
import type { Code } from './codes.ts';
import { limits } from './limits.ts';
import type { Push } from './push.ts';
import type { ChatLine, MiniScreen, Talk } from './wire.ts';

export interface Person {
  id: string;
  name: string;
  openid: string;
  /** Who the same person is to the mini program. */
  miniOpenid: string;
  unionid: string;
  follows: boolean;
  /** Time of the last follow, ms; 0: never. */
  followedAt: number;
  /** The scene of the code that was used to follow; empty: another way. */
  followedBy: string;
  /** The code whose "follow" sheet is open on the phone. */
  offered: Code | null;
  chat: ChatLine[];
  /** The mini program, when it is open. */
  mini: MiniScreen | null;
  /** The mini program's chat; it goes on when that is closed. */
  talk: Talk;
  /** The last event, to be sent again. */
  last: Push | null;
}

const firstPeople = [
  { id: 'xiaosao', name: '小扫', follows: true },
  { id: 'ama', name: '阿码', follows: false },
  { id: 'robin', name: 'Robin', follows: true },
  { id: 'noor', name: 'Noor', follows: false },
];

/** The made-up people who hold the phone. */
export class People {
  readonly #now: () => number;
  readonly #people: Person[] = [];

  constructor(now: () => number) {
    this.#now = now;
    for (const { id, name, follows } of firstPeople)
      this.#people.push({ ...this.#person(id, name, follows), ...lastingIds(id) });
  }

  all(): readonly Person[] {
    return this.#people;
  }

  /** By id, or by either openid. */
  find(name: string): Person | undefined {
    return this.#people.find(({ id, openid, miniOpenid }) => [id, openid, miniOpenid].includes(name));
  }

  /** `undefined`: there are as many as there may be. */
  add(name: string, follows: boolean): Person | undefined {
    if (this.#people.length >= limits.people) return undefined;
    const number = this.#people.length + 1;
    const person = this.#person(`person-${number}`, name || `Person ${number}`, follows);
    this.#people.push(person);
    return person;
  }

  say(person: Person, line: Omit<ChatLine, 'at'>): void {
    person.chat.push({ at: this.#now(), ...line });
    if (person.chat.length > limits.chatLines) person.chat.shift();
  }

  #person(id: string, name: string, follows: boolean): Person {
    return {
      id,
      name,
      openid: randomOpenid(),
      miniOpenid: randomOpenid(),
      unionid: randomOpenid(),
      follows,
      followedAt: follows ? this.#now() : 0,
      followedBy: '',
      offered: null,
      chat: [],
      mini: null,
      talk: { state: 'offline', lines: [] },
      last: null,
    };
  }
}

/** A person as the control API shows it. */
export function personView(person: Person) {
  const { id, name, openid, miniOpenid, unionid, follows, offered, chat, mini, talk, last } = person;
  const ids = { id, name, openid, miniOpenid, unionid };
  return { ...ids, follows, offered, chat, mini, talk, lastEvent: last?.kind ?? null };
}

/** The same at each start: who is known to a site, or stands on a list, shall be so again. */
function lastingIds(id: string): Pick<Person, 'openid' | 'miniOpenid' | 'unionid'> {
  return { openid: lastingId(id), miniOpenid: lastingId(`mini:${id}`), unionid: lastingId(`union:${id}`) };
}

function lastingId(seed: string): string {
  return `o${createHash('sha256').update(`saoma-simulator:${seed}`).digest('base64url').slice(0, 27)}`;
}

/** 28 characters that begin with `o`, like WeChat's. */
function randomOpenid(): string {
  return `o${randomBytes(21).toString('base64url').slice(0, 27)}`;
}
