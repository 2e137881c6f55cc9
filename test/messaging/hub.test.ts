import { EventEmitter, once } from 'node:events';
import type { WebSocket } from 'ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { unlimited } from '../../src/http/limiter.ts';
import { Origins } from '../../src/http/origins.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { MailConnection } from '../../src/messaging/connection.ts';
import { MailHub } from '../../src/messaging/hub.ts';
import type { MailHubParts } from '../../src/messaging/hub.ts';
import { mailboxId, Members } from '../../src/messaging/members.ts';
import { MessageTokens } from '../../src/messaging/tokens.ts';
import { MemoryMailboxes } from '../../src/store/memory/mailboxes.ts';
import { createLog } from '../../src/telemetry/log.ts';

const site = { id: 'shop', secret: 'a-secret-of-the-shop-0123', accounts: ['main'], origins: [] };
const login = { sceneId: 'A'.repeat(22), site: site.id, openid: 'oMei' };
const box = mailboxId(site.id, login.openid);

/** A store that takes its time with seats, and of whose answers some are lost. */
class SlowMailboxes extends MemoryMailboxes {
  held: Promise<unknown> = Promise.resolve();
  joins = 0;
  losesAnswers = false;

  override async join(...asked: Parameters<MemoryMailboxes['join']>): ReturnType<MemoryMailboxes['join']> {
    this.joins++;
    await this.held;
    const answer = await super.join(...asked);
    if (this.losesAnswers) throw new AppError('store_unavailable');
    return answer;
  }
}

/** As ws's, as far as a hub sees it. */
class Socket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly bufferedAmount = 0;
  closedWith: number | undefined;

  say(message: object): void {
    this.emit('message', Buffer.from(JSON.stringify(message)), false);
  }

  send(_data: string, _options: object, written?: () => void): void {
    written?.();
  }

  close(code?: number): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    this.closedWith = code;
    this.emit('close');
  }

  terminate(): void {
    this.close();
  }
}

const queue: MailHubParts['send'] = async (_from, { id }) => ({ type: 'sent', id, status: 'queued' });

function stageOf(socketSettings: Partial<Settings['socket']> = {}, send: MailHubParts['send'] = queue) {
  const mailboxes = new SlowMailboxes(systemClock, settings.messaging);
  const tokens = new MessageTokens([site], settings.messaging.tokenTtl);
  const origins = new Origins('https://saoma.example', [site]);
  const now = (): number => mailboxes.now();
  const hub = new MailHub({
    mailboxes,
    members: new Members({ tokens, sessions: new Map(), sites: [site], origins, now }),
    send,
    helloFailures: unlimited,
    living: async () => [],
    socketsPerUser: 5,
    clock: systemClock,
    settings: { ...settings.socket, ...socketSettings },
    bounds: settings.messaging,
    log: createLog('silent', { write: () => undefined }),
    acknowledged: () => undefined,
  });
  mailboxes.listen(hub);
  onTestFinished(() => hub.leave());
  const socket = new Socket();
  const visitor = { origin: '', ip: '192.0.2.1', seat: hub.nextSeat() };
  hub.welcome(new MailConnection(socket as unknown as WebSocket, visitor, hub));
  const gate = new EventEmitter();
  return {
    hub,
    mailboxes,
    socket,
    hello: () => socket.say({ type: 'hello', token: tokens.issue({ ...login, confirmedAt: Date.now() }) }),
    hold: () => void (mailboxes.held = once(gate, 'go')),
    goAndSettle: async () => {
      gate.emit('go');
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    seats: async () => (await mailboxes.presence(box)).connections,
  };
}

describe.each([
  { what: 'came late', losesAnswers: false },
  { what: 'was lost', losesAnswers: true },
])('when the answer of the store $what', ({ losesAnswers }) => {
  test('a socket whose hello was given up leaves no seat behind', async () => {
    const { mailboxes, socket, hello, hold, goAndSettle, seats } = stageOf({ storePatience: 50 });
    mailboxes.losesAnswers = losesAnswers;
    hold();
    hello();
    await expect.poll(() => socket.closedWith).toBe(1013);
    expect(mailboxes.joins).toBe(1);
    await goAndSettle();
    expect(await seats()).toBe(0);
  });

  test('one that leaves while its seat is renewed leaves no seat behind', async () => {
    const { hub, mailboxes, socket, hello, hold, goAndSettle, seats } = stageOf();
    hello();
    await expect.poll(seats).toBe(1);
    hold();
    mailboxes.losesAnswers = losesAnswers;
    hub.missed(() => true);
    await expect.poll(() => mailboxes.joins).toBe(2);
    socket.close();
    await expect.poll(seats).toBe(0);
    await goAndSettle();
    expect(await seats()).toBe(0);
  });
});

test('where the store did not take a message those after it are not tried, and the socket is closed', async () => {
  const tried: string[] = [];
  const { socket, hello, seats } = stageOf({}, async (from, message) => {
    tried.push(message.id);
    if (message.id === 'second') throw new AppError('store_unavailable');
    return queue(from, message);
  });
  hello();
  await expect.poll(seats).toBe(1);
  for (const id of ['first', 'second', 'third']) socket.say({ type: 'send', to: 'oBo', body: 1, id });
  await expect.poll(seats).toBe(0);
  expect(tried).toEqual(['first', 'second']);
  expect(socket.closedWith).toBe(1013);
});

test('what a socket says while something of it is under way waits up to a bound', async () => {
  const { socket, hello, hold, goAndSettle } = stageOf({ messagesWindow: 0 });
  hold();
  hello();
  for (let n = 1; n < settings.socket.messages; n++)
    socket.say({ type: 'send', to: 'oBo', body: n, id: `m${n}` });
  expect(socket.closedWith).toBeUndefined();
  socket.say({ type: 'send', to: 'oBo', body: 0, id: 'one-too-many' });
  expect(socket.closedWith).toBe(4429);
  await goAndSettle();
});
