import { expect, test } from 'vitest';
import { Arrivals } from '../../src/realtime/arrivals.ts';
import { begin } from '../../src/scene/scene.ts';
import type { Scene } from '../../src/scene/scene.ts';

const pending = begin(
  {
    id: 'A'.repeat(22),
    site: 'shop',
    account: 'main',
    approval: 'scan',
    browser: { ip: '127.0.0.1', userAgent: '', origin: 'https://shop.example' },
    claimHash: '',
    codeHash: '',
    codeChallenge: null,
    siteState: null,
  },
  0,
  120_000,
  60_000,
);
const at = (version: number): Scene => ({ ...pending, version });

test('the newest of what was read and what was heard counts, in whatever order it came', () => {
  const arrivals = new Arrivals();
  const arrival = arrivals.begin(pending.id);
  for (const version of [2, 4, 3]) arrivals.note(at(version));
  expect(arrival.newest(at(1)).version).toBe(4);
  expect(arrival.newest(at(5)).version).toBe(5);
});

test('only the scene that is looked up is listened for, and only as long', () => {
  const arrivals = new Arrivals();
  const [first, second] = [arrivals.begin(pending.id), arrivals.begin(pending.id)];
  arrivals.note({ ...at(9), id: 'another' });
  arrivals.end(first);
  arrivals.note(at(2));
  expect(first.newest(at(1)).version).toBe(1);
  expect(second.newest(at(1)).version).toBe(2);
  expect(arrivals.expects(pending.id)).toBe(true);
  arrivals.end(second);
  expect(arrivals.expects(pending.id)).toBe(false);
});
