import { expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { MemoryAuditTrail } from '../../src/store/memory/audit-trail.ts';
import { conformAuditTrail, entries } from '../conformance/audit-trail.ts';
import { FakeClock } from '../support/fake-clock.ts';

function openTrail(figures: Settings['audit'] = settings.audit) {
  const clock = new FakeClock();
  const trail = new MemoryAuditTrail(clock, figures);
  return { clock, trail, pass: async (ms: number) => clock.advance(ms), close: () => undefined };
}

conformAuditTrail('the audit trail in memory', async (figures) => openTrail(figures));

test('in memory exactly so many are kept', async () => {
  const { trail } = openTrail({ ...settings.audit, kept: 5 });
  await trail.add({ id: 'one', entries: entries(12) });
  expect((await trail.page({ limit: 100 })).entries).toHaveLength(5);
});
