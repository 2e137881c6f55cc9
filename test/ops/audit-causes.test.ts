import { describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { AuditKind } from '../../src/telemetry/audit.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import {
  askAudit,
  cancelScene,
  confirmScene,
  forge,
  kindsAt,
  opsToken,
  owner,
  readAudit,
} from './audit-room.ts';

const config = { ops: { token: opsToken } };

async function appOfTest(): Promise<TestApp> {
  const app = await startApp({ config });
  onTestFinished(() => app.close());
  return app;
}

async function reasonOf(app: TestApp, kind: AuditKind): Promise<unknown> {
  await expect.poll(() => kindsAt(app)).toContain(kind);
  return (await readAudit(app, `?kind=${kind}`))[0]?.detail['reason'];
}

describe('reasons', () => {
  test('a site is told the same of every code, and the trail the difference', async () => {
    const app = await appOfTest();
    const bank = app.config.sites.find(({ id: site }) => site === 'bank')!;
    const asBank = { authorization: `Basic ${Buffer.from(`bank:${bank.secret}`).toString('base64')}` };
    const wrong = { authorization: `Basic ${Buffer.from('shop:wrong').toString('base64')}` };
    const { code, sceneId } = await confirmScene(app);
    const answers = [
      await app.exchange(code, {}, asBank),
      await app.exchange(code, { codeVerifier: 'none was announced' }),
      await app.exchange(`${sceneId}${'x'.repeat(43)}`),
    ];
    expect((await app.exchange(code)).status).toBe(200);
    answers.push(await app.exchange(code), await app.exchange(code, { codeVerifier: 'again' }));
    const told = await Promise.all(answers.map(async (one) => [one.status, await one.text()]));
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect((await app.exchange(code, {}, wrong)).status).toBe(401);
    expect((await app.exchange(code, {}, { authorization: 'Basic bm9ib2R5Og==' })).status).toBe(401);
    await expect.poll(() => kindsAt(app)).toContain('code_repeated');
    const rows = (await readAudit(app)).map((row) => [
      row.kind,
      row.actor,
      row.sceneId,
      row.detail['reason'],
    ]);
    expect(rows.toReversed().slice(1)).toEqual([
      ['exchange_refused', 'bank', sceneId, 'foreign_code'],
      ['exchange_refused', 'shop', sceneId, 'wrong_verifier'],
      ['exchange_refused', 'shop', sceneId, 'unknown_code'],
      ['code_repeated', 'shop', sceneId, undefined],
      ['exchange_refused', 'shop', null, 'wrong_site_or_secret'],
      ['exchange_refused', 'unknown', null, 'wrong_site_or_secret'],
    ]);
  });

  test('a wrong secret at any call for messages is in the trail, and a right one is not', async () => {
    const app = await appOfTest();
    const { secret } = app.config.sites.find(({ id: site }) => site === 'shop')!;
    const ask = async (method: string, path: string, credentials: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      const headers = { authorization, 'user-agent': 'a backend' };
      return (await fetch(`${app.url}/api/${path}`, { method, headers })).status;
    };
    expect(await ask('GET', 'users/oVisitor/presence', `shop:${secret}`)).toBe(200);
    // Those alike are gathered, as strangers' other tries are.
    for (let i = 0; i < 5; i++) expect(await ask('POST', 'messages', 'shop:wrong')).toBe(401);
    expect(await ask('GET', 'users/oVisitor/presence', 'bank:wrong')).toBe(401);
    expect(await ask('DELETE', 'users/oVisitor/message-tokens', `nobody:${secret}`)).toBe(401);
    await expect.poll(() => readAudit(app, '?kind=messages_refused')).toHaveLength(3);
    const rows = (await readAudit(app, '?kind=messages_refused')).toReversed();
    const common = { ip: '127.0.0.0/24', account: null, sceneId: null };
    const detail = { reason: 'wrong_site_or_secret', userAgent: 'a backend' };
    expect(rows).toMatchObject([
      { actor: 'shop', site: 'shop', ...common, detail },
      { actor: 'bank', site: 'bank', ...common, detail },
      { actor: 'unknown', site: null, ...common, detail },
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('of a forged webhook: its signature, its mode, its seal', async () => {
    const app = await appOfTest();
    await forge(app);
    expect(await reasonOf(app, 'webhook_forged')).toBe('signature');
    const { query, body } = app.wechat.seal('<xml/>');
    query.delete('encrypt_type');
    await app.wechat.post(query, body);
    await expect.poll(() => reasonOf(app, 'webhook_forged')).toBe('mode');
    const sealed = app.wechat.seal('<xml/>');
    await app.wechat.post(sealed.query, sealed.body.replace('<Encrypt>', '<Encrypt>A'));
    await expect.poll(() => reasonOf(app, 'webhook_forged')).toBe('seal');
    const stale = app.wechat.seal('<xml/>', app.wechat.stamp(Date.now() - 400_000));
    await app.wechat.post(stale.query, stale.body);
    expect(await readAudit(app, '?kind=webhook_forged')).toHaveLength(3);
  });

  test("who scans what is another's is told once, however often he does", async () => {
    const app = await appOfTest();
    const { sceneId } = await app.browser().open('shop');
    await app.wechat.scan(owner, sceneId);
    for (let i = 0; i < 3; i++) await app.wechat.scan(`oStranger00000000000000000${i}`, sceneId);
    for (let i = 0; i < 3; i++) await app.wechat.scan(`oStranger000000000000000002`, sceneId);
    await expect.poll(() => readAudit(app, '?kind=second_scanner')).toHaveLength(3);
  });
});

test('thousands of forged webhooks are a few entries that count them all, and push out no act', async () => {
  const app = await appOfTest();
  const sceneId = await cancelScene(app);
  for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 100 }, () => forge(app)));
  const counted = async () => {
    const found = await readAudit(app, '?kind=webhook_forged');
    expect(found.length).toBeLessThanOrEqual(4);
    return found.reduce((sum, { detail }) => sum + Number(detail['count'] ?? 1), 0);
  };
  await expect.poll(counted, { timeout: 3 * settings.audit.foldFor }).toBe(1_000);
  expect((await readAudit(app, '?kind=scene_cancelled'))[0]).toMatchObject({ sceneId });
});

test('what a browser calls itself is a text, and no more', async () => {
  const app = await appOfTest();
  const written = `\u202E<script>alert(1)</script>${'😀'.repeat(1500)}`;
  const header = Buffer.from(written).toString('latin1');
  await app.exchange('x', {}, { 'user-agent': header });
  await expect.poll(() => kindsAt(app)).toContain('exchange_refused');
  const [{ detail } = { detail: {} }] = await readAudit(app, '?kind=exchange_refused');
  const shown = String(detail['userAgent' as keyof typeof detail]);
  expect(shown).toContain('<script>alert(1)</script>');
  expect(shown.length).toBeLessThanOrEqual(settings.audit.factLength);
  expect(shown).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}/u);
  const list = await askAudit(app);
  expect(list.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(list.headers.get('x-content-type-options')).toBe('nosniff');
});

