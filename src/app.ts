/**
 * Saoma logs people in to websites by the scan of a WeChat QR code, without polling. This file owns the joining: it opens the
 * store, builds each room, and mounts each door. The story in order: a page opens a scene (`scene/routes`) and a socket
 * (`realtime/hub`); WeChat tells of the scan (`channel/routes`), which becomes a move (`channel/official-account` ->
 * `scene/scenes`); the browser is shown it (`realtime/hub` -> `realtime/connection`); its site redeems the code once
 * (`site/exchange`). Operators look on (`ops/routes`).
 */
import { settings } from './kit/settings.ts';
import { OfficialAccountChannel } from './channel/official-account.ts';
import { webhookDoor } from './channel/routes.ts';
import { addressPrefix } from './http/address.ts';
import { layGround } from './ground.ts';
import type { AppParts, Ground } from './ground.ts';
import { createHttpServer } from './http/app.ts';
import type { Door } from './http/door.ts';
import { healthDoor, metricsDoor } from './http/health.ts';
import { Listener } from './http/listener.ts';
import { staticDoor } from './http/static.ts';
import { createOps } from './ops/routes.ts';
import type { Ops } from './ops/routes.ts';
import { Heartbeat } from './realtime/heartbeat.ts';
import { Hub } from './realtime/hub.ts';
import { sceneSocketDoor } from './realtime/routes.ts';
import { sceneDoor } from './scene/routes.ts';
import { Scenes } from './scene/scenes.ts';
import { exchangeDoor } from './site/exchange.ts';
import { loginDoor } from './site/routes.ts';
import type { OfficialAccount } from './wechat/official-account.ts';

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
  heartbeat: Heartbeat;
  channels: ReadonlyMap<string, OfficialAccountChannel>;
  /** Absent without `ops.token`: then there is no dashboard at all. */
  ops: Ops | undefined;
}

export function createApp(parts: AppParts): App {
  const { config } = parts;
  const ground = layGround(parts);
  const rooms = buildRooms(ground);
  let leaving = false;
  const health = healthDoor({
    ailments: () => ({ ...(leaving && { server: 'leaving' }), ...ground.store.ailments() }),
  });
  const own = config.metrics.port === null ? [] : [metricsListener(ground, config.metrics.port)];
  const main = new Listener(mainServer(ground, rooms, health), config.server.host, config.server.port);
  const listeners = [main, ...own];
  return {
    node: ground.node,
    async listen() {
      await Promise.all(listeners.map((listener) => listener.listen()));
    },
    async close() {
      leaving = true;
      const lastRequests = listeners.map((listener) => listener.close(settings.shutdown.grace));
      rooms.ops?.close();
      await Promise.all([rooms.hub.leave(), ...lastRequests]);
      await rooms.heartbeat.leave();
      await Promise.all([...ground.tickets.values()].map((tickets) => tickets.close()));
      ground.accounts.forEach((account) => account.close());
      ground.store.close();
    },
  };
}

function buildRooms(ground: Ground): Rooms {
  const { config, metrics, store, limiters, log } = ground;
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
      metrics.moved(scene.state);
      const { id, site, account, state, version } = scene;
      log.debug({ sceneId: id, site, account, state, version }, 'scene');
    },
    attended: ({ browser }) => void limiters.idleScenes.giveBack(addressPrefix(browser.ip)),
  });
  const hub = buildHub(ground, scenes);
  store.listen(hub);
  const ops = buildOps(ground, scenes);
  return {
    scenes,
    hub,
    heartbeat: buildHeartbeat(ground, hub),
    ops,
    channels: buildChannels(ground, scenes),
  };
}

function buildHeartbeat({ node, version, store, clock }: Ground, hub: Hub): Heartbeat {
  const startedAt = clock.now();
  return new Heartbeat({
    registry: store.nodes,
    about: () => ({ node, version, startedAt, sockets: hub.sockets }),
    awayFor: () => store.awayFor(),
    storeAway: () => void hub.storeAway(),
    clock,
    settings: settings.nodes,
  });
}

function buildHub({ config, clock, log, node, metrics, limiters, origins }: Ground, scenes: Scenes): Hub {
  const hub = new Hub({
    node,
    scenes,
    origins,
    attachFailures: limiters.attachFailures,
    profileWait: config.scene.profileWaitMs,
    clock,
    settings: settings.socket,
    log,
    pushed: (ms) => metrics.pushed(ms),
    onScreen: (ms) => metrics.onScreen(ms),
  });
  metrics.gauge('saoma_sockets', 'Login sockets that are open.', () => hub.sockets);
  return hub;
}

function buildOps(ground: Ground, scenes: Scenes): Ops | undefined {
  const { config, store, limiters, metrics } = ground;
  const { token } = config.ops;
  if (token === null) return undefined;
  return createOps({
    ...ground,
    token,
    publicUrl: config.server.publicUrl,
    scenes,
    store: store.scenes,
    failures: limiters.opsFailures,
    settings: settings.ops,
    sessions: store.sessions,
    nodes: store.nodes,
    pushLatency: () => metrics.pushLatency(),
  });
}

function buildChannels(ground: Ground, scenes: Scenes): Map<string, OfficialAccountChannel> {
  const { config, clock, log, limiters, accounts } = ground;
  const siteNames = new Map(config.sites.map(({ id, name }) => [id, name]));
  const channelOf = (account: OfficialAccount): OfficialAccountChannel =>
    new OfficialAccountChannel({
      account,
      scenes,
      siteName: (id) => siteNames.get(id) ?? id,
      scansPerOpenid: limiters.scansPerOpenid,
      profileWait: config.scene.profileWaitMs,
      clock,
      log,
    });
  return new Map(accounts.map((account) => [account.options.name, channelOf(account)]));
}

function mainServer(
  ground: Ground,
  { scenes, hub, channels, ops }: Rooms,
  health: Door,
): ReturnType<typeof createHttpServer> {
  const { config, clock, log, limiters, address, origins, metrics, store, sandbox } = ground;
  const { publicUrl } = config.server;
  const sites = new Map(config.sites.map((site) => [site.id, site]));
  const doors: Door[] = [
    webhookDoor({ channels, replays: store.replays, clock, observe: (...told) => metrics.webhook(...told) }),
    sceneDoor({
      scenes,
      sites,
      origins,
      address,
      publicUrl,
      limits: {
        perAddress: limiters.scenesPerAddress,
        perSite: limiters.scenesPerSite,
        idle: limiters.idleScenes,
        unscanned: limiters.unscannedScenes,
        attachFailures: limiters.attachFailures,
      },
    }),
    exchangeDoor({ scenes, sites, failures: limiters.exchangeFailures, log }),
    loginDoor({ sites, publicUrl, phoneUrl: sandbox?.phoneUrl ?? null }),
    health,
    ...(config.metrics.port === null ? [metricsDoor(metrics)] : []),
    ...(sandbox ? [sandbox.website] : []),
    ...(ops ? [ops.door] : []),
    staticDoor(ops ? ['login', 'ops'] : ['login']),
  ];
  return createHttpServer({
    publicUrl,
    doors,
    socketDoors: [sceneSocketDoor(hub, origins), ...(ops ? [ops.socketDoor] : [])],
    address,
    log,
    clock,
  });
}

function metricsListener({ config, address, log, clock, metrics }: Ground, port: number): Listener {
  const { host, publicUrl } = config.server;
  const doors = [metricsDoor(metrics)];
  return new Listener(
    createHttpServer({ publicUrl, doors, socketDoors: [], address, log, clock }),
    host,
    port,
  );
}
