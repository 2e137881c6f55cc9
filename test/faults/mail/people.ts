/** Owns users who are signed in at a site, each with the message token that the site got for them, and their clients. */
import type { Fleet, SiteOptions } from '../fleet.ts';
import { closedLoop } from '../load.ts';
import { sooner } from '../patience.ts';
import { SiteBackend } from '../site.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { untilWaiting } from '../waiting.ts';
import { MailClient } from './client.ts';
import type { MailClientParts } from './client.ts';

const loginsAtOnce = 40;
const patience = 30_000;

export class MailUser {
  /** Where he is signed in. */
  readonly at: SiteOptions;
  readonly openid: string;
  readonly token: string;
  readonly #has = new Set<string>();

  constructor(at: SiteOptions, openid: string, token: string) {
    this.at = at;
    this.openid = openid;
    this.token = token;
  }

  /** How many messages he has, each counted once. */
  get received(): number {
    return this.#has.size;
  }

  /** @param name of a message: its sender and id */
  take(name: string): void {
    this.#has.add(name);
  }
}

export class People {
  readonly #town: Town;
  readonly #fleet: Fleet;
  #clients = 0;

  constructor(town: Town, fleet: Fleet) {
    this.#town = town;
    this.#fleet = fleet;
  }

  /** So many new people log in at the site. */
  async arrive(count: number, at: SiteOptions): Promise<MailUser[]> {
    return this.signIn(Array.from({ length: count }, newOpenid), at);
  }

  /** These people log in at the site. */
  async signIn(openids: readonly string[], at: SiteOptions): Promise<MailUser[]> {
    const backend = new SiteBackend(this.#fleet, this.#town.history, at);
    const users: MailUser[] = [];
    await closedLoop(openids.length, loginsAtOnce, async (index) => {
      const openid = openids[index]!;
      users[index] = new MailUser(at, openid, await this.#logIn(openid, at, backend));
    });
    return users;
  }

  /** One more client of the user; nobody has opened it yet. */
  client(
    user: MailUser,
    more: Partial<Pick<MailClientParts, 'port' | 'random' | 'returns'>> = {},
  ): MailClient {
    this.#clients += 1;
    return new MailClient({
      name: `client ${this.#clients}`,
      user,
      history: this.#town.history,
      port: this.#fleet.anyPort,
      random: this.#town.chance.next,
      ...more,
    });
  }

  /** Answers the message token. */
  async #logIn(openid: string, at: SiteOptions, backend: SiteBackend): Promise<string> {
    const page = this.#town.page({ site: at.id, origin: at.origins[0] ?? '' });
    try {
      const scene = await untilWaiting(page);
      await this.#town.phones.scan(openid, scene);
      const code = await page.until(() => page.code, performance.now() + patience);
      const answer = await backend.exchange(code ?? '');
      if (!('messageToken' in answer)) throw new Error(`no login: ${page.name} is ${page.phase}`);
      return answer.messageToken;
    } finally {
      page.close();
    }
  }
}

/** All of them open their sockets, and are welcome. */
export async function welcomed(clients: readonly MailClient[], atOnce = 100): Promise<void> {
  await closedLoop(clients.length, atOnce, async (index) => {
    const client = clients[index]!;
    client.open();
    const isIn = await sooner(() => client.isWelcome, patience);
    if (!isIn) throw new Error(`${client.name} is not welcome`);
  });
}
