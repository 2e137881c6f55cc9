import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  stage = await new Stage({ clock }).listen();
});
afterEach(() => stage.close());

function idsOf(body: { scenes: { sceneId: string }[] }): string[] {
  return body.scenes.map(({ sceneId }) => sceneId);
}

describe('GET /ops/api/scenes', () => {
  test('tells of each scene what an operator needs, and no more', async () => {
    const { scene } = await stage.open();
    const { status, body } = await stage.api('scenes');
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      scenes: [
        {
          sceneId: scene.id,
          site: 'shop',
          account: 'main',
          accountKind: null,
          state: 'pending',
          approval: 'scan',
          createdAt: clock.now(),
          expiresAt: clock.now() + 120_000,
          scannedAt: null,
          reason: null,
          node: null,
          connected: false,
          browser: { ip: '203.0.113.0/24', userAgent: 'Mozilla/5.0 (X11; Linux) Chrome/120' },
        },
      ],
      nextCursor: null,
      total: 1,
    });
  });

  test('knows whose browser is connected, until the scene is over', async () => {
    const { scene, claim } = await stage.open();
    await stage.scenes.attach(scene.id, claim, 'node-a');
    expect((await stage.api('scenes')).body.scenes[0]).toMatchObject({ node: 'node-a', connected: true });
    await stage.scenes.cancelByBrowser(scene.id, claim);
    expect((await stage.api('scenes')).body.scenes[0]).toMatchObject({ node: 'node-a', connected: false });
  });

  test('pages through all, newest first, each once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift((await stage.open()).scene.id);
      clock.advance(10);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await stage.api(`scenes?limit=2&cursor=${encodeURIComponent(cursor)}`);
      expect(body.total).toBe(5);
      seen.push(...idsOf(body));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(ids);
  });

  test('gives 100 unless asked for more', async () => {
    await stage.openMany(101);
    expect((await stage.api('scenes')).body.scenes).toHaveLength(100);
    expect((await stage.api('scenes?limit=500')).body.scenes).toHaveLength(101);
  });

  test('filters by state, site and account', async () => {
    const shop = await stage.open();
    const bank = await stage.open({ site: 'bank' });
    await stage.confirm(bank);
    const of = async (query: string): Promise<string[]> => idsOf((await stage.api(`scenes?${query}`)).body);
    expect(await of('state=confirmed')).toEqual([bank.scene.id]);
    expect(await of('site=shop')).toEqual([shop.scene.id]);
    expect(await of('site=shop&state=confirmed')).toEqual([]);
    expect(await of('account=main&site=bank')).toEqual([bank.scene.id]);
    expect(await of('account=other')).toEqual([]);
    expect(await of('state=&site=&account=&limit=&cursor=&colour=red')).toHaveLength(2);
  });

  test.each([
    { query: 'state=waiting', reason: /^state: must be one of pending, / },
    { query: 'state=pending&state=scanned', reason: /^state: must be given once/ },
    { query: 'site=The%20Shop', reason: /^site: / },
    { query: `account=${'a'.repeat(33)}`, reason: /^account: / },
    { query: 'limit=0', reason: /^limit: / },
    { query: 'limit=501', reason: /^limit: must be at most 500/ },
    { query: 'limit=1e2', reason: /^limit: / },
    { query: 'cursor=garbage', reason: /^cursor: / },
    { query: 'cursor=1.2.3', reason: /^cursor: / },
  ])('refuses $query', async ({ query, reason }) => {
    const { status, body } = await stage.api(`scenes?${query}`);
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_request' });
    expect(body.message).toMatch(reason);
  });
});

describe('POST /ops/api/scenes/{sceneId}/cancel', () => {
  test('ends the scene, answers its row, and leaves one line in the log', async () => {
    const { scene } = await stage.open();
    const { status, body } = await stage.api(`scenes/${scene.id}/cancel`, 'POST');
    expect(status).toBe(200);
    expect(body).toMatchObject({ sceneId: scene.id, state: 'cancelled', connected: false });
    expect(await stage.scenes.read(scene.id)).toMatchObject({ state: 'cancelled', reason: 'operator' });
    const lines = stage.lines.filter((line) => line.includes('operator cancelled a scene'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 30, sceneId: scene.id }]);
  });

  test('a code that was not spent is spent by it', async () => {
    const opened = await stage.open();
    await stage.confirm(opened);
    expect((await stage.api(`scenes/${opened.scene.id}/cancel`, 'POST')).status).toBe(200);
    expect((await stage.scenes.read(opened.scene.id))?.state).toBe('cancelled');
  });

  test.each(['AAAAAAAAAAAAAAAAAAAAAA', 'x', '%00', '__proto__'])('%s is unknown', async (id) => {
    const { status, body } = await stage.api(`scenes/${id}/cancel`, 'POST');
    expect({ status, error: body.error }).toEqual({ status: 404, error: 'scene_not_found' });
  });

  test('what is over cannot be cancelled', async () => {
    const { scene } = await stage.open();
    clock.advance(120_000);
    const { status, body } = await stage.api(`scenes/${scene.id}/cancel`, 'POST');
    expect({ status, error: body.error }).toEqual({ status: 409, error: 'scene_final' });
  });
});

test('no answer and no log line holds a claim, a code, a hash or an openid', async () => {
  const openid = 'oCANARYopenid000000000000001';
  const opened = await stage.open();
  const confirmed = await stage.confirm(opened, openid);
  const { claimHash, codeHash, siteState } = confirmed!;
  const answers = [
    await stage.api('scenes'),
    await stage.api('overview'),
    await stage.api(`scenes/${opened.scene.id}/cancel`, 'POST'),
  ];
  const told = [...answers.map(({ text }) => text), ...stage.lines].join('\n');
  expect(told).toContain(opened.scene.id);
  for (const canary of [
    opened.claim,
    claimHash,
    codeHash,
    openid,
    siteState!,
    'a-token-that',
    '203.0.113.77',
  ])
    expect(told).not.toContain(canary);
});
