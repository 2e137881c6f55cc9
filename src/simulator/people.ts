import { createHash, randomBytes } from 'node:crypto';
import type { Code } from './codes.ts';
import { limits } from './limits.ts';
import type { Push } from './push.ts';
import type { ChatLine } from './wire.ts';

export interface Person {
  id: string;
  name: string;
  openid: string;
  unionid: string;
  follows: boolean;
  /** Time of the last follow, ms; 0: never. */
  followedAt: number;
  /** The scene of the code that was used to follow; empty: another way. */
  followedBy: string;
  /** The code whose "follow" sheet is open on the phone. */
  offered: Code | null;
  chat: ChatLine[];
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
      this.#people.push({ ...this.#person(id, name, follows), openid: openidOf(id) });
  }

  all(): readonly Person[] {
    return this.#people;
  }

  /** By id or openid. */
  find(name: string): Person | undefined {
    return this.#people.find(({ id, openid }) => id === name || openid === name);
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
      unionid: randomOpenid(),
      follows,
      followedAt: follows ? this.#now() : 0,
      followedBy: '',
      offered: null,
      chat: [],
      last: null,
    };
  }
}

/** A person as the control API shows it. */
export function personView({ id, name, openid, follows, offered, chat, last }: Person) {
  return { id, name, openid, follows, offered, chat, lastEvent: last?.kind ?? null };
}

/** The same at each start: who is known to a site, or stands on a list, shall be so again. */
function openidOf(id: string): string {
  return `o${createHash('sha256').update(`saoma-simulator:${id}`).digest('base64url').slice(0, 27)}`;
}

/** 28 characters that begin with `o`, like WeChat's. */
function randomOpenid(): string {
  return `o${randomBytes(21).toString('base64url').slice(0, 27)}`;
}
