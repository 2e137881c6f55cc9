/** Owns the English of the dashboard's script. */

/** @type {import('./text.js').Texts} */
export const english = {
  views: { loading: 'Loading…', failed: 'This view could not be loaded.', again: 'Try again' },
  links: {
    connecting: 'Connecting…',
    live: 'Live',
    silent: 'No word from the server',
    away: 'The store is away. Trying again…',
    lost: 'Connection lost. Reconnecting…',
    full: 'Too many dashboards are open. Trying again…',
  },
  lastKnown: (time) => `You see what was known at ${time}`,
  reconnect: { now: 'Reconnect now', busy: 'Reconnecting…' },
  roles: { view: 'view only', operate: 'operator' },
  zone: (zone) => `Times in ${zone}`,
  count: (count) => (count === 1 ? '1 login' : `${count} logins`),
  newestOf: (limit, total) => `The newest ${limit} of ${total} logins`,
  found: (found, shown) => `${found} of ${shown} shown`,
  fresh: (count) => `Show ${count} new`,
  empty: 'Nobody is signing in right now',
  emptyFiltered: 'No login matches these filters',
  emptyFound: 'No scene that is shown begins like this',
  unreached: 'The server cannot be reached. The logins appear as soon as it answers.',
  duration: (all) => duration(all),
  gap: (ms) => `+${gap(ms)}`,
  ago: (all) => (all === 0 ? 'just now' : `${duration(all)} ago`),
  started: (started) => `${started} started`,
  uptime: (seconds) => `up ${long(seconds)}`,
  nodes: (nodes) => `${nodes} nodes`,
  kinds: { 'official-account': 'Official account', 'mini-program': 'Mini program' },
  row: { open: (id) => `Scene ${id}, details`, online: 'Connected', offline: 'Away', unknown: 'Unknown' },
  older: {
    show: 'Show older logins',
    busy: 'Loading…',
    failed: 'Older logins could not be loaded. Try again',
    none: 'There are no older logins',
    asAt: (time) => `As at ${time}, not live`,
  },
  find: {
    ask: 'Press Enter to ask the server for this id',
    short: 'A whole id has 22 characters; a part of one finds among the rows shown',
  },
  cancel: {
    open: 'Cancel',
    openFor: (id) => `Cancel scene ${id}`,
    confirm: 'Cancel it',
    keep: 'Keep',
    busy: 'Cancelling…',
    failed: 'Not cancelled. Try again',
    over: 'It was already over',
    forbidden: 'You may only look',
    done: (id) => `Scene ${id} is cancelled`,
  },
  signIn: {
    wrong: 'This token is wrong.',
    wrongNumber: 'This number is wrong, or its time is over.',
    elsewhere: 'Nobody can sign in at this address. Please open the dashboard at its own:',
    unreachable: 'Signing in does not work at the moment. Please try again shortly.',
    wait: (seconds) => `Too many tries. Please try again in ${seconds} s.`,
    ended: 'Your session has ended. Please sign in again.',
    signOutFailed: 'You are still signed in. Please try again.',
  },
  scan: {
    alt: 'QR code to sign in with WeChat',
    says: {
      preparing: 'Making your code…',
      waiting: 'Scan it with WeChat',
      scanned: 'Scanned. Please wait…',
      paused: 'The code is no longer renewed',
      over: 'This sign-in was ended',
      replaced: 'Continued in another tab',
      tooMany: 'Too many attempts. Please wait a moment.',
      failed: 'Scanning does not work at the moment',
      busy: 'Busy at the moment. Trying again…',
    },
    links: {
      reconnecting: 'Connection lost. Reconnecting…',
      offline: 'You are offline. Waiting for the network…',
    },
    renewsIn: (left) => `New code in ${left}`,
    number: 'Scanned. Now type the number that your chat shows.',
    usedUp: 'Too many wrong numbers: this code is used up. Please get a new one.',
    again: 'Get a new code',
  },
  detail: {
    title: (id) => `Scene ${id}`,
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    loading: 'Loading…',
    gone: 'This scene is not kept any more: it ended more than a minute ago. What there is to know of it stands in the audit trail.',
    kept: 'The scene is no longer kept. This is what was seen of it last.',
    failed: 'The scene could not be read. Trying again…',
    timeline: 'What happened',
    facts: 'What is known',
    steps: {
      open: 'Opened',
      scan: 'Scanned',
      confirm: 'Confirmed',
      decline: 'Declined',
      consume: 'Signed in',
      cancel: 'Cancelled',
      crowd: 'Cancelled',
      expire: 'Expired',
    },
    expiresIn: (left) => `Expires in ${left}`,
    names: {
      site: 'Site',
      account: 'Account',
      approval: 'Approval',
      browser: 'Browser',
      address: 'Network',
      origin: 'Page of',
      connection: 'Connection',
      person: 'Scanned by',
      strangers: 'Others who scanned',
      id: 'Scene id',
    },
    approvals: {
      scan: 'The scan is enough',
      tap: 'A tap on the phone',
      number: 'A number shown on the phone',
    },
    connectedTo: (node) => `at node ${node}`,
    connections: (times) => (times === 1 ? 'connected once' : `connected ${times} times`),
    strangers: (count) => (count === 1 ? '1 other person' : `${count} other people`),
    person: {
      nobody: 'Nobody yet',
      newFollower: 'new follower',
      returning: 'already a follower',
      noStrangers: 'None',
    },
    now: {
      pending: 'The code is on screen, and nobody has scanned it yet.',
      pending_unseen: 'The code was made, and its page has not connected yet.',
      scanned: 'Somebody scanned it, and has yet to approve it on the phone.',
      scanned_scan: 'Somebody scanned it. It is confirmed as soon as WeChat has told who it is.',
      confirmed: 'Confirmed. The website has yet to redeem the one-time code.',
      consumed: 'Signed in: the website redeemed the code.',
      denied: 'The person declined it on the phone.',
      cancelled: 'It was cancelled.',
      cancelled_browser: 'The person gave up in the browser, or it was taken back.',
      cancelled_operator: 'An operator cancelled it.',
      cancelled_too_many_scanners: 'Too many different people scanned the same code.',
      cancelled_no_qr_code: 'WeChat gave no QR code for it.',
      cancelled_state_lost: 'The store lost what happened lately, so it was ended to be safe.',
      expired: 'Its time ran out.',
      expired_unseen: 'Its time ran out: the page never connected.',
      expired_pending: 'Its time ran out: nobody scanned it.',
      expired_scanned: 'Its time ran out: it was scanned, but never confirmed.',
      expired_confirmed: 'Its time ran out: the website never redeemed the code.',
    },
  },
};

/** @param {number} all seconds */
function duration(all) {
  const [minutes, seconds] = [Math.floor(all / 60), all % 60];
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} m ${String(seconds).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** @param {number} ms */
function gap(ms) {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(Math.round(ms / 1000));
}

/** @param {number} seconds */
function long(seconds) {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
