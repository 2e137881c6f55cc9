/**
 * Owns the mini program as it runs on people's phones: it signs in with what wx.login gives, tells its server which code
 * was scanned, asks the person, and signs in again by itself when the server says that the session is over.
 */
import { z } from 'zod';
import type { Code } from './codes.ts';
import { ControlError } from './control-error.ts';
import { limits } from './limits.ts';
import { userProfile } from './mini-data.ts';
import type { UserProfile } from './mini-data.ts';
import type { MiniLogins } from './mini-logins.ts';
import type { MiniAnswer, MiniRequest, MiniServer } from './mini-server.ts';
import type { Person } from './people.ts';
import { Turns } from './turns.ts';
import type { MiniEvent, MiniScreen } from './wire.ts';

interface MiniPhoneOptions {
  appId: string;
  logins: MiniLogins;
  server: MiniServer;
  now: () => number;
  /** Told of each person whose phone changed. */
  watch: (person: Person) => void;
}

/** What the program keeps between two visits, as wx.setStorage would. */
interface Stored {
  session: string;
  endsAt: number;
}

/** The server refused, or did not answer. */
class Trouble extends Error {
  readonly code: string;
  /** Whether to try once more may help. */
  readonly passes: boolean;

  constructor({ status, body, error }: MiniAnswer) {
    const said = refusal.safeParse(body);
    super(said.success ? said.data.message : (error ?? `status ${status}`));
    this.name = 'Trouble';
    this.code = said.success ? said.data.error : status === null ? 'no_answer' : 'bad_answer';
    this.passes = status === null || status === 429 || status >= 500;
  }
}

const words = z.string().max(1024);
const refusal = z.object({ error: words, message: words, relogin: z.boolean().optional() });
const loggedIn = z.object({ session: words.min(1), expiresAt: z.number() });
const standing = z.object({ expiresAt: z.number() });
const verified = z.object({ profile: z.record(z.string(), z.unknown()) });
const asked = z.object({
  handle: words.min(1),
  site: z.object({ name: words }),
  browser: z.object({ ip: words, name: words, openedAt: z.number() }),
  expiresAt: z.number(),
});
const answered = z.object({ state: z.enum(['confirmed', 'denied']) });

export class MiniPhone {
  readonly #options: MiniPhoneOptions;
  /** By the person's id. */
  readonly #storage = new Map<string, Stored>();
  /** What a screen's question is answered with. */
  readonly #handles = new WeakMap<MiniScreen, string>();

  /** What a screen still has to do. */
  readonly #turns = new WeakMap<MiniScreen, Turns>();

  constructor(options: MiniPhoneOptions) {
    this.#options = options;
  }

