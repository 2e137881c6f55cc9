/**
 * Owns what operators see and stop: the dashboard, its API, its sessions and its live socket.
 * Routes: `/ops`, `/ops/session`, `/ops/sign-in`, `/ops/api/…`, `/ws/ops`; OPS.md tells what goes over them. Neighbours: scene
 * below, which it reads and cancels through; whoever knows of a move tells it by `changed`. It never confirms, and reads no
 * secret.
 */
import type { ParameterizedContext as Context } from 'koa';
import type { ClientAddress } from '../http/address.ts';
import type { AskingSocketDoor, Door } from '../http/door.ts';
import { noStore, pagePolicy } from '../http/headers.ts';
import { languageOf } from '../http/language.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import { presentStatus } from '../http/present-error.ts';
import { logAlso } from '../http/request-log.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { randomId } from '../kit/id.ts';
import type { Settings } from '../kit/settings.ts';
import type { NodeRegistry } from '../realtime/registry.ts';
import { isSceneId } from '../scene/code.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { SceneStore } from '../scene/store.ts';
import type { Audit } from '../telemetry/audit.ts';
import type { Log } from '../telemetry/log.ts';
import { Access, operatorOf } from './access.ts';
import { kindsOf } from './account-rows.ts';
import type { AuditTrail } from './audit.ts';
import { auditDoor, cancelled } from './audit-routes.ts';
import { awayPage } from './away-page.ts';
import { SessionCookie } from './cookie.ts';
import { detailOf } from './detail.ts';
import { Credentials } from './credentials.ts';
import type { CredentialsParts } from './credentials.ts';
import { Live } from './live.ts';
import { LivingNodes } from './living-nodes.ts';
import { readOverview } from './overview.ts';
import type { Overview, OverviewParts } from './overview.ts';
import { opsPage } from './page.ts';
import { readListQuery } from './query.ts';
import { rowOf } from './row.ts';
import type { Surroundings } from './row.ts';
import { sessionDoor } from './session-door.ts';
import { Sessions } from './sessions.ts';
import type { SessionStore } from './sessions.ts';
import { ScanSignIn } from './sign-in.ts';
import type { ScanSite } from './sign-in.ts';
import { opsSocketDoor } from './socket-door.ts';

export interface OpsParts extends CredentialsParts, Omit<OverviewParts, 'nodes'> {
  /** `ops.publicUrl`: the page's own origin. */
  publicUrl: string;
  /** How operators sign in by a scan, and what their numbers are made with; `null`: nobody does. */
  scan: (ScanSite & { numberKey: string }) | null;
  scenes: Scenes;
  store: SceneStore;
  sessions: SessionStore;
  nodes: NodeRegistry;
  origins: Origins;
  address: ClientAddress;
  /** Wrong tokens, codes and numbers, by address prefix; right ones always pass. */
  failures: Limiter;
  /** What is read here of the audit trail, and how it is told of what operators do. */
  trail: AuditTrail;
  audit: Audit;
  auditFigures: Settings['audit'];
  clock: Clock;
  log: Log;
  settings: Settings['ops'];
  newId?: (bytes: number) => string;
}

export interface Ops {
  door: Door;
  socketDoor: AskingSocketDoor;
  /** To be told of each scene after every move. Does not throw. */
  changed(scene: Scene): void;
  /** What the chat says to a scan by which somebody signs in to the dashboard; `undefined` for all other scenes. */
  replyFor(scene: Scene): string | undefined;
  /** Closes the dashboards' sockets; they come back to whoever runs next. */
  close(): void;
}

export function createOps(parts: OpsParts): Ops {
  const { publicUrl, store, clock, log, settings, newId = randomId } = parts;
  const { sessionTtl: ttl, sessionIdle: idle } = settings;
  const credentials = new Credentials(parts);
  const admits: Credentials['admits'] = (session) => credentials.admits(session);
  const sessions = new Sessions({ store: parts.sessions, ttl, idle, admits, newId });
  const scanSignIn = buildScanSignIn(parts, credentials);
  const nodes = new LivingNodes(parts.nodes, clock, settings.refreshEvery / 2);
  const nodeLives = (node: string): boolean => nodes.isLiving(node);
  const surroundings: Surroundings = { nodeLives, kindOf: kindsOf(parts) };
  const read = (): Promise<Overview> => readOverview({ ...parts, nodes });
  const { liveEvery } = settings;
  const live = new Live({ store, clock, log, sessions, surroundings, readOverview: read, liveEvery });
  const cookie = new SessionCookie(publicUrl);
  const signedOut = (session: string): void => live.signedOut(session);
  const access = new Access({ ...parts, credentials, scanSignIn, sessions, signedOut, cookie, ttl, idle });
  return {
    door: opsDoor({ ...parts, access, nodes, surroundings, readOverview: read }),
    socketDoor: opsSocketDoor({ access, origins: parts.origins, live }),
    changed: (scene) => live.changed(scene),
    replyFor: (scene) => scanSignIn?.replyFor(scene),
    close: () => live.close(),
  };
}

