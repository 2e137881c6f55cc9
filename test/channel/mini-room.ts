import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { miniSessionDoor } from '../../src/channel/mini-program-session-routes.ts';
import { MiniSessions } from '../../src/channel/mini-program-sessions.ts';
import type { MiniSessionStore, SealedProfile } from '../../src/channel/mini-program-sessions.ts';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import { createLimiter } from '../../src/http/limiter.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { MemoryMiniSessionStore } from '../../src/store/memory/mini-session-store.ts';
import { MemoryTokenStore } from '../../src/store/memory/token-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMiniProgram } from '../../src/wechat/mini-program.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { mini, MiniWechat } from './mini-wechat.ts';

const { miniProgram: figures } = settings;

export interface MiniRoomOptions {
  clock?: Clock;
  store?: MiniSessionStore;
  wechat?: MiniWechat;
  appSecret?: string;
}

/** An answer, as a mini program reads it. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

interface Asking {
  token?: string;
  body?: unknown;
  authorization?: string;
  /** The address that a proxy tells of. */
  from?: string;
}

/** The sessions of two mini programs, `mini` and `other`, at their own door, beside a WeChat that gives out session_keys. */
export class MiniRoom {
  readonly url: string;
  readonly clock: Clock;
  readonly wechat: MiniWechat;
  readonly sessions: MiniSessions;
  /** Everything that was logged, as lines of JSON. */
  readonly logged: string[];
  /** Of what was ended here. */
  readonly ended: { account: string; hash: string; openid: string }[] = [];

  constructor(given: Pick<MiniRoom, 'url' | 'clock' | 'wechat' | 'sessions' | 'logged'>) {
    ({
      url: this.url,
      clock: this.clock,
      wechat: this.wechat,
      sessions: this.sessions,
      logged: this.logged,
    } = given);
    this.sessions.onEnded((account, hash, openid) => void this.ended.push({ account, hash, openid }));
  }

  /** @param from the address of whoever asks */
  logIn(code: string, from?: string): Promise<Answer> {
    return this.ask('POST', 'mini/login', { body: { code }, ...(from !== undefined && { from }) });
  }

  /** The token of a new session of this person. */
  async session(openid: string): Promise<string> {
    const { body } = await this.logIn(this.wechat.login(openid));
    return String(body['session']);
  }

  look(token: string): Promise<Answer> {
    return this.ask('GET', 'mini/session', { token });
  }

  profile(token: string, sealed: Partial<SealedProfile>): Promise<Answer> {
    return this.ask('POST', 'mini/profile', { token, body: sealed });
  }

  logOut(token: string): Promise<Answer> {
    return this.ask('POST', 'mini/logout', { token });
  }

  async ask(
    method: string,
    path: string,
    { token, body, authorization, from }: Asking = {},
  ): Promise<Answer> {
    const shown = authorization ?? (token === undefined ? undefined : `Bearer ${token}`);
    const response = await fetch(`${this.url}/miniprogram/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(shown !== undefined && { authorization: shown }),
        ...(from !== undefined && { 'x-forwarded-for': from }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, headers: response.headers, text, body: parsed };
  }
}

/** Ends with the test. */
export async function openMiniRoom(options: MiniRoomOptions = {}): Promise<MiniRoom> {
  const { clock = new FakeClock(), appSecret = mini.appSecret } = options;
  const store = options.store ?? new MemoryMiniSessionStore(clock, figures);
  const wechat = options.wechat ?? (await startWechat(clock));
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const sessionsOf = (name: string): MiniSessions => {
    const appId = name === 'mini' ? mini.appId : 'wx0000000000000other';
    const place = { page: 'pages/login/index', envVersion: 'release' } as const;
    const program = createMiniProgram(
      { name, appId, appSecret, apiUrl: wechat.url, ...place },
      { clock, log, tokens: new MemoryTokenStore(clock) },
    );
    onTestFinished(() => program.close());
    return new MiniSessions({
      program,
      store,
      lives: { idle: figures.sessionIdle, ttl: figures.sessionTtl },
      dataAge: figures.dataAge,
      newId: randomId,
      limits: {
        sessions: createLimiter(figures.sessionsEach, figures.sessionsWindow / 1000, clock),
        keyChecks: createLimiter(figures.keyChecks, figures.keyChecksWindow / 1000, clock),
      },
    });
  };
  const programs = new Map(['mini', 'other'].map((name) => [name, sessionsOf(name)]));
  const address = new ClientAddress(['127.0.0.1']);
  const refusedCodes = createLimiter(figures.refusedCodes, figures.refusedWindow / 1000, clock);
  const server = createHttpServer({
    publicUrl: 'http://saoma.test',
    doors: [miniSessionDoor({ programs, address, refusedCodes, clock })],
    socketDoors: [],
    address,
    log,
    clock,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new MiniRoom({ url, clock, wechat, sessions: programs.get('mini')!, logged });
}

export async function startWechat(clock: Clock): Promise<MiniWechat> {
  const wechat = await MiniWechat.start(() => clock.now());
  onTestFinished(() => wechat.stop());
  return wechat;
}
