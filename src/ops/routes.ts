/**
 * Owns what operators see and stop: the dashboard, its API, its sessions and its live socket.
 * Routes: `/ops`, `/ops/session`, `/ops/api/…`, `/ws/ops`; OPS.md tells what goes over them. Neighbours: scene below, which
 * it reads and cancels through; whoever knows of a move tells it by `changed`. It never confirms, and reads no secret.
 */
import type { Next, ParameterizedContext as Context } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { AskingSocketDoor, Door } from '../http/door.ts';
import { pagePolicy } from '../http/headers.ts';
import { languageOf } from '../http/language.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import { logAlso } from '../http/request-log.ts';
import type { Clock } from '../kit/clock.ts';
import { randomId } from '../kit/id.ts';
import type { Settings } from '../kit/settings.ts';
import type { NodeRegistry } from '../realtime/registry.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { SceneStore } from '../scene/store.ts';
import type { Log } from '../telemetry/log.ts';
import { Access } from './access.ts';
import { SessionCookie } from './cookie.ts';
import { Live } from './live.ts';
import { LivingNodes } from './living-nodes.ts';
import { Rates, readOverview } from './overview.ts';
import type { Latency, Overview } from './overview.ts';
import { opsPage } from './page.ts';
import { readListQuery } from './query.ts';
import { rowOf } from './row.ts';
import { Sessions } from './sessions.ts';
import type { SessionStore } from './sessions.ts';
import { opsSocketDoor } from './socket-door.ts';

export interface OpsParts {
  /** `ops.token`: the secret that the operators share. */
  token: string;
  publicUrl: string;
  scenes: Scenes;
  store: SceneStore;
  sessions: SessionStore;
  nodes: NodeRegistry;
  origins: Origins;
  address: ClientAddress;
  /** Wrong tokens, by address prefix; a right one always passes. */
  failures: Limiter;
  clock: Clock;
  log: Log;
  settings: Settings['ops'];
  /** How long the pushes of this node take; `null` while nothing was pushed. */
  pushLatency: () => Promise<Latency | null>;
  newId?: (bytes: number) => string;
}

export interface Ops {
  door: Door;
  socketDoor: AskingSocketDoor;
  /** To be told of each scene after every move. Does not throw. */
  changed(scene: Scene): void;
  /** Closes the dashboards' sockets; they come back to whoever runs next. */
  close(): void;
}

type Step = (ctx: Context, next: Next) => Promise<void>;

const signInRequest = z.object({ token: z.string() });

export function createOps(parts: OpsParts): Ops {
  const { publicUrl, store, clock, log, settings, pushLatency, newId = randomId } = parts;
  const ttl = settings.sessionTtl;
  const sessions = new Sessions({ store: parts.sessions, ttl, newId });
  const nodes = new LivingNodes(parts.nodes, clock, settings.refreshEvery / 2);
  const nodeLives = (node: string): boolean => nodes.isLiving(node);
  const rates = new Rates(clock);
  const read = (): Promise<Overview> => readOverview({ store, rates, clock, nodes, pushLatency });
  const { liveEvery } = settings;
  const live = new Live({ store, clock, log, sessions, nodeLives, readOverview: read, liveEvery });
  const cookie = new SessionCookie(publicUrl);
  const signedOut = (session: string): void => live.signedOut(session);
  const access = new Access({ ...parts, sessions, signedOut, cookie, ttl });
  return {
    door: opsDoor({ ...parts, access, nodes, readOverview: read }),
    socketDoor: opsSocketDoor({ access, origins: parts.origins, live }),
    changed(scene) {
      rates.note(scene);
      live.changed(scene);
    },
    close: () => live.close(),
  };
}

interface OpsDoorParts extends Omit<OpsParts, 'nodes'> {
  access: Access;
  nodes: LivingNodes;
  readOverview: () => Promise<Overview>;
}

/** The page, the session behind its cookie, and the API. */
function opsDoor(parts: OpsDoorParts): Door {
  const { access } = parts;
  const policy = pagePolicy(parts.publicUrl);
  const ownOrigin: Step = (ctx, next) => {
    access.requireOwnOrigin(ctx);
    return next();
  };
  return (router) => {
    router.get('/ops', noStore, (ctx) => showPage(ctx, access, policy));
    router.post('/ops/session', noStore, ownOrigin, async (ctx) => {
      const { token } = await readJson(ctx, signInRequest);
      await access.signIn(ctx, token);
      ctx.status = 204;
    });
    router.delete('/ops/session', noStore, ownOrigin, async (ctx) => {
      await access.signOut(ctx);
      ctx.status = 204;
    });
    router.use('/ops/api{/*path}', noStore, async (ctx, next) => {
      await access.require(ctx);
      await next();
    });
    router.get('/ops/api/scenes', (ctx) => listScenes(ctx, parts));
    router.post('/ops/api/scenes/:sceneId/cancel', (ctx) => cancelScene(ctx, parts));
    router.get('/ops/api/overview', async (ctx) => {
      ctx.body = await parts.readOverview();
    });
  };
}

const noStore: Step = (ctx, next) => {
  ctx.set('Cache-Control', 'no-store');
  return next();
};

async function showPage(ctx: Context, access: Access, policy: string): Promise<void> {
  const signedIn = (await access.session(ctx.req)) !== undefined;
  ctx.set('Content-Security-Policy', policy);
  ctx.type = 'html';
  const lang = languageOf(ctx, new URLSearchParams(ctx.querystring).get('lang'));
  ctx.body = opsPage({ lang, signedIn });
}

async function listScenes(ctx: Context, { store, nodes, settings }: OpsDoorParts): Promise<void> {
  const limits = { preset: settings.pageSize, largest: settings.largestPage };
  const query = readListQuery(new URLSearchParams(ctx.querystring), limits);
  const [{ scenes, nextCursor, total }] = await Promise.all([store.list(query), nodes.list()]);
  const rows = scenes.map((scene) => rowOf(scene, (node) => nodes.isLiving(node)));
  ctx.body = { scenes: rows, nextCursor, total };
}

async function cancelScene(
  ctx: Context & { params: Record<string, string> },
  { scenes, nodes, log }: OpsDoorParts,
): Promise<void> {
  const scene = await scenes.cancelByOperator(ctx.params['sceneId'] ?? '');
  logAlso(ctx, { sceneId: scene.id, site: scene.site, account: scene.account });
  log.info(
    { requestId: ctx.state['requestId'], sceneId: scene.id, site: scene.site },
    'operator cancelled a scene',
  );
  ctx.body = rowOf(scene, (node) => nodes.isLiving(node));
}
