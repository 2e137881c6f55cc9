import { describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import type { AuditEntry, AuditQuery, AuditTrail, NewEntry } from '../../src/ops/audit.ts';
import { isOlder } from '../../src/ops/audit.ts';
import { auditKinds } from '../../src/telemetry/audit.ts';

export interface OpenedAuditTrail {
  trail: AuditTrail;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

/** Short enough to be waited for, ms. */
const short = 800;

export function entry(rest: Partial<NewEntry> = {}): NewEntry {
  return {
    at: 1_700_000_000_000,
    kind: 'webhook_forged',
    actor: 'wechat',
    site: null,
    account: 'main',
    sceneId: null,
    ip: '203.0.113.0/24',
    detail: { reason: 'signature' },
    ...rest,
  };
}

/** Numbered, so that one is told from another. */
export function entries(count: number, rest: Partial<NewEntry> = {}): NewEntry[] {
  return Array.from({ length: count }, (_, number) => entry({ ...rest, detail: { number } }));
}

export function numbersOf(some: readonly AuditEntry[]): unknown[] {
  return some.map(({ detail }) => detail['number']);
}

/** Each page of the query until there is none. */
export async function pagesOf(trail: AuditTrail, query: AuditQuery): Promise<AuditEntry[][]> {
  const pages: AuditEntry[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await trail.page({ ...query, ...(cursor !== undefined && { cursor }) });
    pages.push(page.entries);
    cursor = page.nextCursor;
  }
  return pages;
}

function downFrom(count: number): number[] {
  return Array.from({ length: count }, (_, index) => count - 1 - index);
}

/** What every audit trail promises, whatever it is made of. Opened, it is empty. */
export function conformAuditTrail(
  name: string,
  open: (figures: Settings['audit']) => Promise<OpenedAuditTrail>,
): void {
  async function begin(figures: Partial<Settings['audit']> = {}) {
    const { trail, pass, close } = await open({ ...settings.audit, ...figures });
    onTestFinished(async () => close());
    const add = (some: readonly NewEntry[], id = randomId(16)) => trail.add({ id, entries: some });
    const all = async (query: Partial<AuditQuery> = {}) =>
      (await pagesOf(trail, { limit: 500, ...query })).flat();
    return { trail, pass, add, all };
  }

  describe(`${name}:`, () => {
    test('is empty at first', async () => {
      const { trail } = await begin();
      expect(await trail.page({ limit: 10 })).toEqual({ entries: [], nextCursor: null });
    });

    test('an entry is there as it was told, and has a place', async () => {
      const { trail, add } = await begin();
      const told = entry({ sceneId: 'A'.repeat(22), site: 'shop', detail: { reason: 'x', count: 3 } });
      await add([told]);
      const page = await trail.page({ limit: 10 });
      const id = expect.stringMatching(/^\d{1,15}-\d{1,15}$/) as string;
      expect(page).toStrictEqual({ entries: [{ id, ...told }], nextCursor: null });
    });

    test('the newest is first, in a batch and over all batches and kinds', async () => {
      const { add, all } = await begin();
      for (const [number, kind] of auditKinds.entries()) await add([entry({ kind, detail: { number } })]);
      const more = auditKinds.map((kind, i) => entry({ kind, detail: { number: auditKinds.length + i } }));
      await add(more);
      const found = await all();
      expect(numbersOf(found)).toEqual(downFrom(2 * auditKinds.length));
      const ids = found.map(({ id }) => id);
      expect(ids.every((id, index) => index === 0 || isOlder(id, ids[index - 1]!))).toBe(true);
    });

    test('a batch that is told twice is there once', async () => {
      const { add, all } = await begin();
      const batch = randomId(16);
      await add(entries(3), batch);
      await Promise.all(Array.from({ length: 20 }, () => add(entries(3), batch)));
      await add([entry({ detail: { number: 3 } })]);
      expect(numbersOf(await all())).toEqual([3, 2, 1, 0]);
    });

    test('50 batches at once are all there, each in its order', async () => {
      const { add, all } = await begin();
      const batches = Array.from({ length: 50 }, (_, batch) => [
        entry({ kind: 'started', detail: { batch, number: 0 } }),
        entry({ detail: { batch, number: 1 } }),
      ]);
      await Promise.all(batches.map((batch) => add(batch)));
      const found = await all();
      expect(new Set(found.map(({ id }) => id)).size).toBe(100);
      for (let batch = 0; batch < 50; batch++)
        expect(numbersOf(found.filter(({ detail }) => detail['batch'] === batch))).toEqual([1, 0]);
    });

    describe('pages', () => {
      test.each([1, 7, 25, 50])('of %i hold all, each once', async (limit) => {
        const { trail, add } = await begin();
        const some = Array.from({ length: 50 }, (_, number) =>
          entry({ kind: auditKinds[number % 3] ?? 'started', detail: { number } }),
        );
        await add(some);
        const pages = await pagesOf(trail, { limit });
        expect(numbersOf(pages.flat())).toEqual(downFrom(50));
        expect(pages).toHaveLength(Math.ceil(50 / limit));
      });

      test('are not turned by what comes meanwhile', async () => {
        const { trail, add } = await begin();
        await add(entries(10));
        const { nextCursor } = await trail.page({ limit: 5 });
        await add(entries(10, { actor: 'later' }));
        const { entries: rest } = await trail.page({ limit: 10, cursor: nextCursor ?? '' });
        expect(numbersOf(rest)).toEqual([4, 3, 2, 1, 0]);
      });

      test.each([
        { cursor: '0-0', found: 0 },
        { cursor: '999999999999999-0', found: 3 },
      ])('from a place where nothing is: $cursor', async ({ cursor, found }) => {
        const { trail, add } = await begin();
        await add(entries(3));
        expect((await trail.page({ limit: 10, cursor })).entries).toHaveLength(found);
      });
    });

    describe('filters', () => {
      const rows = [
        entry({ kind: 'exchange_refused', site: 'shop', actor: 'shop', detail: { number: 0 } }),
        entry({ kind: 'exchange_refused', site: 'bank', actor: 'bank', detail: { number: 1 } }),
        entry({ kind: 'scene_cancelled', site: 'shop', actor: '小美 <b>', detail: { number: 2 } }),
        entry({ kind: 'second_scanner', site: 'shop', detail: { number: 3 } }),
        entry({ kind: 'started', actor: 'node', detail: { number: 4 } }),
      ];
      test.each([
        { query: { kind: 'exchange_refused' }, found: [1, 0] },
        { query: { site: 'shop' }, found: [3, 2, 0] },
        { query: { actor: '小美 <b>' }, found: [2] },
        { query: { kind: 'exchange_refused', site: 'shop' }, found: [0] },
        { query: { site: 'shop', actor: 'wechat' }, found: [3] },
        { query: { kind: 'started', site: 'shop' }, found: [] },
        { query: { actor: 'constructor' }, found: [] },
      ] as const)('$query', async ({ query, found }) => {
        const { add, all } = await begin();
        await add(rows);
        expect(numbersOf(await all(query))).toEqual(found);
        expect(numbersOf(await all({ ...query, limit: 1 }))).toEqual(found);
      });

      test('a rare one is found behind pages that are short', async () => {
        const { trail, add } = await begin({ readAtMost: 20, portion: 8 });
        await add(entries(30, { site: 'shop', actor: 'rare' }).slice(0, 2));
        for (const kind of ['webhook_forged', 'exchange_refused'] as const) await add(entries(40, { kind }));
        const pages = await pagesOf(trail, { limit: 10, actor: 'rare' });
        expect(numbersOf(pages.flat())).toEqual([1, 0]);
        expect(pages.length).toBeGreaterThan(3);
        expect(pages[0]).toEqual([]);
      });
    });

    test('of each kind the newest are kept, and none pushes out another', async () => {
      const { add, all } = await begin({ kept: 200 });
      await add([entry({ kind: 'scene_cancelled' })]);
      for (let part = 0; part < 10; part++) await add(entries(100, { detail: {} }));
      await add(entries(1));
      const found = await all({ kind: 'webhook_forged' });
      expect(found.length).toBeGreaterThanOrEqual(200);
      expect(found.length).toBeLessThanOrEqual(400);
      expect(numbersOf(found)[0]).toBe(0);
      expect(await all({ kind: 'scene_cancelled' })).toHaveLength(1);
      expect(await all()).toHaveLength(found.length + 1);
    });

    test('nothing is kept for longer than told', async () => {
      const { add, all, pass } = await begin({ keptFor: short });
      await add(entries(3));
      expect(await all()).toHaveLength(3);
      await pass(short * 1.5);
      expect(await all()).toEqual([]);
      await add(entries(2));
      expect(numbersOf(await all())).toEqual([1, 0]);
    });

    test('what is older goes also when others of its kind came since', async () => {
      const { add, all, pass } = await begin({ keptFor: 2.5 * short });
      await add(entries(3));
      await pass(1.5 * short);
      await add(entries(1, { actor: 'later' }));
      await pass(1.5 * short);
      expect((await all()).map(({ actor }) => actor)).toEqual(['later']);
    });

    test.each(['__proto__', '', '*', '{a}', '"\\', '\n', '😀'.repeat(500), '\u202E', 'é', "'; --"])(
      '"%s" is a text like any other',
      async (text) => {
        const { add, all } = await begin();
        const told = entry({ actor: text, site: text, detail: { reason: text, number: 0.5 } });
        await add([told]);
        expect(await all({ actor: text })).toStrictEqual([{ id: expect.any(String) as string, ...told }]);
      },
    );
  });
}
