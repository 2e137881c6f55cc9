import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/ops/audit.ts';
import { auditKinds } from '../../src/telemetry/audit.ts';
import type { AuditKind } from '../../src/telemetry/audit.ts';
import { noRedis } from '../support/needs.ts';
import { until } from '../support/redis-server.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import {
  askAudit,
  cancelScene,
  confirmScene,
  cookieOf,
  forge,
  kindsAt,
  opsToken,
  owner,
  readAudit,
  replay,
  signIn,
  signOut,
  stranger,
} from './audit-room.ts';
import { parseCsv } from './csv.ts';

const config = { ops: { token: opsToken } };
const timeout = 5_000;
const userAgent = "=cmd|' /C calc'!A0\"<script>alert(1)</script>";
const network = '127.0.0.0/24';
const id = expect.stringMatching(/^\d{13}-\d+$/) as string;
const at = expect.any(Number) as number;

interface Provoked {
  secrets: string[];
  sceneIds: Record<'cancelled' | 'spent' | 'scanned', string>;
}

/** Everything that the trail tells of, by its real cause: at one node, then at the other, each told before the next happens. */
async function provokeAll(one: TestApp, other: TestApp): Promise<Provoked> {
  const told = (kind: AuditKind) =>
    until(`${kind} is told`, async () => (await kindsAt(other)).includes(kind));
  const session = await signIn(one);
  await told('operator_signed_in');
  await signIn(other, 'canary-wrong-token');
  await told('operator_sign_in_refused');
  const cancelled = await cancelScene(one);
  await told('scene_cancelled');
  expect((await other.exchange(`canary-unknown-code`, {}, { 'user-agent': userAgent })).status).toBe(400);
  await told('exchange_refused');
  const spent = await confirmScene(one);
  expect((await one.exchange(spent.code)).status).toBe(200);
  expect((await one.exchange(spent.code, {}, { 'user-agent': userAgent })).status).toBe(400);
  await told('code_repeated');
  expect((await askPresence(other, 'shop:canary-wrong-secret')).status).toBe(401);
  await told('messages_refused');
  const scanned = await confirmScene(other);
  expect((await other.wechat.scan(stranger, scanned.sceneId)).status).toBe(200);
  await told('second_scanner');
  await forge(one);
  await told('webhook_forged');
  const signature = await replay(other);
  await told('webhook_replayed');
  const cookie = cookieOf(session);
  await signOut(one, cookie);
  await told('operator_signed_out');
  expect((await askAudit(other, '/export')).status).toBe(200);
  await told('audit_exported');
  const secrets = [spent, scanned].flatMap(({ claim, code }) => [claim, code, code.slice(22)]);
  secrets.push(signature, cookie.split('=')[1] ?? '', owner, stranger, opsToken, 'canary-', '0'.repeat(40));
  secrets.push(one.site.secret);
  const sceneIds = { cancelled, spent: spent.sceneId, scanned: scanned.sceneId };
  return { secrets, sceneIds };
}

function askPresence({ url }: TestApp, credentials: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return fetch(`${url}/api/users/${owner}/presence`, { headers: { authorization, 'user-agent': userAgent } });
}

