/** The example chat before a running service: its backend in this process, and people who sit down at it. */
import { once } from 'node:events';
import http from 'node:http';
import { onTestFinished } from 'vitest';
import { createChat } from '../../examples/chat/chat.js';
import { freePort } from '../support/free-port.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { Visitor } from './visitor.ts';

export const secret = 'canary-chat-secret-0123456789';

export interface ChatStage {
  app: TestApp;
  url: string;
}

interface Options {
  /** Below which the chat lives. */
  path?: string;
  messaging?: object;
  /** What the chat shows to the service. */
  shown?: string;
}

/** Gone again when the test is over. */
export async function openChatStage(options: Options = {}): Promise<ChatStage> {
  const { path = '', messaging = {}, shown = secret } = options;
  const origin = `http://127.0.0.1:${await freePort()}`;
  const url = origin + path;
  const site = {
    id: 'chat',
    name: 'The Chat',
    secret,
    account: 'main',
    approval: 'scan',
    origins: [origin],
    redirectUris: [`${url}/callback`],
    messaging: { peers: true, ...messaging },
  };
  const app = await startApp({ sites: [site] });
  const chat = createChat({ saomaUrl: app.url, publicUrl: url, siteId: site.id, siteSecret: shown });
  const server = http.createServer((req, res) => void chat(req, res));
  await once(server.listen(Number(new URL(origin).port), '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  });
  return { app, url };
}

/** A visitor with the cookies of one browser. */
export function visitorOf({ url }: ChatStage, language = 'en'): Visitor {
  return new Visitor(`${url}/`, language);
}

/** Sits down at one side, by a scan. @param further of the query @returns where they are sent */
export async function sitDown(
  { app }: ChatStage,
  visitor: Visitor,
  seat: 'left' | 'right',
  openid: string,
  further = '',
): Promise<string> {
  const login = new URL((await visitor.get(`sign-in?seat=${seat}${further}`)).headers.get('location') ?? '');
  const query = login.searchParams;
  const browser = app.browser(app.url);
  const scene = await browser.open('chat', { codeChallenge: query.get('code_challenge') });
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  await app.wechat.scan(openid, scene.sceneId);
  const { code = '' } = await socket.reach('confirmed');
  socket.raw.terminate();
  const back = new URL(query.get('redirect_uri') ?? '');
  back.search = new URLSearchParams({ code, state: query.get('state') ?? '' }).toString();
  return (await visitor.get(back.href)).headers.get('location') ?? '';
}
