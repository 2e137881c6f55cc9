/** Owns a browser made of plain objects, for tests that hold time, chance, the network and the person in front of it. */

type Listener = (event: { code?: number; data?: string }) => void;

export class FakeSocket {
  readonly sent: unknown[] = [];
  closed = false;
  readonly #listeners = new Map<string, Listener>();

  addEventListener(name: string, listener: Listener): void {
    this.#listeners.set(name, listener);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  opens(): void {
    this.#listeners.get('open')?.({});
  }

  says(message: unknown): void {
    this.#listeners.get('message')?.({ data: JSON.stringify(message) });
  }

  ends(code: number): void {
    this.#listeners.get('close')?.({ code });
  }
}

interface Timer {
  at: number;
  task: () => void;
}

export class FakeWorld {
  time = 0;
  /** What chance answers: near 1, every random wait is its longest. */
  chance = 1;
  isVisible = true;
  isOnline = true;
  hasSockets = true;
  readonly sockets: FakeSocket[] = [];
  /** Answers requests; an undefined one is a network that is not there. */
  answer: () => Response | undefined = () => undefined;
  /** When each request was made. */
  readonly requests: number[] = [];
  readonly #timers = new Set<Timer>();
  readonly #listeners = new Set<{ happening: string; task: () => void }>();

  now = (): number => this.time;
  random = (): number => this.chance;
  visible = (): boolean => this.isVisible;
  online = (): boolean => this.isOnline;
  painted = (task: () => void): void => task();

  after = (ms: number, task: () => void): (() => void) => {
    const timer = { at: this.time + ms, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  on = (happening: string, task: () => void): (() => void) => {
    const listener = { happening, task };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  openSocket = (): FakeSocket => {
    if (!this.hasSockets) throw new Error('blocked');
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  };

  fetch = (): Promise<Response> => {
    this.requests.push(this.time);
    const answer = this.answer();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('no network'));
  };

  happens(happening: 'online' | 'offline' | 'visible' | 'hidden' | 'restored'): void {
    if (happening === 'visible' || happening === 'hidden') this.isVisible = happening === 'visible';
    for (const listener of this.#listeners) if (listener.happening === happening) listener.task();
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error('No socket was opened yet.');
    return last;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass as it does for a page that is awake. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].toSorted((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.task();
    }
    this.time = end;
  }

  /** Time passes and no timer runs; the late ones follow when the machine wakes up. */
  async sleep(ms: number): Promise<void> {
    this.time += ms;
    await this.pass(0);
  }
}

/** Answers of `fetch` and what waits for them take a few turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
}