describe.skipIf(noRedis)('while Redis is away', () => {
  test('everything is refused as quickly as ever, and told once it is back', async () => {
    const server = await RedisServer.start({ persistence: 'always' });
    onTestFinished(() => server.stop());
    const fleet = await startFleet(1, { redis: server, config });
    onTestFinished(() => fleet.close());
    const app = fleet.nodes[0]!;
    await expect.poll(() => kindsAt(app)).toEqual(['started']);
    await server.kill();
    await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status).toBe(503);
    const begun = performance.now();
    for (let i = 0; i < 50; i++) await forge(app);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect((await askAudit(app)).status).toBe(503);
    const away = Date.now();
    await server.restart();
    await expect
      .poll(async () => ((await askAudit(app)).status === 200 ? kindsAt(app) : []), { timeout: 8_000 })
      .toContain('webhook_forged');
    const [forged] = (await readAudit(app, '?kind=webhook_forged')).toReversed();
    expect(forged!.at).toBeLessThanOrEqual(away + 100);
  });
});

test('who may only look may look at the trail, and take it along under the name that he has', async () => {
  const viewToken = 'canary-view-token-0123456789abcdef';
  const app = await startApp({ config: { ops: { token: opsToken, viewToken } } });
  onTestFinished(() => app.close());
  const headers = { authorization: `Bearer ${viewToken}` };
  expect((await askAudit(app, '', headers)).status).toBe(200);
  expect((await askAudit(app, '/export', headers)).status).toBe(200);
  await expect.poll(() => kindsAt(app)).toContain('audit_exported');
});