  /** @param code that was scanned; without one the program opens as from the list of recent ones */
  async open(person: Person, code: Code | null): Promise<MiniScreen> {
    person.mini = emptyScreen(code?.scene ?? null, this.#storage.get(person.id)?.endsAt ?? null);
    return this.#do(person, async (screen) => {
      if (code) await this.#tellScan(person, screen, code.scene);
      else await this.#look(person, screen);
    });
  }

  /** @throws ControlError when nothing is asked */
  async answer(person: Person, answer: 'accept' | 'decline'): Promise<MiniScreen> {
    return this.#do(person, async (screen) => {
      const handle = this.#handles.get(screen);
      if (screen.step !== 'ask' || handle === undefined)
        throw new ControlError('nothing_asked', 'The mini program does not ask anything.');
      const path = `/approvals/${encodeURIComponent(handle)}`;
      const { state } = await this.#ask(person, screen, answered, () => ({
        method: 'POST',
        path,
        body: { answer },
      }));
      screen.step = state;
    });
  }

  /** Sends what WeChat tells of the person, for the server to verify. */
  async profile(person: Person): Promise<MiniScreen> {
    return this.#do(person, async (screen) => {
      const body = (): UserProfile => this.userProfile(person);
      const request = (): MiniRequest => ({ method: 'POST', path: '/profile', body: body() });
      screen.profile = (await this.#ask(person, screen, verified, request)).profile;
      this.#note(screen, 'profile_read');
    });
  }

  async signOut(person: Person): Promise<MiniScreen> {
    return this.#do(person, async (screen) => {
      const stored = this.#storage.get(person.id);
      this.#storage.delete(person.id);
      if (stored)
        await this.#options.server.call(person, { method: 'POST', path: '/logout' }, stored.session);
      Object.assign(screen, { profile: null, sessionEndsAt: null });
      if (screen.step === 'home') screen.step = 'signed_out';
      this.#note(screen, 'signed_out');
    });
  }

  close(person: Person): void {
    person.mini = null;
    this.#options.watch(person);
  }

  /** WeChat gives the person another session_key; whoever holds the old one learns of it by trying. */
  replaceKey(person: Person): void {
    this.#options.logins.replace(person);
    if (person.mini) this.#note(person.mini, 'key_replaced');
    this.#options.watch(person);
  }

  /** A session that stands, for the socket. Rejects when there is none to be had. */
  async session(person: Person): Promise<string> {
    await this.#ask(person, person.mini, standing, () => ({ method: 'GET', path: '/session' }));
    return this.#storage.get(person.id)?.session ?? '';
  }

  /** What wx.login gives. */
  loginCode(person: Person): string {
    return this.#options.logins.code(person);
  }

  /** What wx.getUserProfile gives. */
  userProfile(person: Person): UserProfile {
    const { logins, appId, now } = this.#options;
    return userProfile(logins.keyOf(person), appId, now());
  }

  async #tellScan(person: Person, screen: MiniScreen, scene: string): Promise<void> {
    const path = `/scenes/${encodeURIComponent(scene)}/scan`;
    const said = await this.#ask(person, screen, asked, () => ({ method: 'POST', path }));
    const { handle, site, browser, expiresAt } = said;
    this.#handles.set(screen, handle);
    const { name, ip: address, openedAt } = browser;
    screen.ask = { site: site.name, browser: name, address, openedAt, expiresAt };
    screen.step = 'ask';
  }

  async #look(person: Person, screen: MiniScreen): Promise<void> {
    const { expiresAt } = await this.#ask(person, screen, standing, () => ({
      method: 'GET',
      path: '/session',
    }));
    screen.sessionEndsAt = expiresAt;
    screen.step = 'home';
  }

  /** Does one thing after the other on the open screen, unless it is gone by then. */
  async #do(person: Person, task: (screen: MiniScreen) => Promise<void>): Promise<MiniScreen> {
    const screen = screenOf(person);
    const turns = this.#turns.get(screen) ?? new Turns();
    this.#turns.set(screen, turns);
    if (turns.waiting >= limits.miniWaiting)
      throw new ControlError('busy', 'The mini program waits for its server.');
    await turns.take(async () => {
      if (person.mini === screen) await this.#run(person, screen, task);
    });
    return screen;
  }

  /** What goes wrong is shown on the screen. */
  async #run(person: Person, screen: MiniScreen, task: (screen: MiniScreen) => Promise<void>): Promise<void> {
    Object.assign(screen, { busy: true, trouble: null });
    this.#options.watch(person);
    try {
      await task(screen);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      screen.trouble = { code: error.code, message: error.message };
      if (screen.step === 'opening' || (screen.step === 'ask' && !error.passes)) screen.step = 'failed';
    } finally {
      screen.busy = false;
      this.#options.watch(person);
    }
  }

  /**
   * Asks with the session that is stored. A session that is over is what the server says once: the program signs in, and
   * asks again, with `request` made anew.
   */
  async #ask<T>(
    person: Person,
    screen: MiniScreen | null,
    shape: z.ZodType<T>,
    request: () => MiniRequest,
  ): Promise<T> {
    const { server } = this.#options;
    const stored = this.#storage.get(person.id) ?? (await this.#login(person, screen, 'signed_in'));
    const first = await server.call(person, request(), stored.session);
    if (!isOver(first)) return read(first, shape);
    this.#note(screen, 'session_over');
    const { session } = await this.#login(person, screen, 'signed_in_again');
    return read(await server.call(person, request(), session), shape);
  }

  async #login(person: Person, screen: MiniScreen | null, event: MiniEvent): Promise<Stored> {
    this.#storage.delete(person.id);
    const request: MiniRequest = { method: 'POST', path: '/login', body: { code: this.loginCode(person) } };
    const { session, expiresAt } = read(await this.#options.server.call(person, request, null), loggedIn);
    const stored = { session, endsAt: expiresAt };
    this.#storage.set(person.id, stored);
    if (screen) screen.sessionEndsAt = expiresAt;
    this.#note(screen, event);
    return stored;
  }

  #note(screen: MiniScreen | null, event: MiniEvent): void {
    if (!screen) return;
    screen.events.push({ at: this.#options.now(), event });
    if (screen.events.length > limits.miniEvents) screen.events.shift();
  }
}

function isOver({ status, body }: MiniAnswer): boolean {
  const said = refusal.safeParse(body);
  return status === 401 && said.success && said.data.relogin === true;
}

function read<T>(answer: MiniAnswer, shape: z.ZodType<T>): T {
  const { status } = answer;
  const said = status === 200 ? shape.safeParse(answer.body) : undefined;
  if (!said?.success) throw new Trouble(answer);
  return said.data;
}

function screenOf({ mini }: Person): MiniScreen {
  if (!mini) throw new ControlError('not_open', 'The mini program is not open.');
  return mini;
}

function emptyScreen(scene: string | null, sessionEndsAt: number | null): MiniScreen {
  return {
    scene,
    step: 'opening',
    busy: false,
    ask: null,
    trouble: null,
    sessionEndsAt,
    profile: null,
    events: [],
  };
}
