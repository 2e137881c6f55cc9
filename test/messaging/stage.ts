/** A site's backend and its users, as they meet the message doors of a running service, on one node or several. */
import { afterAll, beforeAll, describe } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { MessageTokens } from '../../src/messaging/tokens.ts';
import { basic, secretOf } from '../site/support.ts';
import { noRedis } from '../support/needs.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import { MailSocket } from './mail-socket.ts';

export interface MailStage {
  /** One node with memory; or several on a real Redis. */
  nodes: TestApp[];
  /** Where a user comes to, and where a site's backend: not the same one, if there are several. */
  near: TestApp;
  far: TestApp;
}

/** The same tests on one node with memory, and on two nodes with a real Redis. */
export function onBothStores(options: StartOptions, tests: (stage: MailStage) => void): void {
  describe('on one node, in memory', () => {
    tests(stageOf(() => onMemory(options)));
  });
  describe.skipIf(noRedis)('on two nodes, on Redis', () => {
    tests(stageOf(() => startFleet(2, options)));
  });
}

async function onMemory(options: StartOptions): Promise<Opened> {
  const app = await startApp(options);
  return { nodes: [app], close: () => app.close() };
}

interface Opened {
  nodes: TestApp[];
  close(): Promise<void>;
}

/** Open while the tests around it run. */
function stageOf(open: () => Promise<Opened>): MailStage {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  return {
    get nodes() {
      return opened.nodes;
    },
    get near() {
      return opened.nodes[0]!;
    },
    get far() {
      return opened.nodes.at(-1)!;
    },
  };
}

/** Somebody who was never there. */
export function somebody(): string {
  return `o${randomId(20).slice(0, 27)}`;
}

/** What a login of this person at this site would bring. */
export function tokenFor(app: TestApp, openid: string, site = 'shop', confirmedAt = Date.now()): string {
  const tokens = new MessageTokens(app.config.sites, settings.messaging.tokenTtl);
  return tokens.issue({ sceneId: 'A'.repeat(22), site, openid, confirmedAt });
}

/** A socket of this person, that was welcomed. */
export async function come(app: TestApp, openid: string, site = 'shop'): Promise<MailSocket> {
  const socket = await MailSocket.open(app.url, `https://${site}.example`);
  return socket.hello(tokenFor(app, openid, site));
}

export interface Letter {
  to: string | { all: true };
  body?: unknown;
  id?: string;
  ttlSeconds?: number;
}

/** What a site's backend sends. */
export function post(app: TestApp, letter: Letter | object, site = 'shop'): Promise<Response> {
  return postText(app, JSON.stringify({ body: 'hello', ...letter }), site);
}

export function postText(app: TestApp, text: string, site = 'shop'): Promise<Response> {
  return fetch(`${app.url}/api/messages`, {
    method: 'POST',
    headers: { authorization: basic(site, secretOf(app, site)), 'content-type': 'application/json' },
    body: text,
  });
}

export interface Receipt {
  id: string;
  status: string;
}

/** The same, and it is taken. */
export async function posted(app: TestApp, letter: Letter, site = 'shop'): Promise<Receipt> {
  const response = await post(app, letter, site);
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Receipt;
}

export interface Presence {
  online: boolean;
  connections: number;
  lastSeenAt: number | null;
}

export async function presence(app: TestApp, openid: string, site = 'shop'): Promise<Presence> {
  const response = await fetch(`${app.url}/api/users/${openid}/presence`, {
    headers: { authorization: basic(site, secretOf(app, site)) },
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Presence;
}
