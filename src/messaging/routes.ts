import type { ParameterizedContext } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { noStore } from '../http/headers.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import { logAlso } from '../http/request-log.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import { mailIdShape, openidShape } from '../protocol/mail.ts';
import { authenticate, claimedSite } from '../site/sites.ts';
import type { Site } from '../site/sites.ts';
import type { Audit } from '../telemetry/audit.ts';
import type { Log } from '../telemetry/log.ts';
import type { Messages } from './messages.ts';

export interface MessagesDoorParts {
  messages: Messages;
  sites: ReadonlyMap<string, Site>;
  /** For how long a message may wait, days. */
  inboxDays: number;
  /** By site: what it sends. */
  sent: Limiter;
  /** By site; wrong secrets only, so that a right one always passes. */
  failures: Limiter;
  log: Log;
  address: ClientAddress;
  /** Told of each wrong secret. */
  audit: Audit;
}

type Context = ParameterizedContext & { params: Record<string, string> };

const openid = z.string().regex(openidShape, { error: 'must be an openid' });
const everybody = z.strictObject({ all: z.literal(true) });
const secondsPerDay = 24 * 60 * 60;

/** What a site's backend asks for: to tell its users something, and who of them is there. */
export function messagesDoor(parts: MessagesDoorParts): Door {
  const shape = requestShape(parts.inboxDays * secondsPerDay);
  return (router) => {
    router.post('/api/messages', noStore, (ctx) => send(ctx, parts, shape));
    router.get('/api/users/:openid/presence', noStore, (ctx) => tellPresence(ctx, parts));
    router.delete('/api/users/:openid/message-tokens', noStore, (ctx) => endTokens(ctx, parts));
  };
}

type Request = ReturnType<typeof requestShape>;

function requestShape(longest: number) {
  return z
    .object({
      to: z.union([openid, everybody], { error: 'must be an openid or {"all": true}' }),
      body: z.unknown(),
      id: z
        .string()
        .regex(mailIdShape, { error: 'must have 1 to 64 characters of A-Z a-z 0-9 _ -' })
        .optional(),
      ttlSeconds: z.int().min(0).max(longest).optional(),
    })
    .refine(({ body }) => body !== undefined, { path: ['body'], error: 'is missing' });
}

async function send(ctx: Context, parts: MessagesDoorParts, shape: Request): Promise<void> {
  const { messages, sent } = parts;
  const site = await enter(ctx, parts);
  await takeOrRefuse(sent, site.id);
  const { to, body, id, ttlSeconds } = await readJson(ctx, shape, settings.messaging.requestBytes);
  const letter = { body, id, ttl: ttlSeconds === undefined ? undefined : ttlSeconds * 1000 };
  const receipt =
    typeof to === 'string'
      ? await messages.toUser(site.id, to, letter)
      : await messages.toAll(site.id, letter);
  logAlso(ctx, { outcome: receipt.status });
  ctx.status = 202;
  ctx.body = receipt;
}

async function tellPresence(ctx: Context, parts: MessagesDoorParts): Promise<void> {
  const site = await enter(ctx, parts);
  ctx.body = await parts.messages.presence(site.id, userOf(ctx));
}

async function endTokens(ctx: Context, parts: MessagesDoorParts): Promise<void> {
  const site = await enter(ctx, parts);
  await parts.messages.endTokens(site.id, userOf(ctx));
  ctx.status = 204;
}

/** @throws AppError `invalid_request` */
function userOf(ctx: Context): string {
  const user = openid.safeParse(ctx.params['openid']);
  if (!user.success) throw new AppError('invalid_request', { message: 'The path names no openid.' });
  return user.data;
}

/** @throws AppError `invalid_client`; for a site with too many of those `rate_limited` */
async function enter(ctx: Context, parts: MessagesDoorParts): Promise<Site> {
  const { sites, failures, log, address, audit } = parts;
  const site = authenticate(sites, ctx.get('Authorization'));
  if (site) {
    logAlso(ctx, { site: site.id });
    return site;
  }
  const claimed = claimedSite(ctx.get('Authorization'));
  const known = sites.has(claimed) ? claimed : 'unknown';
  log.warn({ requestId: ctx.state['requestId'], site: known }, 'a wrong site id or secret');
  audit({
    kind: 'messages_refused',
    actor: known,
    site: sites.get(claimed)?.id,
    ip: address.of(ctx.req),
    reason: 'wrong_site_or_secret',
    facts: { userAgent: ctx.get('User-Agent') },
  });
  await takeOrRefuse(failures, known);
  throw new AppError('invalid_client');
}
