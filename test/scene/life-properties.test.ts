import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scene } from '../../src/scene/scene.ts';
import { deriveCode } from '../../src/scene/code.ts';
import { failureOf, openRoom, profile } from './support.ts';

/** A failure prints its seed; `FC_SEED` repeats it. */
const seed = process.env['FC_SEED'];
const runs = { numRuns: 150, ...(seed === undefined ? {} : { seed: Number(seed) }) };

type Step =
  | { does: 'scan'; person: number }
  | { does: 'redeem'; site: 'shop' | 'bank'; key: number | null }
  | { does: 'wait'; ms: number }
  | { does: 'confirm' | 'attach' | 'read' | 'cancel' | 'operator' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('scan' as const), person: fc.nat(7) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('redeem' as const),
      site: fc.constantFrom('shop' as const, 'shop' as const, 'bank' as const),
      key: fc.option(fc.nat(2)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('confirm' as const, 'attach', 'read') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('cancel' as const, 'operator') }) },
);
/** Each inner list happens at once. */
const life = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 12 });

interface Seen {
  /** Who was told to be the first. */
  owners: string[];
  exchanges: { key: number | null; scene: Scene }[];
  told: string[];
  attended: number;
}

async function live(steps: Step[][]): Promise<Seen> {
  const { scenes, open, clock, told, attended } = openRoom();
  const { scene, claim } = await open();
  const code = deriveCode(scene.id, claim);
  const seen: Seen = { owners: [], exchanges: [], told: [], attended: 0 };

  async function redeem(site: string, key: number | null): Promise<void> {
    const idempotencyKey = key === null ? undefined : `key-number-${key}`;
    const taken = await scenes.redeem(code, { site, idempotencyKey });
    seen.exchanges.push({ key, scene: taken });
  }
  async function scan(openid: string): Promise<void> {
    const result = await scenes.scan(scene.id, { account: 'main', openid, followed: false });
    if (result.kind === 'owner' && result.first) seen.owners.push(openid);
  }
  async function take(one: Step): Promise<unknown> {
    if (one.does === 'scan') return scan(`oPerson${one.person}`);
    if (one.does === 'redeem') return failureOf(redeem(one.site, one.key));
    if (one.does === 'wait') return clock.advance(one.ms);
    if (one.does === 'confirm') return scenes.confirm(scene.id, profile);
    if (one.does === 'attach') return scenes.attach(scene.id, claim, 'node-a');
    if (one.does === 'read') return scenes.read(scene.id);
    if (one.does === 'cancel') return scenes.cancelByBrowser(scene.id, claim);
    return failureOf(scenes.cancelByOperator(scene.id));
  }

  for (const atOnce of steps) await Promise.all(atOnce.map(take));
  return { ...seen, told: told(), attended: attended.length };
}

/** What the site learns of it. */
function answerOf({ id, openid, unionid, user, followed, scannedAt, confirmedAt, version }: Scene): string {
  return JSON.stringify([id, openid, unionid, user, followed, scannedAt, confirmedAt, version]);
}

test('whatever happens in whatever order: one owner, one exchange, one story', async () => {
  await fc.assert(
    fc.asyncProperty(life, async (steps) => {
      const { owners, exchanges, told, attended } = await live(steps);
      const news = told.filter((line) => !line.startsWith('again '));
      expect(owners.length).toBeLessThan(2);
      expect(attended).toBeLessThan(2);
      // Told once each, in order, and never two ends.
      expect(news).toStrictEqual([...new Set(news)]);
      const versions = news.map((line) => Number(line.split(' ')[1]));
      expect(versions).toStrictEqual(versions.toSorted((a, b) => a - b));
      expect(news.filter((line) => /^(consumed|cancelled|denied|expired)/.test(line)).length).toBeLessThan(2);
      // Whoever got an answer got the same one, by the same key, of the one who scanned first, for the site it belongs to.
      expect(new Set(exchanges.map(({ scene }) => answerOf(scene))).size).toBeLessThan(2);
      expect(new Set(exchanges.map(({ key }) => key)).size).toBeLessThan(2);
      expect(exchanges.filter(({ key }) => key === null).length).toBeLessThan(2);
      expect(
        exchanges.filter(({ scene }) => scene.openid !== owners[0] || scene.site !== 'shop'),
      ).toStrictEqual([]);
    }),
    runs,
  );
});