function expectedOf({ sceneIds }: Provoked): object[] {
  const nowhere = { site: null, account: null, sceneId: null };
  const atShop = { site: 'shop', account: 'main' };
  const push = { ...nowhere, account: 'main', actor: 'wechat', ip: network };
  const byNode = { userAgent: 'node' };
  const operator = { ...nowhere, actor: 'token', ip: network };
  return [
    { kind: 'audit_exported', ...operator, detail: { role: 'operate', format: 'jsonl', entries: at } },
    { kind: 'operator_signed_out', ...operator, detail: { role: 'operate' } },
    { kind: 'webhook_replayed', ...push, detail: { reason: 'other_body', ...byNode } },
    { kind: 'webhook_forged', ...push, detail: { reason: 'signature', ...byNode } },
    {
      kind: 'second_scanner',
      actor: 'wechat',
      ...atShop,
      sceneId: sceneIds.scanned,
      ip: null,
      detail: { reason: 'not_the_owner', openid: 'oStr…00x' },
    },
    {
      kind: 'messages_refused',
      actor: 'shop',
      ...nowhere,
      site: 'shop',
      ip: network,
      detail: { reason: 'wrong_site_or_secret', userAgent },
    },
    {
      kind: 'code_repeated',
      actor: 'shop',
      ...atShop,
      sceneId: sceneIds.spent,
      ip: network,
      detail: { userAgent },
    },
    {
      kind: 'exchange_refused',
      actor: 'shop',
      ...atShop,
      sceneId: null,
      ip: network,
      detail: { reason: 'unknown_code', userAgent },
    },
    {
      kind: 'scene_cancelled',
      actor: 'token',
      ...atShop,
      sceneId: sceneIds.cancelled,
      ip: network,
      detail: {},
    },
    {
      kind: 'operator_sign_in_refused',
      ...nowhere,
      actor: 'unknown',
      ip: network,
      detail: { reason: 'token' },
    },
    { kind: 'operator_signed_in', ...operator, detail: { role: 'operate', by: 'token' } },
  ];
}

const startedEntry = {
  kind: 'started',
  actor: 'node',
  site: null,
  account: null,
  sceneId: null,
  ip: null,
  detail: {
    version: 'test',
    node: expect.stringMatching(/^.{8}$/) as string,
    config: expect.stringMatching(/^.{16}$/) as string,
    warnings: expect.stringContaining('http') as string,
  },
};

const headersOf = ({ headers }: Response) =>
  ['content-type', 'content-disposition', 'x-content-type-options', 'cache-control', 'x-next-cursor'].map(
    (name) => headers.get(name),
  );

