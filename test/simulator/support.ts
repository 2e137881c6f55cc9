import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Act, Delivery } from '../../src/simulator/wire.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';

export type { Act, Delivery };

export const credentials = {
  appId: 'wx00112233445566aa',
  appSecret: 'a1b2c3d4e5f60718a1b2c3d4e5f60718',
  token: 'bridgeTestToken01',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  originalId: 'gh_1a2b3c4d5e6f',
} as const;

export interface Hit {
  query: URLSearchParams;
  body: string;
  headers: Record<string, unknown>;
}

/** How the webhook answers a hit: by default 200 `success`; `stall`: never. */
export type Reply = { status?: number; body?: string } | 'stall';

/** A webhook that answers by `answer` and keeps what it got. */
export async function startWebhook(answer: (hit: Hit, count: number) => Reply = () => ({})) {
  const hits: Hit[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { searchParams } = new URL(request.url ?? '/', 'http://webhook');
    const hit = { query: searchParams, body: await text(request), headers: request.headers };
    hits.push(hit);
    const reply = answer(hit, hits.length);
    if (reply === 'stall') return;
    response.statusCode = reply.status ?? 200;
    response.end(reply.body ?? 'success');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat/main?from=test`, hits };
}

type Given = Partial<SimulatorOptions>;

/** A stand-in on a free port, and short ways to talk to it. */
export async function startWorld(given: Given = {}) {
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    webhookUrl: 'http://127.0.0.1:9/wechat/main',
    mode: 'safe',
    retryAfter: 1,
    ...credentials,
    ...given,
  });
  onTestFinished(() => simulator.close());
  return { ...simulator, ...wechatCalls(simulator.url), ...phoneCalls(simulator.url) };
}

type Json = Record<string, unknown>;

function wechatCalls(url: string) {
  const get = async (path: string) => (await fetch(`${url}${path}`)).json() as Promise<Json>;
  const post = async (path: string, body: unknown) =>
    (
      await fetch(`${url}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    ).json() as Promise<Json>;
  const stableToken = (more: Json = {}) =>
    post('/cgi-bin/stable_token', {
      grant_type: 'client_credential',
      appid: credentials.appId,
      secret: credentials.appSecret,
      ...more,
    });
  const token = async () => String((await stableToken())['access_token']);
  const createCode = async (scene: string, seconds = 120) =>
    post(`/cgi-bin/qrcode/create?access_token=${await token()}`, {
      expire_seconds: seconds,
      action_name: 'QR_STR_SCENE',
      action_info: { scene: { scene_str: scene } },
    }) as Promise<{ ticket: string; url: string; expire_seconds: number }>;
  const userInfo = async (openid: string) =>
    get(`/cgi-bin/user/info?access_token=${await token()}&openid=${openid}&lang=zh_CN`);
  return { get, post, stableToken, token, createCode, userInfo };
}

interface PersonView {
  id: string;
  name: string;
  openid: string;
  follows: boolean;
  offered: { scene: string } | null;
  chat: { from: string; text: string; notice?: string }[];
}

function phoneCalls(url: string) {
  const api = (path: string, init?: RequestInit) => fetch(`${url}/phone/api${path}`, init);
  const control = async (path: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await api(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, body: response.status === 204 ? {} : await response.json() };
  };
  const act = async (path: string, body: unknown) => (await control(path, body)).body as Act;
  const state = async () => (await api('/state')).json() as Promise<{ people: PersonView[] }>;
  const person = async (id: string) => {
    const found = (await state()).people.find((one) => one.id === id);
    if (!found) throw new Error(`nobody is ${id}`);
    return found;
  };
  return { api, control, act, state, person };
}
