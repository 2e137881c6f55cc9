/** Owns the closed loop: so many people log in at once, each login from the first request to the closed socket. */
import { closedLoop } from '../faults/load.ts';
import { HttpLine } from './http-line.ts';
import { Visitor } from './visitor.ts';

/** Where the sides of a login knock. */
export interface Ports {
  pages: readonly number[];
  sockets: readonly number[];
  webhook: readonly number[];
}

export const onePort = (port: number): Ports => ({ pages: [port], sockets: [port], webhook: [port] });

export interface LoginsDone {
  /** From the first request to the last answer, ms. */
  wall: number;
  /** Of each login, ms. */
  opened: number[];
  scanned: number[];
  confirmed: number[];
  answered: number[];
}

/** @param signedAgo how old the timestamps of WeChat's events are, s */
export async function logIn(ports: Ports, count: number, atOnce: number, signedAgo = 0): Promise<LoginsDone> {
  const done: LoginsDone = { wall: 0, opened: [], scanned: [], confirmed: [], answered: [] };
  const lanes = Array.from({ length: atOnce }, (_, lane) => new Lane(ports, lane));
  const free = [...lanes];
  const begun = performance.now();
  await closedLoop(count, atOnce, async () => {
    const lane = free.pop()!;
    await lane.logIn(done, signedAgo);
    free.push(lane);
  });
  done.wall = performance.now() - begun;
  for (const lane of lanes) lane.close();
  return done;
}

/** One browser after the other, through the same kept connections of a proxy. */
class Lane {
  readonly #page: HttpLine;
  readonly #wechat: HttpLine;
  readonly #socketPort: number;

  constructor({ pages, sockets, webhook }: Ports, number: number) {
    const any = (ports: readonly number[]): number => ports[number % ports.length]!;
    this.#page = new HttpLine(any(pages));
    this.#wechat = new HttpLine(any(webhook));
    this.#socketPort = any(sockets);
  }

  async logIn(done: LoginsDone, signedAgo: number): Promise<void> {
    const visitor = new Visitor(signedAgo);
    const begun = performance.now();
    await visitor.open(this.#page);
    done.opened.push(performance.now() - begun);
    await visitor.attach(this.#socketPort);
    const confirmed = visitor.until('confirmed');
    const posted = performance.now();
    const { status, body } = await visitor.scan(this.#wechat);
    done.answered.push(performance.now() - posted);
    if (status !== 200) throw new Error(`a scan was refused: ${status} ${body}`);
    await confirmed;
    done.scanned.push(visitor.at('scanned') - posted);
    done.confirmed.push(visitor.at('confirmed') - posted);
    visitor.leave();
  }

  close(): void {
    this.#page.close();
    this.#wechat.close();
  }
}
