import type { Clock } from '../../kit/clock.ts';
import { broadcastsId } from '../../messaging/mailboxes.ts';

export interface EnteredSitesParts {
  clock: Clock;
  /** How often each is said again, ms. */
  every: number;
  /** How long it waits when the store was away, ms. */
  retryAfter: number;
  /** Says to the store that this node is at a site; by the id of the site's broadcasts. */
  say: (id: string) => Promise<void>;
}

/** The sites at which this node has somebody, and of which the store knows that. */
export class EnteredSites {
  readonly #parts: EnteredSitesParts;
  readonly #stop: () => void;
  /** By the id of their broadcasts. */
  readonly #names = new Map<string, string>();
  /** What the store said last, or will say; none: nobody has asked it, or what it said is not to be believed. */
  readonly #said = new Map<string, Promise<void>>();

  /** Calls off the next try. */
  #retry: (() => void) | undefined;

  constructor(parts: EnteredSitesParts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(parts.every, () => this.sayAgain(() => true));
  }

  close(): void {
    this.#stop();
    this.#retry?.();
  }

  /** @throws AppError `store_unavailable` */
  enter(site: string): Promise<void> {
    const id = broadcastsId(site);
    this.#names.set(id, site);
    return this.#said.get(id) ?? this.#sayOnce(id);
  }

  /** @returns the id of the site's broadcasts */
  exit(site: string): string {
    const id = broadcastsId(site);
    this.#names.delete(id);
    this.#said.delete(id);
    return id;
  }

  /** The site whose broadcasts have this id, if the node entered it. */
  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Of these the store may know nothing any more. */
  sayAgain(concerns: (id: string) => boolean): void {
    for (const id of this.#names.keys()) if (concerns(id)) this.#sayOnce(id).catch(() => undefined);
  }

  /** Whoever asks meanwhile waits for the same answer; one that fails is asked for again. */
  #sayOnce(id: string): Promise<void> {
    const said = this.#parts.say(id);
    this.#said.set(id, said);
    said.catch(() => {
      if (this.#said.get(id) === said) this.#said.delete(id);
      this.#sayUnsaidLater();
    });
    return said;
  }

  /** However many fail, they are tried again together. */
  #sayUnsaidLater(): void {
    const { clock, retryAfter } = this.#parts;
    this.#retry ??= clock.after(retryAfter, () => {
      this.#retry = undefined;
      this.sayAgain((id) => !this.#said.has(id));
    });
  }
}
