/**
 * Owns the WeChat API calls that a login service uses, with WeChat's own quirks: status 200 whatever happens, errors in
 * the body, no errcode on success, and content types that are not always JSON. Routes: `/cgi-bin/…`, and a mini program's
 * `/sns/…` and `/wxa/…`.
 */
import { Router } from '@koa/router';
import type { ParameterizedContext } from 'koa';
import getRawBody from 'raw-body';
import { accountApis } from './apis.ts';
import type { Api, ApiCall, KnownApp, World } from './apis.ts';
import { errorBody, WechatFault } from './errors.ts';
import { play } from './faults.ts';
import { limits } from './limits.ts';
import { miniApis } from './mini-apis.ts';
import type { CallLog } from './calls.ts';
import type { Faults } from './faults.ts';

export interface ApiOptions {
  world: World;
  faults: Faults;
  calls: CallLog;
  closing: AbortSignal;
}

export function wechatApi(options: ApiOptions): Router {
  const router = new Router();
  router.all(/^\/cgi-bin\/(.+)$/, (ctx) => answer(ctx, ofAccount, options));
  router.all(/^\/(?:sns|wxa)\/(.+)$/, (ctx) => answer(ctx, ofMiniProgram, options));
  return router;
}

/** The calls of one kind of app. */
interface Kind {
  prefix: string;
  apis: Record<string, Api>;
  app: (world: World) => KnownApp;
}

const ofAccount: Kind = { prefix: '/cgi-bin/', apis: accountApis, app: ({ account }) => account };
const ofMiniProgram: Kind = { prefix: '/', apis: miniApis, app: ({ miniProgram }) => miniProgram };

async function answer(
  ctx: ParameterizedContext,
  kind: Kind,
  { world, faults, calls, closing }: ApiOptions,
): Promise<void> {
  const name = ctx.path.slice(kind.prefix.length);
  const query = new URLSearchParams(ctx.querystring);
  const text = await getRawBody(ctx.req, { limit: limits.apiBytes, encoding: 'utf8' });
  const fault = faults.take(name);
  const done = calls.begin({ api: name, method: ctx.method, query, body: text, fault: fault !== undefined });
  if (!fault || !(await play(fault, ctx, closing))) reply(ctx, kind, world, { name, query, text });
  done(ctx.status, typeof ctx.body === 'string' ? ctx.body : '');
}

function reply(
  ctx: ParameterizedContext,
  kind: Kind,
  world: World,
  call: { name: string; query: URLSearchParams; text: string },
): void {
  ctx.status = 200;
  ctx.type = 'text/plain';
  try {
    const api = apiOf(kind, call.name, ctx.method);
    if (api.needs === 'token') checkToken(kind.app(world), call.query.get('access_token'));
    if (api.needs === 'address') world.whitelist.check(ctx.req.socket.remoteAddress ?? '');
    const body = api.method === 'POST' ? parse(call.text, api.notJson) : {};
    const result = api.answer({ query: call.query, body } satisfies ApiCall, world);
    ctx.set('Content-Type', api.type);
    ctx.body = Buffer.isBuffer(result) ? result : JSON.stringify(result);
  } catch (error) {
    if (!(error instanceof WechatFault)) throw error;
    ctx.body = JSON.stringify(errorBody(error.errcode, error.message));
  }
}

function apiOf({ apis }: Kind, name: string, method: string): Api {
  const api = Object.hasOwn(apis, name) ? apis[name] : undefined;
  if (!api) throw new WechatFault(40066);
  if (api.method !== method) throw new WechatFault(api.method === 'POST' ? 43002 : 43001);
  return api;
}

function checkToken({ tokens }: KnownApp, token: string | null): void {
  const errcode = tokens.faultOf(token ?? '');
  if (errcode !== undefined) throw new WechatFault(errcode);
}

function parse(text: string, notJson?: number): Record<string, unknown> {
  if (text === '') throw new WechatFault(notJson ?? 44002);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Not JSON: the same answer as for JSON that is no object.
  }
  throw new WechatFault(notJson ?? 47001);
}
