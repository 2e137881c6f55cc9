/**
 * Saoma logs people in to websites by the scan of a WeChat QR code, without polling. This file owns the joining: it opens the
 * store and builds each room; `listeners` mounts their doors. The story in order: a page opens a scene (`scene/routes`) and a
 * socket (`realtime/hub`); WeChat tells of the scan (`channel/routes`), which becomes a move (`channel/official-account` ->
 * `scene/scenes`); the browser is shown it (`realtime/hub` -> `realtime/connection`); its site redeems the code once
 * (`site/exchange`). Operators look on (`ops/routes`).
 */
import { settings } from './kit/settings.ts';
import { buildChannels } from './channels.ts';
import type { Channels } from './channels.ts';
import { configWarnings } from './config/check.ts';
import { configDigest } from './config/digest.ts';
import { addressPrefix } from './http/address.ts';
import { Figures } from './figures.ts';
import { layGround } from './ground.ts';
import type { AppParts, Ground } from './ground.ts';
import { healthDoor } from './http/health.ts';
import { buildListeners } from './listeners.ts';
import { buildMailroom } from './mailroom.ts';
import type { Mailroom } from './mailroom.ts';
import { createOps } from './ops/routes.ts';
import type { Ops } from './ops/routes.ts';
import { Heartbeat } from './realtime/heartbeat.ts';
import { Hub } from './realtime/hub.ts';
import { Scenes } from './scene/scenes.ts';
import type { AuditEvent } from './telemetry/audit.ts';

export type { AppParts } from './ground.ts';

export interface App {
  /** The name of this node, new at each start. */
  readonly node: string;
  /** Resolves once every listener accepts; rejects when a port cannot be had. */
  listen(): Promise<void>;
  /** Tells browsers to come back later, finishes what is under way, and resolves when nothing is left. */
  close(): Promise<void>;
}

interface Rooms {
  scenes: Scenes;
  hub: Hub;
  figures: Figures;
  heartbeat: Heartbeat;
  channels: Channels;
  mailroom: Mailroom;
  /** Absent when nobody may enter: then there is no dashboard at all. */
  ops: Ops | undefined;
}

export function createApp(parts: AppParts): App {
  const ground = layGround(parts);
  const rooms = buildRooms(ground);
  let leaving = false;
  const ailments = (): Record<string, string> => ({
    ...(leaving && { server: 'leaving' }),
    ...ground.store.ailments(),
  });
  const health = healthDoor({ ailments });
  ground.metrics.gauge('saoma_ready', '1: visitors may be sent here.', () =>
    Number(Object.keys(ailments()).length === 0),
  );
  const listeners = buildListeners(ground, rooms, health);
  return {
    node: ground.node,
    async listen() {
      await Promise.all(listeners.map((listener) => listener.listen()));
      ground.audit(started(ground));
    },
    async close() {
      leaving = true;
      const lastRequests = listeners.map((listener) => listener.close(settings.shutdown.grace));
      rooms.ops?.close();
      await Promise.all([rooms.hub.leave(), rooms.mailroom.hub.leave(), ...lastRequests]);
      await Promise.all([rooms.heartbeat.leave(), rooms.figures.close()]);
      await Promise.all(ground.qrTickets.map((tickets) => tickets.close()));
      [...ground.accounts, ...ground.miniPrograms].forEach((account) => account.close());
      await ground.auditLog.close();
      ground.store.close();
    },
  };
}

function buildRooms(ground: Ground): Rooms {
  const { config, store, limiters, log } = ground;
  const figures = new Figures(ground);
  const scenes = new Scenes({
    store: store.scenes,
    times: {
      ttl: config.scene.ttlSeconds * 1000,
      codeTtl: config.scene.codeTtlSeconds * 1000,
      profileWait: config.scene.profileWaitMs,
    },
    settings: settings.scene,
    tickets: ground.tickets,
    announce: (scene, again) => {
      hub.moved(scene);
      if (again) return;
      if (scene.state === 'scanned') void limiters.unscannedScenes.giveBack(addressPrefix(scene.browser.ip));
      ops?.changed(scene);
      figures.moved(scene);
      const { id, site, account, state, version } = scene;
      log.debug({ sceneId: id, site, account, state, version }, 'scene');
    },
    attended: ({ browser }) => void limiters.idleScenes.giveBack(addressPrefix(browser.ip)),
    unseen: (scene) => figures.moved(scene),
    audit: ground.audit,
  });
  const hub = buildHub(ground, scenes, figures);
  store.listen(hub);
  const ops = buildOps(ground, scenes, figures);
  const channels = buildChannels(ground, scenes, (scene) => ops?.replyFor(scene));
  const mailroom = buildMailroom(ground, channels.miniSessions, (outcome, count) =>
    figures.messages(outcome, count),
  );
  return {
    scenes,
    hub,
    figures,
    heartbeat: buildHeartbeat(ground, [hub, mailroom.hub], figures),
    ops,
    channels,
    mailroom,
  };
}

function buildHeartbeat(
  { node, version, store, clock }: Ground,
  [hub, mailHub]: [Hub, Mailroom['hub']],
  figures: Figures,
): Heartbeat {
  const startedAt = clock.now();
  return new Heartbeat({
    registry: store.nodes,
    about: () => ({
      node,
      version,
      startedAt,
      sockets: hub.sockets,
      messageSockets: mailHub.sockets,
      ...figures.about(),
    }),
    awayFor: () => store.awayFor(),
    storeAway: () => void Promise.all([hub.storeAway(), mailHub.storeAway()]),
    clock,
    settings: settings.nodes,
  });
}

function buildHub(
  { config, clock, log, node, metrics, limiters, origins }: Ground,
  scenes: Scenes,
  figures: Figures,
): Hub {
  const hub = new Hub({
    node,
    scenes,
    origins,
    attachFailures: limiters.attachFailures,
    profileWait: config.scene.profileWaitMs,
    clock,
    settings: settings.socket,
    log,
    pushed: (ms) => figures.pushed(ms),
    onScreen: (ms) => metrics.onScreen(ms),
  });
  metrics.gauge('saoma_sockets', 'Login sockets that are open.', () => hub.sockets);
  return hub;
}

function buildOps(ground: Ground, scenes: Scenes, { lastHour }: Figures): Ops | undefined {
  const { config, store, limiters, dashboard } = ground;
  if (!dashboard) return undefined;
  const { publicUrl, origins, site, numberKey } = dashboard;
  return createOps({
    ...ground,
    ...config.ops,
    publicUrl,
    origins,
    scan: site ? { site: site.id, account: site.account, numberKey } : null,
    scenes,
    store: store.scenes,
    failures: limiters.opsFailures,
    settings: settings.ops,
    sessions: store.sessions,
    nodes: store.nodes,
    trail: store.audit,
    auditFigures: settings.audit,
    lastHour,
    storeKind: config.redis.url === null ? 'memory' : 'redis',
  });
}

/** What runs from now on, for whoever looks for the change after which something was different. */
function started({ config, node, version }: Ground): AuditEvent {
  const warnings = configWarnings(config).join(' ');
  const facts = { version, node, config: configDigest(config), ...(warnings && { warnings }) };
  return { kind: 'started', actor: 'node', facts };
}
