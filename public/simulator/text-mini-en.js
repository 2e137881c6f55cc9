/** @import { MiniScreen, Talk, TalkLine } from './types.d.ts' */

/** @type {Record<MiniScreen['events'][number]['event'], string>} */
const happened = {
  signed_in: 'Signed in: wx.login, then POST /login',
  session_over: 'The server said that the session is over',
  signed_in_again: 'Signed in again by itself',
  key_replaced: 'WeChat replaced the session_key',
  profile_read: 'The server verified WeChat’s data',
  signed_out: 'Signed out',
};

/** @type {Record<string, string>} */
const troubles = {
  scene_not_found: 'This code is no longer valid. Open the login page again.',
  scene_taken: 'Somebody else has scanned this code already.',
  approval_not_found: 'This request is no longer valid.',
  approval_used: 'This has been answered already.',
  rate_limited: 'Too many tries. Wait a moment.',
  person_refused: 'WeChat refused to sign this person in.',
  wechat_unavailable: 'WeChat does not answer just now. Try again.',
  store_unavailable: 'The service is busy just now. Try again.',
  unknown_account: 'The server does not know this mini program.',
  no_answer: 'The server does not answer.',
  bad_answer: 'The server gave an answer that makes no sense here.',
};

/** @type {Record<Talk['state'], string>} */
const states = {
  offline: 'Offline: what is sent to you waits at the server.',
  connecting: 'Connecting…',
  online: 'Online',
  replaced: 'Closed: you have too many other connections.',
};

/** @type {Record<TalkLine['status'], string>} */
const became = {
  sending: 'not sent yet',
  delivered: 'delivered',
  queued: 'waits for them',
  dropped: 'dropped: their inbox is full',
  refused: 'refused',
  received: '',
};

export const miniEn = {
  open: 'Open the mini program',
  name: 'Saoma Login',
  close: 'Close',
  opening: 'Opening…',
  home: 'Signed in to the mini program',
  homeHint: 'Scan a code of the mini program to sign in on a computer.',
  signedOut: 'Signed out',
  signIn: 'Sign in again',
  /** @param {string} site */
  ask: (site) => `Sign in to ${site}?`,
  site: 'Website',
  browser: 'Browser',
  address: 'Address',
  openedAt: 'Opened at',
  careful: 'Confirm only if you opened this page yourself.',
  accept: 'Confirm',
  decline: 'Decline',
  ends: { confirmed: 'Confirmed', denied: 'Declined', failed: 'That did not work' },
  endHints: {
    /** @param {string} site */
    confirmed: (site) => `The browser is signed in to ${site}.`,
    /** @param {string} site */
    denied: (site) => `Nobody was signed in to ${site}.`,
  },
  /** @param {string} name */
  profile: (name) => `Verified by the server: “${name}”, the name that WeChat gives for everybody.`,
  events: 'What happened',
  happened,
  troubles,
  askProfile: 'Send my data',
  askProfileHint: 'wx.getUserProfile, then POST /profile: the server checks signature, key and watermark',
  replaceKey: 'WeChat replaces session_key',
  replaceKeyHint: 'As a login on another device does it. The next data are signed with the new key.',
  signOut: 'Sign out',
  signOutHint: 'POST /logout',
  talk: {
    with: 'Chat with',
    goOnline: 'Go online',
    goOffline: 'Go offline',
    lines: 'Messages',
    text: 'Message to them',
    states,
    became,
  },
  unknown: 'unknown',
};
