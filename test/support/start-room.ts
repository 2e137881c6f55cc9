import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import { createLimiter } from '../../src/http/limiter.ts';
import { Origins } from '../../src/http/origins.ts';
import type { SocketDoor } from '../../src/http/door.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { settings } from '../../src/kit/settings.ts';
import { Hub } from '../../src/realtime/hub.ts';
import { sceneSocketDoor } from '../../src/realtime/routes.ts';
import { sceneDoor } from '../../src/scene/routes.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { Scenes } from '../../src/scene/scenes.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Browser } from './browser.ts';
import { FakeClock } from './fake-clock.ts';
import { paperTickets } from './paper-tickets.ts';
import { WaywardStore } from './wayward-store.ts';

export interface Room {
  url: string;
  scenes: Scenes;
  hub: Hub;
  store: WaywardStore;
  clock: Clock;
  logged: string[];
  browser(origin?: string): Browser;
  close(): Promise<void>;
}

interface Options {
  clock?: Clock;
  /** The store's, if it has one of its own. */
  storeClock?: Clock;
  /** Told how long each scan took to its browser, ms. */
  pushed?: (ms: number) => void;
  /** Sees each socket that the login door opens. */
  watch?: (socket: object) => void;
}

const site = {
  id: 'shop',
  account: 'main',
  accounts: ['main'],
  approval: 'scan',
  origins: ['https://shop.example'],
} as const;
const anotherSite = { id: 'bank', origins: ['https://bank.example'] } as const;
const profileWait = 1_500;

/** Scenes, their two doors and the hub, as the app joins them, but over a store that a test can break or slow down. */
export async function startRoom(options: Options = {}): Promise<Room> {
  const { clock = new FakeClock(), storeClock = clock, watch, pushed = () => undefined } = options;
  const memory = new MemorySceneStore({ clock: storeClock, maxPending: 0, settings: settings.scene });
  const store = new WaywardStore(memory);
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => void logged.push(line) });
  const origins = new Origins('http://saoma.test', [site, anotherSite]);
  const unlimited = createLimiter(0, 60);
  const scenes: Scenes = new Scenes({
    store,
    times: { ttl: 120_000, codeTtl: 60_000, profileWait },
    settings: settings.scene,
    tickets: new Map([['main', paperTickets('http://qr.test/')]]),
    announce: (scene: Scene) => hub.moved(scene),
    attended: () => undefined,
  });
  const hub = new Hub({
    node: 'node-a',
    scenes,
    origins,
    attachFailures: unlimited,
    profileWait,
    clock,
    settings: settings.socket,
    log,
    pushed,
    onScreen: () => undefined,
  });
  const address = new ClientAddress([]);
  const doors = [
    sceneDoor({
      scenes,
      sites: new Map([[site.id, site]]),
      origins,
      address,
      publicUrl: 'http://saoma.test',
      limits: {
        perAddress: unlimited,
        perSite: unlimited,
        idle: unlimited,
        unscanned: unlimited,
        attachFailures: unlimited,
      },
    }),
  ];
  const server = createHttpServer({
    publicUrl: 'http://saoma.test',
    doors,
    socketDoors: [watched(sceneSocketDoor(hub, origins), watch)],
    address,
    log,
    clock,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    scenes,
    hub,
    store,
    clock,
    logged,
    browser: (origin = site.origins[0]) => new Browser(url, origin),
    async close() {
      void hub.leave();
      server.close();
      server.closeAllConnections();
      memory.close();
    },
  };
}

function watched(door: SocketDoor, watch: (socket: object) => void = () => undefined): SocketDoor {
  return {
    ...door,
    admit(request, id, origin) {
      const open = door.admit(request, id, origin);
      if (typeof open === 'number') return open;
      return (socket, visitor) => {
        watch(socket);
        open(socket, visitor);
      };
    },
  };
}
