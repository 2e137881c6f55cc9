import type { Faulty } from './faulty.ts';
import { account, site } from './given.ts';
import type { Json } from './given.ts';

const withMessaging = (messaging: unknown): Json => ({ accounts: [account], sites: [site], messaging });
const withOwn = (messaging: unknown): Json => ({ accounts: [account], sites: [{ ...site, messaging }] });

const numbers: [string, unknown[], string][] = [
  ['inboxPerUser', [0, 1001, 1.5, null, '100'], '1 to 1000'],
  ['inboxDays', [0, 31, null], '1 to 30'],
  ['inboxPerSender', [0, 1001, '3'], 'null or a whole number from 1 to 1000'],
  ['socketsPerUser', [0, 51, null], '1 to 50'],
  ['beyondPerSender', ['keep', null, true], 'refuse or drop'],
  ['peers', ['yes', 1, null], 'true or false'],
];

export const messaging: Faulty[] = [
  ...numbers.flatMap(([name, values, allowed]) =>
    values.map((value) => ({
      name: `${name} of ${JSON.stringify(value)}`,
      file: withMessaging({ [name]: value }),
      path: `messaging.${name}`,
      allowed,
    })),
  ),
  {
    name: 'messaging as a list',
    file: withMessaging([]),
    path: 'messaging',
    found: 'a list',
    allowed: 'an object with inboxPerUser',
  },
  {
    name: 'messaging misspelt',
    file: withMessaging({ inboxPerUsers: 3 }),
    path: 'messaging.inboxPerUsers',
    allowed: 'did you mean inboxPerUser?',
  },
  {
    name: 'a site whose messaging is a text',
    file: withOwn('peers'),
    path: 'sites[0].messaging',
    found: 'a text',
    allowed: 'an object with inboxPerSender, beyondPerSender, peers',
  },
  {
    name: 'a site that would keep more for everybody',
    file: withOwn({ inboxPerUser: 1000 }),
    path: 'sites[0].messaging.inboxPerUser',
    found: 'an unknown option',
    allowed: 'inboxPerSender, beyondPerSender, peers',
  },
  {
    name: 'a site whose peers are null',
    file: withOwn({ peers: null }),
    path: 'sites[0].messaging.peers',
    found: 'null',
    allowed: 'true or false',
  },
];
