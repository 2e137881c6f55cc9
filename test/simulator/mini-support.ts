import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { MiniScreen } from '../../src/simulator/wire.ts';
import { startWorld } from './support.ts';

export const miniProgram = {
  appId: 'wxmini0011223344ff',
  appSecret: 'f0e1d2c3b4a5968778695a4b3c2d1e0f',
} as const;

export interface Asked {
  method: string;
  path: string;
  session: string | undefined;
  body: Record<string, unknown>;
}

type Answer = { status?: number; body?: object | string };

const inAMinute = 60_000;

/** What a login service says if all goes well. */
function usualAnswer({ path }: Asked, logins: number): Answer {
  const now = Date.now();
  if (path === '/login')
    return { body: { session: `session-${logins}`, expiresAt: now + inAMinute, expiresIn: 60 } };
  if (path === '/session') return { body: { expiresAt: now + inAMinute, expiresIn: 60 } };
  if (path === '/profile') return { body: { profile: { nickName: '微信用户' } } };
  if (path === '/logout') return { status: 204 };
  if (path.endsWith('/scan')) return { body: { handle: 'handle/1', ...anAsk(now) } };
  return { body: { state: 'confirmed' } };
}

function anAsk(now: number): object {
  return {
    site: { id: 'shop', name: 'The <b>Shop</b>' },
    browser: { ip: '203.0.113.7', userAgent: 'Mozilla/5.0', name: 'Chrome, Windows', openedAt: now },
    expiresAt: now + inAMinute,
  };
}

export const isOver = {
  status: 401,
  body: { error: 'session_expired', message: 'Log in again.', relogin: true },
};

/** The mini program's server, as a program of its own that keeps what it was asked. @param answer undefined: the usual one */
export async function startServer(
  answer: (asked: Asked, count: number) => Answer | undefined | Promise<Answer | undefined> = () => undefined,
) {
  const asked: Asked[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const said = await text(request);
    const path = (request.url ?? '').replace('/miniprogram/mini', '');
    const session = request.headers.authorization?.replace('Bearer ', '');
    const one = { method: request.method ?? '', path, session, body: said ? JSON.parse(said) : {} };
    asked.push(one);
    const logins = asked.filter((each) => each.path === '/login').length;
    const { status = 200, body } = (await answer(one, asked.length)) ?? usualAnswer(one, logins);
    response.statusCode = status;
    response.end(typeof body === 'object' ? JSON.stringify(body) : body);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/miniprogram/mini`,
    asked,
    http: server,
  };
}

/** A stand-in WeChat with a mini program, and short ways to talk to both. */
export async function startMiniWorld(given: Parameters<typeof startWorld>[0] = {}) {
  const world = await startWorld({ ...given, miniProgram: { ...miniProgram, ...given.miniProgram } });
  const miniToken = async () =>
    String(
      (await world.stableToken({ appid: miniProgram.appId, secret: miniProgram.appSecret }))['access_token'],
    );
  const createMiniCode = async (scene: string, more: object = {}) =>
    fetch(`${world.url}/wxa/getwxacodeunlimit?access_token=${await miniToken()}`, {
      method: 'POST',
      body: JSON.stringify({ scene, page: 'pages/login/index', check_path: false, ...more }),
    });
  const mini = async (path: string, body: object = {}, person = 'robin') =>
    world.control(`/mini${path}`, { person, ...body });
  const screen = async (path: string, body: object = {}, person = 'robin') =>
    (await mini(path, body, person)).body as MiniScreen;
  const loginCode = async (person = 'robin') =>
    ((await mini('/login-code', {}, person)).body as { code: string }).code;
  const codeToSession = (code: string, more: Record<string, string> = {}) => {
    const usual = {
      appid: miniProgram.appId,
      secret: miniProgram.appSecret,
      grant_type: 'authorization_code',
    };
    const query = new URLSearchParams({ ...usual, js_code: code, ...more });
    return world.get(`/sns/jscode2session?${query.toString()}`);
  };
  return { ...world, miniToken, createMiniCode, mini, screen, loginCode, codeToSession };
}