function buildScanSignIn(
  { scan, scenes, sessions, settings }: OpsParts,
  credentials: Credentials,
): ScanSignIn | undefined {
  if (!scan) return undefined;
  const { numberKey, ...on } = scan;
  return new ScanSignIn({ ...settings, on, numberKey, credentials, scenes, sessions });
}

interface OpsDoorParts extends Omit<OpsParts, 'nodes'> {
  access: Access;
  nodes: LivingNodes;
  surroundings: Surroundings;
  readOverview: () => Promise<Overview>;
}

/** The page, the session behind its cookie, and the API. */
function opsDoor(parts: OpsDoorParts): Door {
  const { access } = parts;
  const policy = pagePolicy(parts.publicUrl);
  const { origin } = new URL(parts.publicUrl);
  return (router) => {
    router.get('/ops', noStore, (ctx) => showPage(ctx, access, { policy, origin }));
    sessionDoor(access)(router);
    router.use('/ops/api{/*path}', noStore, async (ctx, next) => {
      await access.require(ctx);
      await next();
    });
    router.get('/ops/api/scenes', (ctx) => listScenes(ctx, parts));
    router.get('/ops/api/scenes/:sceneId', (ctx) => showScene(ctx, parts));
    router.post('/ops/api/scenes/:sceneId/cancel', (ctx) => cancelScene(ctx, parts));
    auditDoor({ ...parts, settings: parts.auditFigures })(router);
    router.get('/ops/api/overview', async (ctx) => {
      ctx.body = await parts.readOverview();
    });
  };
}

async function showPage(
  ctx: Context,
  access: Access,
  { policy, origin }: { policy: string; origin: string },
): Promise<void> {
  const lang = languageOf(ctx, new URLSearchParams(ctx.querystring).get('lang'));
  ctx.set('Content-Security-Policy', policy);
  try {
    const signedIn = (await access.session(ctx.req)) !== undefined;
    ctx.type = 'html';
    const { byToken, scan } = access;
    ctx.body = opsPage({ lang, signedIn, byToken, scan: scan?.site ?? null, origin });
  } catch (error) {
    if (!isAway(error) || ctx.accepts('json', 'html') !== 'html') throw error;
    presentStatus(ctx, error);
    ctx.type = 'html';
    ctx.body = awayPage(lang, ctx.querystring);
  }
}

function isAway(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'store_unavailable';
}

async function listScenes(ctx: Context, parts: OpsDoorParts): Promise<void> {
  const { store, nodes, settings, surroundings } = parts;
  const limits = { preset: settings.pageSize, largest: settings.largestPage };
  const query = readListQuery(new URLSearchParams(ctx.querystring), limits);
  const [{ scenes, nextCursor, total }] = await Promise.all([store.list(query), nodes.list()]);
  const rows = scenes.map((scene) => rowOf(scene, surroundings));
  ctx.body = { scenes: rows, nextCursor, total };
}

async function showScene(
  ctx: Context & { params: Record<string, string> },
  { store, nodes, surroundings }: OpsDoorParts,
): Promise<void> {
  const id = ctx.params['sceneId'] ?? '';
  const [scene] = isSceneId(id) ? await Promise.all([store.find(id), nodes.list()]) : [];
  if (!scene) throw new AppError('scene_not_found');
  logAlso(ctx, { sceneId: scene.id, site: scene.site, account: scene.account });
  ctx.body = detailOf(scene, operatorOf(ctx).role, surroundings);
}

async function cancelScene(
  ctx: Context & { params: Record<string, string> },
  parts: OpsDoorParts,
): Promise<void> {
  const { scenes, log } = parts;
  const scene = await scenes.cancelByOperator(ctx.params['sceneId'] ?? '');
  logAlso(ctx, { sceneId: scene.id, site: scene.site, account: scene.account });
  log.info(
    {
      requestId: ctx.state['requestId'],
      sceneId: scene.id,
      site: scene.site,
      operator: operatorOf(ctx).name,
    },
    'operator cancelled a scene',
  );
  cancelled(ctx, scene, parts);
  ctx.body = rowOf(scene, parts.surroundings);
}
