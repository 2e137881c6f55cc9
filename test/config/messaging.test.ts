import { expect, test } from 'vitest';
import { messagingOf } from '../../src/config/config.ts';
import { account, load, site } from './given.ts';
import type { Json } from './given.ts';

const preset = {
  inboxPerUser: 100,
  inboxDays: 7,
  inboxPerSender: null,
  beyondPerSender: 'refuse',
  socketsPerUser: 5,
  peers: false,
};
const loaded = (general: Json, own?: Json) =>
  load({ accounts: [account], sites: [own ? { ...site, messaging: own } : site], messaging: general });

test('has defaults', () => {
  expect(messagingOf(loaded({}), 'shop')).toEqual(preset);
});

test.each<{ what: string; own: Json; expected: Json }>([
  { what: 'nothing', own: {}, expected: {} },
  { what: 'peers', own: { peers: false }, expected: { peers: false } },
  { what: 'a bound', own: { inboxPerSender: 3 }, expected: { inboxPerSender: 3 } },
  { what: 'no bound', own: { inboxPerSender: null }, expected: { inboxPerSender: null } },
  {
    what: 'all',
    own: { inboxPerSender: 1, beyondPerSender: 'refuse', peers: false },
    expected: {
      inboxPerSender: 1,
      beyondPerSender: 'refuse',
      peers: false,
    },
  },
])('a site with $what of its own has that, and the rest of all', ({ own, expected }) => {
  const general = { peers: true, inboxPerSender: 9, beyondPerSender: 'drop', inboxDays: 30 };
  const config = loaded(general, own);
  expect(messagingOf(config, 'shop')).toEqual({ ...preset, ...general, ...expected });
  expect(messagingOf(config, 'another')).toEqual({ ...preset, ...general });
});
