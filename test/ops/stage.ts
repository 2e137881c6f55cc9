import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import type { Door } from '../../src/http/door.ts';
import { createLimiter } from '../../src/http/limiter.ts';
import { Origins } from '../../src/http/origins.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { settings } from '../../src/kit/settings.ts';
import type { CredentialsParts } from '../../src/ops/credentials.ts';
import { AuditLog } from '../../src/ops/audit-log.ts';
import { LastHour } from '../../src/ops/last-hour.ts';
import type { Overview } from '../../src/ops/overview.ts';
import type { Row } from '../../src/ops/row.ts';
import { createOps } from '../../src/ops/routes.ts';
import type { Ops } from '../../src/ops/routes.ts';
import { causeOf, causeOfExpiry } from '../../src/ops/statistics.ts';
import { Tally } from '../../src/ops/tally.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { Scenes } from '../../src/scene/scenes.ts';
import type { OpenedScene, OpenRequest } from '../../src/scene/scenes.ts';
import { MemoryAuditTrail } from '../../src/store/memory/audit-trail.ts';
import { MemoryNodeRegistry } from '../../src/store/memory/node-registry.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { MemorySessionStore } from '../../src/store/memory/session-store.ts';
import { MemoryStatistics } from '../../src/store/memory/statistics.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { MiniProgram } from '../../src/wechat/mini-program.ts';
import type { OfficialAccount } from '../../src/wechat/official-account.ts';
import { paperTickets } from '../support/paper-tickets.ts';

export const token = 'a-token-that-operators-know-2030';
export const viewToken = 'a-token-that-only-shows-0204';

/** The address of a request is what it says of itself. */
const trustedProxies = ['127.0.0.1'];

/** What the API may answer, all in one. */
type ApiBody = Row &
  Overview & { scenes: Row[]; nextCursor: string | null; total: number; error: string; message: string };

interface StageRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

interface StageOptions {
  clock: Clock;
  publicUrl?: string;
  /** Wrong tokens that one address may send in a minute. */
  tries?: number;
  moreDoors?: readonly Door[];
  accounts?: readonly OfficialAccount[];
  miniPrograms?: readonly Pick<MiniProgram, 'options' | 'health'>[];
  /** In place of the two tokens. */
  keys?: Partial<CredentialsParts>;
}

/** A running service with real scenes, of which only the operators' room can be entered. */
export class Stage {
  readonly lines: string[] = [];
  readonly store: MemorySceneStore;
  readonly scenes: Scenes;
  readonly sessions: MemorySessionStore;
  /** There is one node, `node-a`, which lives until a test says otherwise. */
  readonly nodes: MemoryNodeRegistry;
  readonly statistics: MemoryStatistics;
  readonly tally: Tally;
  readonly trail: MemoryAuditTrail;
  readonly auditLog: AuditLog;
  readonly server: Server;
  readonly ops: Ops;
  readonly clock: Clock;
  url = '';
  origin = '';

  constructor(options: StageOptions) {
    const { clock, publicUrl = 'http://saoma.test', tries = 3, moreDoors = [], accounts = [] } = options;
    const { keys = {}, miniPrograms = [] } = options;
    const log = createLog('debug', { write: (line) => void this.lines.push(line) });
    const address = new ClientAddress(trustedProxies);
    this.clock = clock;
    this.origin = new URL(publicUrl).origin;
    this.store = new MemorySceneStore({ clock, maxPending: 0, settings: settings.scene });
    this.sessions = new MemorySessionStore(clock, settings.ops.sessionsEach);
    this.nodes = new MemoryNodeRegistry(clock, Infinity);
    void this.nodes.beat({
      node: 'node-a',
      version: '1.2.3',
      startedAt: clock.now() - 90_000,
      sockets: 7,
      lagP99Seconds: 0.004,
    });
    this.statistics = new MemoryStatistics(clock, settings.statistics.keptFor);
    this.tally = new Tally({ store: this.statistics, clock, log });
    this.trail = new MemoryAuditTrail(clock, settings.audit);
    this.auditLog = new AuditLog({
      trail: this.trail,
      now: () => clock.now(),
      clock,
      settings: settings.audit,
      log,
      dropped: () => {},
    });
    this.store.expired((ended, count) => this.tally.moved('expired', causeOfExpiry(ended), count));
    this.scenes = new Scenes({
      store: this.store,
      times: { ttl: 120_000, codeTtl: 60_000, profileWait: 1500 },
      settings: settings.scene,
      tickets: new Map(['main', 'mini'].map((name) => [name, paperTickets('https://qr.test/')])),
      announce: (scene, again) => void (again || this.#moved(scene)),
      attended: () => {},
    });
    this.ops = createOps({
      token,
      viewToken,
      operators: [],
      scan: null,
      ...keys,
      publicUrl,
      scenes: this.scenes,
      store: this.store,
      origins: new Origins(publicUrl, [{ id: 'shop', origins: ['https://shop.test'] }]),
      address,
      failures: createLimiter(tries, 60),
      clock,
      log,
      settings: settings.ops,
      sessions: this.sessions,
      nodes: this.nodes,
      lastHour: new LastHour(this.statistics, this.tally),
      accounts,
      miniPrograms,
      node: 'node-a',
      storeKind: 'memory',
      trail: this.trail,
      audit: this.auditLog.note,
      auditFigures: settings.audit,
      version: '1.2.3',
    });
    const doors = [this.ops.door, ...moreDoors];
    this.server = createHttpServer({
      publicUrl,
      doors,
      socketDoors: [this.ops.socketDoor],
      address,
      log,
      clock,
    });
  }

  /** @param port of 127.0.0.1; 0: any */
  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.ops.close();
    this.store.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #moved(scene: Scene): void {
    this.tally.moved(scene.state, causeOf(scene));
    this.ops.changed(scene);
  }

  open(change: Partial<OpenRequest> = {}): Promise<OpenedScene> {
    return this.scenes.open({
      site: 'shop',
      account: 'main',
      approval: 'scan',
      browser: {
        ip: '203.0.113.77',
        userAgent: 'Mozilla/5.0 (X11; Linux) Chrome/120',
        origin: 'https://shop.test',
      },
      state: 'state-of-the-site',
      codeChallenge: null,
      ...change,
    });
  }

  async openMany(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await this.open()).scene.id);
    return ids;
  }

  /** A phone scans, and the profile comes. */
  async confirm({ scene }: OpenedScene, openid = 'oOPENIDofsomebody0000000001'): Promise<Scene | undefined> {
    await this.scenes.scan(scene.id, { account: 'main', openid, followed: false });
    return this.scenes.confirm(scene.id, null);
  }

  fetch(path: string, { headers, ...init }: StageRequest = {}): Promise<Response> {
    const all = new Headers({ 'x-forwarded-for': '198.51.100.7', ...headers });
    return fetch(this.url + path, { ...init, headers: all });
  }

  /** As the page signs in. */
  signIn(given = token, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch('/ops/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin, ...headers },
      body: JSON.stringify({ token: given }),
    });
  }

  /** The Cookie header of a new session. */
  async cookie(given = token): Promise<string> {
    const answer = await this.signIn(given);
    return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  }

  /** As a program calls the API. */
  async api(path: string, method = 'GET'): Promise<{ status: number; body: ApiBody; text: string }> {
    const answer = await this.fetch(`/ops/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text) as ApiBody, text };
  }
}
