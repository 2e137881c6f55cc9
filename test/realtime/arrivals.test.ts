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
});

test('a newer attachment is remembered as long as somebody is on the way, and else is not', () => {
  const arrivals = new Arrivals();
  expect(arrivals.noteReplaced(pending.id, 1)).toBe(false);
  const [first, second] = [arrivals.begin(pending.id), arrivals.begin(pending.id)];
  expect(arrivals.noteReplaced(pending.id, 3)).toBe(true);
  arrivals.end(first);
  expect(arrivals.noteReplaced(pending.id, 2)).toBe(true);
  expect([first.attachment, second.attachment]).toEqual([3, 3]);
  arrivals.end(second);
  expect(arrivals.noteReplaced(pending.id, 4)).toBe(false);
});

test('what may have been missed is remembered of the scenes it concerns', () => {
  const arrivals = new Arrivals();
  const [one, other] = [arrivals.begin(pending.id), arrivals.begin('another')];
  arrivals.noteMissed((id) => id === pending.id);
  expect([one.missed, other.missed]).toEqual([true, false]);
});
