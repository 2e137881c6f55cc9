import type { ParameterizedContext as Context } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { addressPrefix } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import type { Limiter } from '../http/limiter.ts';
import { takeAllOrRefuse, takeOrRefuse } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import { logAlso } from '../http/request-log.ts';
import { AppError } from '../kit/errors.ts';
import type { Approval } from '../protocol/messages.ts';
import type { Scene } from './scene.ts';
import type { OpenedScene, Scenes } from './scenes.ts';
import { snapshotOf } from './snapshot.ts';

export interface SceneSite {
  id: string;
  /** Whose code a page gets that asks for none. */
  account: string;
  /** All that it may ask for. */
  accounts: readonly string[];
  approval: Approval;
  /** Where its browsers' sockets go, if not to the door's own address. */
  publicUrl?: string;
}

export interface SceneDoorParts {
  scenes: Scenes;
  /** Those of this door; scenes of others are not found here. */
  sites: ReadonlyMap<string, SceneSite>;
  origins: Origins;
  address: ClientAddress;
  publicUrl: string;
  limits: {
    perAddress: Limiter;
    perSite: Limiter;
    /** Codes that nobody came back for, by address. */
    idle: Limiter;
    /** Codes that nobody scanned, by address. */
    unscanned: Limiter;
    attachFailures: Limiter;
  };
}

const openRequest = z.object({
  site: z.string().max(64),
  account: z.string().max(64).optional(),
  state: z.string().max(512).optional(),
  codeChallenge: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be an S256 challenge')
    .optional(),
});

/** Scenes over plain HTTP: open one, look at it, give it up. For pages of the sites, and our own. */
export function sceneDoor(parts: SceneDoorParts): Door {
  const { scenes, origins } = parts;
  return (router) => {
    router.use('/api/scenes{/*path}', (ctx, next) => {
      answerCors(ctx, origins);
      return next();
    });
    const paths = ['/api/scenes', '/api/scenes/:sceneId', '/api/scenes/:sceneId/cancel'];
    router.options(paths, (ctx) => {
      ctx.status = 204;
    });
    router.post('/api/scenes', (ctx) => open(ctx, parts));
    router.get('/api/scenes/:sceneId', (ctx) => answerScene(ctx, parts, (scene) => Promise.resolve(scene)));
    router.post('/api/scenes/:sceneId/cancel', (ctx) =>
      answerScene(ctx, parts, ({ id }, claim) => scenes.cancelByBrowser(id, claim)),
    );
  };
}

async function open(ctx: Context, parts: SceneDoorParts): Promise<void> {
  const origin = ctx.get('Origin');
  if (!parts.origins.isKnown(origin)) throw new AppError('origin_not_allowed');
  const request = await readJson(ctx, openRequest);
  const site = parts.sites.get(request.site);
  if (!site) throw new AppError('unknown_site');
  if (!parts.origins.mayUse(site.id, origin)) throw new AppError('origin_not_allowed');
  const { account = site.account } = request;
  if (!site.accounts.includes(account)) throw new AppError('account_not_allowed');
  const ip = parts.address.of(ctx.req);
  const prefix = addressPrefix(ip);
  await refuseTooMany(parts.limits, site.id, prefix);
  const opening = parts.scenes.open({
    site: site.id,
    account,
    approval: site.approval,
    browser: { ip, userAgent: shortUserAgent(ctx), origin },
    state: request.state ?? null,
    codeChallenge: request.codeChallenge ?? null,
  });
  const opened = await opening.catch((error: unknown) => {
    // No code was made, so none was made for nobody.
    void parts.limits.idle.giveBack(prefix);
    void parts.limits.unscanned.giveBack(prefix);
    throw error;
  });
  logAlso(ctx, { sceneId: opened.scene.id, site: site.id, account });
  ctx.status = 201;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = presentOpened(opened, site.publicUrl ?? parts.publicUrl);
}

function refuseTooMany(limits: SceneDoorParts['limits'], site: string, prefix: string): Promise<void> {
  return takeAllOrRefuse([
    { limiter: limits.perAddress, key: prefix },
    { limiter: limits.perSite, key: site },
    { limiter: limits.idle, key: prefix },
    { limiter: limits.unscanned, key: prefix },
  ]);
}

/** A copy: a mere slice would keep the whole header in memory for as long as the scene. */
function shortUserAgent(ctx: Context): string {
  return Buffer.from(ctx.get('User-Agent').slice(0, 512)).toString();
}

function presentOpened({ scene, claim, qr }: OpenedScene, publicUrl: string): object {
  const socketUrl = `${publicUrl.replace(/^http/, 'ws')}/ws/scenes/${scene.id}`;
  return { sceneId: scene.id, claim, expiresAt: scene.expiresAt, qr, socketUrl };
}

/** Runs a verb of the claim's holder and answers the snapshot; a wrong claim, another site, unknown and gone are told alike. */
async function answerScene(
  ctx: Context & { params: Record<string, string> },
  { scenes, sites, origins, limits, address }: SceneDoorParts,
  verb: (scene: Scene, claim: string) => Promise<Scene | undefined>,
): Promise<void> {
  const origin = ctx.get('Origin') || undefined;
  const required = ctx.method === 'POST';
  if ((required || origin !== undefined) && !origins.isKnown(origin))
    throw new AppError('origin_not_allowed');
  const claim = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(ctx.get('Authorization'))?.[1];
  const held = claim && (await scenes.attach(ctx.params['sceneId'] ?? '', claim, null));
  const isHere = held && sites.has(held.site);
  const ofItsSite = isHere && (origin === undefined || origins.mayUse(held.site, origin));
  const scene = claim && held && ofItsSite ? await verb(held, claim) : undefined;
  if (!claim || !scene) {
    await takeOrRefuse(limits.attachFailures, addressPrefix(address.of(ctx.req)));
    throw new AppError('scene_not_found');
  }
  logAlso(ctx, { sceneId: scene.id, site: scene.site, state: scene.state });
  ctx.set('Cache-Control', 'no-store');
  ctx.body = snapshotOf(scene, claim);
}

/** Echoes exactly the origins of the sites, so that their pages may read our answers; nobody's cookies are involved. */
function answerCors(ctx: Context, origins: Origins): void {
  const origin = ctx.get('Origin');
  ctx.vary('Origin');
  if (!origins.isKnown(origin)) return;
  ctx.set({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Expose-Headers': 'Retry-After, Date',
    'Access-Control-Max-Age': '600',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
}
