import { miniEn } from './text-mini-en.js';

/** @import { Notice, Outcome, Verdict } from './types.d.ts' */

/** @type {Record<Outcome, string>} */
const outcomes = {
  silent: 'Delivered. The account sent no reply.',
  replied: 'Delivered. The account replied.',
  fault: 'The webhook did not give a valid answer.',
  follow_first: 'Follow the account to go on.',
  code_expired: 'This code has expired.',
  unknown_code: 'There is no such code.',
  already_follows: 'Already following.',
  does_not_follow: 'Not following the account.',
  nothing_to_repeat: 'Nothing has been sent yet.',
  mini_program: 'The mini program has opened.',
  under_way: 'Under way.',
};

/** @type {Record<Notice, (text: string) => string>} */
const notices = {
  scanned: (scene) => `Scanned ${scene}`,
  followed: (scene) => (scene ? `Followed by scanning ${scene}` : 'Followed the account'),
  unfollowed: () => 'Unfollowed the account',
  fault: () => 'The service provided by this official account is unavailable. Try again later.',
  code_expired: () => 'This QR code has expired',
  unknown_code: () => 'This QR code is not recognised',
};

/** @type {Record<Verdict, string>} */
const verdicts = {
  pending: 'Waiting for the answer…',
  silent: 'Accepted, without a reply',
  reply: 'Accepted, with a reply',
  invalid: 'Not a valid reply',
  failed: 'Failed',
};

export const en = {
  title: 'Sandbox phone',
  brand: 'Saoma sandbox',
  subtitle: 'A stand-in for WeChat, to try scan logins offline',
  language: 'Language',
  site: 'Demo site',
  lost: 'Connection lost. Trying again…',
  people: 'Who holds the phone?',
  add: 'Add a person',
  name: 'Name',
  followsAlready: 'Already follows the account',
  save: 'Add',
  cancel: 'Cancel',
  account: 'Saoma Sandbox',
  follows: 'Following',
  followsNot: 'Not following',
  follow: 'Follow',
  unfollow: 'Unfollow',
  again: 'Send again',
  againHint: 'Post the last event to the webhook once more, byte for byte',
  chat: 'Chat with the account',
  empty: 'Messages from the account appear here.',
  emptyNot: 'Follow the account, or scan a code first.',
  message: 'Message',
  send: 'Send',
  scanNewest: 'Scan the newest code',
  /** @param {string} name */
  scanThis: (name) => `Scan this code as ${name}`,
  scanNewestInstead: 'Use the newest code instead',
  noCode: 'No code yet. Open a login page first.',
  /** @param {string} scene @param {number} age @param {number | null} left seconds */
  codeAge: (scene, age, left) => `${scene} · ${age} s old${left === null ? '' : ` · ${left} s left`}`,
  /** @param {string} scene */
  codeOver: (scene) => `${scene} · expired`,
  miniCode: 'Mini program',
  typed: 'Or enter a code',
  typedHint: 'Scene id, ticket or address',
  scan: 'Scan',
  sheetTitle: 'Saoma Sandbox',
  sheetText: 'You do not follow this account yet. WeChat posts the event once you do.',
  notNow: 'Not now',
  underWay: 'Sending…',
  protocol: 'Protocol',
  protocolHint: 'What WeChat posts to the webhook, what the mini program asks, and what comes back.',
  noDeliveries: 'Scan a code, and each request appears here.',
  clear: 'Clear',
  request: 'Request',
  response: 'Response',
  decrypted: 'Decrypted',
  asPosted: 'As sent',
  copy: 'Copy',
  copied: 'Copied',
  noBody: '(empty)',
  /** @param {number} number */
  attempt: (number) => `attempt ${number}`,
  trouble: 'Make trouble',
  troubleHint: 'Delays, junk, and faults of the WeChat API.',
  delay: 'Delay each event by',
  /** @param {number} seconds */
  seconds: (seconds) => (seconds === 0 ? 'no delay' : `${seconds} s`),
  junk: 'Send junk',
  junkKinds: {
    'unknown-event': 'An unknown event',
    'foreign-key': "A scan of somebody else's code",
    'forged-signature': 'A forged signature',
    'garbage-body': 'A garbled body',
    'old-timestamp': 'An old timestamp',
  },
  fault: 'Fault of the WeChat API',
  faultKinds: {
    stall: 'user/info takes 10 s',
    busy: 'Every call says -1, busy',
    quota: 'qrcode/create says 45009, quota used up',
    risky: 'jscode2session says 40226, person refused',
    limit: 'getwxacodeunlimit says 45009, too many codes',
    page: 'Every call answers an HTML page, 502',
  },
  apply: 'Apply',
  killToken: 'Kill the access token',
  killed: 'The access token is dead. The next call gets 40001.',
  faultsActive: 'A fault is active',
  faultsClear: 'End all faults',
  outcomes,
  notices,
  verdicts,
  /** @param {string} words why an answer did not count, as the stand-in says it */
  reason: (words) => words,
  mini: miniEn,
};
