/**
 * Owns the sandbox's stand-in WeChat: the API calls that a login service uses, people with a phone, and the events that
 * are posted to the webhook; and a mini program that runs on those phones. A program of its own; nothing else imports it.
 * Routes: `/cgi-bin/…`, `/sns/…` and `/wxa/…` as WeChat has them, `/phone` for people, `/phone/api/…` for that page and for
 * tests (SIMULATOR.md).
 */
import Koa from 'koa';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallLog } from './calls.ts';
import { Codes } from './codes.ts';
import { control } from './control.ts';
import type { ControlParts } from './control.ts';
import { Courier } from './courier.ts';
import { Faults } from './faults.ts';
import { ownPagesOnly } from './guard.ts';
import { limits } from './limits.ts';
import { Live } from './live.ts';
import { MiniChat } from './mini-chat.ts';
import { MiniLogins } from './mini-logins.ts';
import { MiniPhone } from './mini-phone.ts';
import { MiniServer } from './mini-server.ts';
import { accountOf, miniProgramOf } from './options.ts';
import type { Account, MiniProgram, SimulatorOptions } from './options.ts';
import { pages, securityHeaders } from './pages.ts';
import { People, personView } from './people.ts';
import type { Person } from './people.ts';
import { Phone } from './phone.ts';
import { Tokens } from './tokens.ts';
import { Whitelist } from './whitelist.ts';
import { wechatApi } from './wechat-api.ts';
import type { MiniCall } from './wire.ts';

export type { Mode, SimulatorOptions } from './options.ts';

export interface Simulator {
  /** Where this machine reaches it. */
  url: string;
  /** Where a phone reaches it. */
  publicUrl: string;
  port: number;
  /** Ends every connection, delivery and timer. */
  close(): Promise<void>;
}

/** @throws Error when the port is in use, or the mode needs a key that is not there */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const account = accountOf(options);
  const server = createServer();
  const port = await listen(server, options);
  const publicUrl = (options.publicUrl ?? `http://localhost:${port}`).replace(/\/+$/, '');
  const closing = new AbortController();
  // Every wait and every request listens to it.
  setMaxListeners(0, closing.signal);
  const live = new Live();
  const handle = build({ ...options, publicUrl, port }, account, live, closing.signal).callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    url: `http://${reachable(options.host)}:${port}`,
    publicUrl,
    port,
    async close() {
      closing.abort();
      live.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Settled = SimulatorOptions & { publicUrl: string };

interface Ground {
  options: Settled;
  account: Account;
  live: Live;
  closing: AbortSignal;
  now: () => number;
}

function build(options: Settled, account: Account, live: Live, closing: AbortSignal): Koa {
  const { publicUrl, unionIds = false, now = Date.now } = options;
  const ground = { options, account, live, closing, now };
  const [codes, people] = [new Codes(publicUrl, now), new People(now)];
  const [faults, whitelist] = [new Faults(), new Whitelist()];
  const miniProgram = miniProgramOf(options);
  const [tokens, miniTokens] = [new Tokens(now), new Tokens(now)];
  const calls = new CallLog(now, [account.appSecret, miniProgram.appSecret]);
  const phones = buildPhones(ground, miniProgram, codes, people);
  const codeMade = (): void => live.publish(() => ({ type: 'newest', newest: codes.newest() ?? null }));
  const world = {
    account: { ...account, tokens },
    miniProgram: { ...miniProgram, tokens: miniTokens },
    codes,
    people,
    logins: phones.logins,
    whitelist,
    unionIds,
    codeMade,
  };
  const seen = { ...phones, account, miniProgram, codes, people, faults, whitelist };
  const app = new Koa();
  app.on('error', (error: NodeJS.ErrnoException) => void (isGone(error) || app.onerror(error)));
  app.use(securityHeaders);
  app.use(wechatApi({ world, faults, calls, closing }).routes());
  app.use(pages().routes());
  // For all that is left, and not by path: no spelling of one leads around it.
  app.use(ownPagesOnly(publicUrl, options.port));
  const state = (): object => stateOf(ground, seen);
  app.use(control({ ...seen, calls, tokens: [tokens, miniTokens], live, state }).routes());
  return app;
}

/** What people do with their phones, and the ways from there to the webhook and to the mini program's server. */
function buildPhones(ground: Ground, { appId, serverUrl }: MiniProgram, codes: Codes, people: People) {
  const { options, account, live, closing, now } = ground;
  const courier = new Courier({
    account,
    webhookUrl: options.webhookUrl,
    answerWithin: options.answerWithin ?? limits.answerWithin,
    retries: options.retries ?? limits.retries,
    retryAfter: options.retryAfter ?? limits.retryAfter,
    now,
    closing,
    watch: (delivery) => live.publish(() => ({ type: 'delivery', delivery })),
  });
  const watch = (person: Person): void =>
    live.publish(() => ({ type: 'person', person: personView(person) }));
  const told = (call: MiniCall): void => live.publish(() => ({ type: 'miniCall', call }));
  const server = new MiniServer({ serverUrl, now, closing, watch: told });
  const logins = new MiniLogins(now);
  const mini = new MiniPhone({ appId, logins, server, now, watch });
  const session = (person: Person): Promise<string> => mini.session(person);
  const chat = new MiniChat({ serverUrl, people, session, now, closing, watch });
  const phone = new Phone({ account, codes, people, courier, mini, now, closing, watch });
  return { courier, server, logins, mini, chat, phone };
}

type Seen = Pick<
  ControlParts,
  'miniProgram' | 'codes' | 'people' | 'faults' | 'whitelist' | 'courier' | 'server'
>;

function stateOf({ options, account, now }: Ground, seen: Seen): object {
  const { webhookUrl, publicUrl, siteUrl = null } = options;
  const { appId, originalId, mode } = account;
  return {
    now: now(),
    account: { appId, originalId, mode },
    miniProgram: { appId: seen.miniProgram.appId, serverUrl: seen.miniProgram.serverUrl },
    webhookUrl,
    publicUrl,
    siteUrl,
    people: seen.people.all().map(personView),
    newest: seen.codes.newest() ?? null,
    faults: seen.faults.all(),
    whitelist: seen.whitelist.all(),
    deliveries: seen.courier.history(limits.deliveriesShown),
    miniCalls: seen.server.history(limits.miniCallsShown),
  };
}

/** A browser that went away before it had all of its answer is no fault. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}

function listen(server: Server, { host, port }: SimulatorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** An address that means "every interface" is no address to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