/** @param nodes as many as there are, the first and the last of which are told apart */
function behaves(nodes: () => readonly TestApp[], stored: () => Promise<string>): void {
  let one: TestApp;
  let other: TestApp;
  let provoked: Provoked;
  beforeAll(async () => {
    [one, other] = [nodes().at(0)!, nodes().at(-1)!];
    // A node may begin before it has reached the store.
    await until('all have begun', async () => (await kindsAt(other)).length === nodes().length);
    provoked = await provokeAll(one, other);
  });

  test('each thing is told once, by its real cause, the newest first, and the same at each node', async () => {
    const expected = [...expectedOf(provoked), ...nodes().map(() => startedEntry)];
    const found = await readAudit(other);
    expect(found).toStrictEqual(expected.map((rest) => Object.assign({ id, at }, rest)));
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(auditKinds));
    expect(await readAudit(one)).toEqual(found);
    const times = found.filter(({ kind }) => kind !== 'started').map((entry) => entry.at);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(Math.abs(Date.now() - times[0]!)).toBeLessThan(20_000);
  });

  test('no secret is in it, in no form, nor where it is kept', async () => {
    const texts = [await (await askAudit(one)).text(), await stored()];
    for (const format of ['jsonl', 'csv'])
      texts.push(await (await askAudit(one, `/export?format=${format}`)).text());
    const told = texts.join('\n');
    expect(told).toContain('webhook_forged');
    expect(provoked.secrets.filter((secret) => told.includes(secret))).toEqual([]);
    await expect.poll(() => readAudit(one, '?kind=audit_exported'), { timeout }).toHaveLength(3);
  });

  test('pages with a cursor hold all, each once', async () => {
    const whole = await readAudit(one);
    const paged: AuditEntry[] = [];
    for (let cursor = ''; ;) {
      const answer = await askAudit(other, `?limit=3&cursor=${cursor}`);
      const page = (await answer.json()) as { entries: AuditEntry[]; nextCursor: string | null };
      paged.push(...page.entries);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  test.each([
    { query: '?kind=code_repeated', kinds: ['code_repeated'] },
    { query: '?site=shop&actor=wechat', kinds: ['second_scanner'] },
    { query: '?kind=&site=&actor=unknown', kinds: ['operator_sign_in_refused'] },
    { query: '?site=bank', kinds: [] },
    { query: '?actor=%E5%B0%8F%E7%BE%8E', kinds: [] },
  ])('$query', async ({ query, kinds }) => {
    expect((await readAudit(one, query)).map(({ kind }) => kind)).toEqual(kinds);
  });

  test.each([
    { query: '?kind=constructor', why: 'kind' },
    { query: '?kind=code_repeated&kind=started', why: 'kind' },
    { query: '?site=SHOP', why: 'site' },
    { query: '?actor=a%0Ab', why: 'actor' },
    { query: `?actor=${'a'.repeat(65)}`, why: 'actor' },
    { query: '?limit=0', why: 'limit' },
    { query: '?limit=501', why: 'limit' },
    { query: '?cursor=next', why: 'cursor' },
    { query: '?cursor=1-', why: 'cursor' },
    { query: '/export?format=pdf', why: 'format' },
    { query: '/export?kind=x', why: 'kind' },
    { query: '/export?cursor=%2B', why: 'cursor' },
  ])('$query is told what is wrong', async ({ query, why }) => {
    const answer = await askAudit(one, query);
    expect(answer.status).toBe(400);
    const message = expect.stringMatching(`^${why}: must be`) as string;
    expect(await answer.json()).toEqual({ error: 'invalid_request', message });
  });

  test.each(['', '/export'])('%s is for operators only', async (path) => {
    expect((await fetch(`${one.url}/ops/api/audit${path}`)).status).toBe(401);
  });

  describe('as a file', () => {
    const day = new Date().toISOString().slice(0, 10);

    test('JSON lines: what the list shows', async () => {
      const shown = await readAudit(one, '?kind=exchange_refused');
      const file = await askAudit(one, '/export?kind=exchange_refused');
      expect(headersOf(file)).toEqual([
        'application/x-ndjson; charset=utf-8',
        `attachment; filename="saoma-audit-${day}.jsonl"`,
        'nosniff',
        'no-store',
        null,
      ]);
      expect(await file.text()).toBe(`${JSON.stringify(shown[0])}\n`);
    });

    test('CSV: what the list shows, and nothing that is calculated', async () => {
      const shown = await readAudit(one);
      const file = await askAudit(one, `/export?format=csv&cursor=${shown[0]!.id}`);
      expect(headersOf(file).slice(0, 2)).toEqual([
        'text/csv; charset=utf-8; header=present',
        `attachment; filename="saoma-audit-${day}.csv"`,
      ]);
      const text = Buffer.from(await file.arrayBuffer()).toString();
      expect(text.startsWith('\uFEFF"id","at","kind"')).toBe(true);
      const [, ...rows] = parseCsv(text.slice(1));
      expect(rows).toHaveLength(shown.length - 1);
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      for (const [i, row] of rows.entries()) {
        const { detail, kind } = shown[i + 1]!;
        expect([row[2], JSON.parse(row[8] ?? '')]).toEqual([kind, detail]);
      }
    });

    test('is an act like others', async () => {
      await askAudit(one, '/export?format=csv&kind=started');
      const detail = { format: 'csv', entries: nodes().length, kind: 'started' };
      await expect
        .poll(async () => (await readAudit(one, '?kind=audit_exported'))[0])
        .toMatchObject({ actor: 'token', detail });
    });
  });
}

describe('the audit trail of one node in memory', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ config });
  });
  afterAll(() => app.close());

  behaves(
    () => [app],
    async () => '',
  );
});

describe.skipIf(noRedis)('the audit trail of two nodes on one Redis', () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  let redis: Redis;
  beforeAll(async () => {
    fleet = await startFleet(2, { config });
    redis = new Redis(fleet.redis.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await fleet.close();
  });

  behaves(
    () => fleet.nodes,
    async () => {
      const keys = await redis.keys('saoma:{audit}:of:*');
      return JSON.stringify([keys, await Promise.all(keys.map((key) => redis.xrange(key, '-', '+')))]);
    },
  );
});
