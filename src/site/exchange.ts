import type { ParameterizedContext as Context } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import type { Limiter } from '../http/limiter.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import { logAlso } from '../http/request-log.ts';
import { AppError } from '../kit/errors.ts';
import { CodeRefused } from '../scene/refusal.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { Audit } from '../telemetry/audit.ts';
import type { Log } from '../telemetry/log.ts';
import { authenticate, claimedSite } from './sites.ts';
import type { Site } from './sites.ts';

export interface ExchangeDoorParts {
  scenes: Scenes;
  sites: ReadonlyMap<string, Site>;
  /** By site; failures only, so that a right code always passes. */
  failures: Limiter;
  /** Lets the site's page hear its messages. */
  messageToken: (scene: Scene) => string;
  log: Log;
  address: ClientAddress;
  /** Told of each refusal. */
  audit: Audit;
}

const request = z.object({ code: z.string().max(256), codeVerifier: z.string().max(256).optional() });
const idempotencyKeyShape = /^[\x21-\x7e]{16,128}$/;

/** A site's backend turns its one-time code into the person: `POST /api/exchange`. */
export function exchangeDoor(parts: ExchangeDoorParts): Door {
  return (router) => {
    router.post('/api/exchange', async (ctx) => {
      ctx.set('Cache-Control', 'no-store');
      try {
        const scene = await exchange(ctx, parts);
        ctx.body = { ...presentLogin(scene), messageToken: parts.messageToken(scene) };
      } catch (error) {
        throw await counted(error, ctx, parts);
      }
    });
  };
}

async function exchange(ctx: Context, { scenes, sites }: ExchangeDoorParts): Promise<Scene> {
  const site = authenticate(sites, ctx.get('Authorization'));
  if (!site) throw new AppError('invalid_client');
  logAlso(ctx, { site: site.id });
  const { code, codeVerifier } = await readJson(ctx, request);
  const scene = await scenes.redeem(code, {
    site: site.id,
    codeVerifier,
    idempotencyKey: idempotencyKeyOf(ctx),
  });
  logAlso(ctx, { sceneId: scene.id, account: scene.account, outcome: 'exchanged' });
  return scene;
}

function idempotencyKeyOf(ctx: Context): string | undefined {
  const key = ctx.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && idempotencyKeyShape.test(key)) return key;
  throw new AppError('invalid_request', {
    message: 'Idempotency-Key must have 16 to 128 visible characters.',
  });
}

/** A refusal is logged, told to the trail, and counted for the site; past the limit it says so instead. */
async function counted(error: unknown, ctx: Context, parts: ExchangeDoorParts): Promise<unknown> {
  const { sites, failures, log } = parts;
  if (!(error instanceof AppError) || !['invalid_client', 'invalid_grant'].includes(error.code)) return error;
  const claimed = claimedSite(ctx.get('Authorization'));
  const site = sites.has(claimed) ? claimed : 'unknown';
  log.warn({ requestId: ctx.state['requestId'], site, reason: error.code }, 'an exchange was refused');
  tell(error, ctx, parts);
  return takeOrRefuse(failures, site).then(
    () => error,
    (tooMany: unknown) => tooMany,
  );
}

/** The trail may know why, which the site is not told. */
function tell(error: AppError, ctx: Context, { sites, address, audit }: ExchangeDoorParts): void {
  const claimed = sites.get(claimedSite(ctx.get('Authorization')));
  const refused = error instanceof CodeRefused ? error : undefined;
  const isRepeated = refused?.why === 'repeated';
  audit({
    kind: isRepeated ? 'code_repeated' : 'exchange_refused',
    actor: claimed?.id ?? 'unknown',
    site: claimed?.id,
    account: claimed?.account,
    sceneId: refused?.sceneId,
    ip: address.of(ctx.req),
    reason: isRepeated ? undefined : (refused?.why ?? 'wrong_site_or_secret'),
    facts: { userAgent: ctx.get('User-Agent') },
  });
}

function presentLogin(scene: Scene): object {
  const { id, site, account, openid, unionid, user, followed, approval, siteState, scannedAt, confirmedAt } =
    scene;
  return {
    sceneId: id,
    site,
    account,
    openid,
    unionid,
    user: user ?? { nickname: null, avatarUrl: null, subscribed: null, subscribedAt: null, language: null },
    followed,
    approval,
    ...(siteState === null ? {} : { state: siteState }),
    scannedAt,
    confirmedAt,
  };
}
