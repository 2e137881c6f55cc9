/** Owns which doors stand at which port. */
import type { Server } from 'node:http';
import { miniProgramDoor } from './channel/mini-program-routes.ts';
import { miniSessionDoor } from './channel/mini-program-session-routes.ts';
import { sessionFinder } from './channel/mini-program-sessions.ts';
import { webhookDoor } from './channel/routes.ts';
import type { Channels } from './channels.ts';
import type { Ground } from './ground.ts';
import { createHttpServer } from './http/app.ts';
import type { Door } from './http/door.ts';
import { metricsDoor } from './http/health.ts';
import { Listener } from './http/listener.ts';
import { Origins } from './http/origins.ts';
import type { Mailroom } from './mailroom.ts';
import { messagesDoor } from './messaging/routes.ts';
import { messageSocketDoor } from './messaging/socket-door.ts';
import { staticDoor } from './http/static.ts';
import type { Ops } from './ops/routes.ts';
import type { Hub } from './realtime/hub.ts';
import { sceneSocketDoor } from './realtime/routes.ts';
import { sceneDoor } from './scene/routes.ts';
import type { SceneDoorParts, SceneSite } from './scene/routes.ts';
import type { Scenes } from './scene/scenes.ts';
import { exchangeDoor } from './site/exchange.ts';
import { loginDoor } from './site/routes.ts';

/** Those that have doors. */
export interface DoorRooms {
  scenes: Scenes;
  hub: Hub;
  channels: Channels;
  mailroom: Mailroom;
  ops: Ops | undefined;
}

/** What the dashboard's page loads: of the login pages it has the icon, and how one waits for a scan. */
const dashboardFolders = ['login', 'ops'];

/** One for `server.port`, and one for each port that something has to itself. None listens yet. */
export function buildListeners(ground: Ground, rooms: DoorRooms, health: Door): Listener[] {
  const { server, metrics, ops } = ground.config;
  return [
    new Listener(mainServer(ground, rooms, health), server.host, server.port),
    ...(metrics.port === null ? [] : [metricsListener(ground, metrics.port)]),
    ...(ops.port === null ? [] : dashboardListener(ground, rooms, ops.port)),
  ];
}

function mainServer(ground: Ground, rooms: DoorRooms, health: Door): Server {
  const { scenes, hub, channels, mailroom, ops } = rooms;
  const { config, clock, log, limiters, address, metrics, sandbox, dashboard, audit } = ground;
  const { publicUrl } = config.server;
  const sites = new Map(config.sites.map((site) => [site.id, site]));
  const hasOps = ops !== undefined && dashboard?.port === null;
  const origins = hasOps ? ground.origins : new Origins(publicUrl, config.sites);
  const opsSite = hasOps && dashboard.site ? [dashboard.site] : [];
  const doors: Door[] = [
    ...channelDoors(ground, channels),
    scenesDoor(ground, { scenes, sites: [...config.sites, ...opsSite], origins, publicUrl }),
    exchangeDoor({
      scenes,
      sites,
      messageToken: mailroom.messageToken,
      failures: limiters.exchangeFailures,
      log,
      address,
      audit,
    }),
    messagesDoor({
      messages: mailroom.messages,
      sites,
      inboxDays: config.messaging.inboxDays,
      sent: limiters.messagesPerSite,
      failures: limiters.exchangeFailures,
      log,
      address,
      audit,
    }),
    loginDoor({
      sites,
      publicUrl,
      phoneUrl: sandbox?.phoneUrl ?? null,
      miniPrograms: new Set(channels.miniPrograms.keys()),
    }),
    health,
    ...(config.metrics.port === null ? [metricsDoor(metrics)] : []),
    ...(sandbox ? [sandbox.website] : []),
    ...(hasOps ? [ops.door] : []),
    staticDoor(hasOps ? dashboardFolders : ['login']),
  ];
  return createHttpServer({
    publicUrl,
    doors,
    socketDoors: [
      sceneSocketDoor(hub, origins),
      messageSocketDoor(mailroom.hub, origins),
      ...(hasOps ? [ops.socketDoor] : []),
    ],
    address,
    log,
    clock,
  });
}

/** WeChat's, and those of mini programs if there are any. */
function channelDoors(ground: Ground, channels: Channels): Door[] {
  const { store, clock, metrics, address, audit, limiters } = ground;
  const { officialAccounts, miniPrograms, miniSessions } = channels;
  return [
    webhookDoor({
      channels: officialAccounts,
      replays: store.replays,
      clock,
      observe: (...told) => metrics.webhook(...told),
      address,
      audit,
    }),
    miniSessionDoor({ programs: miniSessions, address, refusedCodes: limiters.miniRefusedCodes, clock }),
    miniProgramDoor({ channels: miniPrograms, sessionOf: sessionFinder(miniSessions) }),
  ];
}

function scenesDoor(
  { address, limiters }: Ground,
  { sites, ...rest }: Pick<SceneDoorParts, 'scenes' | 'origins' | 'publicUrl'> & { sites: SceneSite[] },
): Door {
  const limits = {
    perAddress: limiters.scenesPerAddress,
    perSite: limiters.scenesPerSite,
    idle: limiters.idleScenes,
    unscanned: limiters.unscannedScenes,
    attachFailures: limiters.attachFailures,
  };
  return sceneDoor({ ...rest, sites: new Map(sites.map((site) => [site.id, site])), address, limits });
}

/** The dashboard apart, with no more of the doors for scenes than its own page needs. */
function dashboardListener(ground: Ground, { scenes, hub, ops }: DoorRooms, port: number): Listener[] {
  const { config, dashboard } = ground;
  if (!ops || !dashboard) return [];
  const { publicUrl, origins, site } = dashboard;
  const doors = [
    ops.door,
    ...(site ? [scenesDoor(ground, { scenes, sites: [site], origins, publicUrl })] : []),
    staticDoor(dashboardFolders),
  ];
  const socketDoors = [ops.socketDoor, ...(site ? [sceneSocketDoor(hub, origins)] : [])];
  const server = createHttpServer({ ...ground, publicUrl, doors, socketDoors });
  return [new Listener(server, config.server.host, port)];
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
