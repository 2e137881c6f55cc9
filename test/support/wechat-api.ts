/**
 * The WeChat API as a program of its own, as little of it as a login needs: a token, a QR code, a profile, many profiles.
 * It answers right, and at once unless it is told otherwise, so that a run costs its two cores little; who wants faults of
 * WeChat's takes `src/simulator`. Says its `port` when it listens, then speaks as `Told` and `Saying` say; ends with its parent.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';

type Delayed = 'user/info' | 'qrcode/create';

/**
 * `minted` and `counts` are answered with a `Saying`. `delays` is not: it holds for every request that comes after the
 * answer to a later question. Milliseconds; -1: never answered; what is not named stays as it is.
 * A batch of profiles waits as long as `user/info`.
 */
export type Told = 'minted' | { ask: 'counts' } | { delays: { [Api in Delayed]?: number } };

/** How many QR codes it made; how often each API was asked, whatever came of it. */
export type Saying = { minted: number } | { counts: Record<string, number> };

type Query = Record<string, unknown>;

const token = `98_${randomBytes(96).toString('base64url')}`;
const prefix = '/cgi-bin/';
const readsBody = new Set(['user/info/batchget', 'qrcode/create']);
const batchSize = 100;
const never = -1;
const delays: Record<string, number> = {};
const counts: Record<string, number> = {};
let minted = 0;

const server = createServer((request, response) => {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const api = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  counts[api] = (counts[api] ?? 0) + 1;
  const answer = (body?: string): void =>
    answerLater(response, delayOf(api), () => answerTo(`${request.method} ${api}`, parse(query), body));
  if (readsBody.has(api)) return readBody(request, answer);
  request.resume();
  answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
process.on('message', hear);
process.on('disconnect', () => process.exit(0));

function hear(told: Told): void {
  if (told === 'minted') say({ minted });
  else if ('delays' in told) Object.assign(delays, told.delays);
  else if (told.ask === 'counts') say({ counts });
}

function say(saying: Saying): void {
  process.send?.(saying);
}

function delayOf(api: string): number {
  return delays[api === 'user/info/batchget' ? 'user/info' : api] ?? 0;
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    body += part;
  });
  request.on('end', () => then(body));
}

function answerLater(response: ServerResponse, delay: number, make: () => object): void {
  if (delay === never) return;
  const send = (): void => {
    response.setHeader('Content-Type', 'application/json; encoding=utf-8');
    response.end(JSON.stringify(make()));
  };
  if (delay === 0) send();
  else setTimeout(send, delay);
}

function answerTo(call: string, query: Query, body = ''): object {
  if (call === 'POST stable_token') return { access_token: token, expires_in: 7200 };
  if (query['access_token'] !== token) return { errcode: 40001, errmsg: 'invalid credential' };
  if (call === 'POST qrcode/create') return mint(body);
  if (call === 'GET user/info') return person(query['openid']);
  if (call === 'POST user/info/batchget') return people(body);
  return { errcode: 40066, errmsg: 'invalid url' };
}

/** It lives as long as was asked for. */
function mint(body: string): object {
  const { expire_seconds: lifetime } = JSON.parse(body) as { expire_seconds?: number };
  minted += 1;
  const key = randomBytes(18).toString('base64url');
  return {
    ticket: `gQ${key}`,
    expire_seconds: lifetime,
    url: `http://weixin.qq.com/q/02${key}`,
  };
}

function person(openid: unknown): object {
  return { subscribe: 1, openid, subscribe_time: 1_700_000_000, tagid_list: [] };
}

function people(body: string): object {
  const { user_list: list } = JSON.parse(body) as { user_list?: { openid: string }[] };
  if (!list || list.length === 0 || list.length > batchSize)
    return { errcode: 40032, errmsg: 'invalid openid list size' };
  return { user_info_list: list.map(({ openid }) => person(openid)) };
}
