/** Owns the English words of the view "insight". */
import { long } from './duration.js';

/** @type {import('./text.js').InsightText} */
export const en = {
  funnel: {
    title: 'From code to login',
    lead: 'The last hour, all nodes.',
    steps: { pending: 'Shown', scanned: 'Scanned', confirmed: 'Confirmed', consumed: 'Signed in' },
    left: {
      pending: '',
      scanned: 'not scanned',
      confirmed: 'not confirmed',
      consumed: 'not redeemed by the site',
    },
    headline: 'of the codes shown in the last hour led to a login',
    empty: 'No code was shown in the last hour.',
    all: 'nobody lost here',
  },
  causes: {
    title: 'Why logins ended without success',
    lead: (ended) => `${ended} in the last hour.`,
    names: {
      expired_unseen: {
        name: 'No page was waiting',
        help: 'A code was made, but no browser ever connected for it: closed at once, a robot, or a network that blocks it.',
      },
      expired_unscanned: {
        name: 'Nobody scanned',
        help: 'The code was on the screen until its time was up.',
      },
      expired_scanned: { name: 'Scanned, then no more', help: 'The scan arrived, the approval did not.' },
      expired_confirmed: {
        name: 'The site did not redeem it',
        help: 'The person did everything right. Look at the site’s backend: it did not exchange the code in time.',
      },
      denied: {
        name: 'Declined on the phone',
        help: 'The person said no, or picked a wrong number three times.',
      },
      cancelled_browser: {
        name: 'Given up in the browser',
        help: 'The page cancelled it or went elsewhere.',
      },
      cancelled_operator: { name: 'Cancelled by an operator', help: 'The audit trail says who it was.' },
      cancelled_too_many_scanners: {
        name: 'Too many different scanners',
        help: 'Many people scanned the same code: it may have been passed around.',
      },
      cancelled_no_qr_code: {
        name: 'WeChat gave no code',
        help: 'See the account below: its access token, its quota, its last fault.',
      },
      cancelled_state_lost: {
        name: 'Redis lost its memory',
        help: 'After a failover or a restart, to be on the safe side. The page made a new code by itself.',
      },
    },
    minute: (count) => `+${count} last min`,
    none: 'None in the last hour.',
    later: 'When logins come to nothing, the reasons stand here, the most frequent first.',
    absent: (names) => `Did not happen: ${names.join(', ')}.`,
  },
  charts: {
    logins: {
      title: 'Logins per minute',
      opened: 'Codes shown',
      consumed: 'Signed in',
      empty: 'No login in the last hour',
      rows: { minute: 'Last minute', hour: 'Last hour' },
      summary: (peak, last) =>
        `Most people signed in at ${peak.at}: ${peak.logins} in that minute. In the last whole minute, ${last.at}, it was ${last.logins}.`,
      nobody: 'Nobody signed in.',
    },
    push: {
      title: 'From scan to screen',
      p50: 'Half within (p50)',
      p95: '95 % within (p95)',
      empty: 'Nothing was pushed in the last hour',
      none: 'Nothing was pushed.',
      ten: 'Last 10 minutes',
      scan: 'Scan heard to stored',
      push: 'Scan heard to sent',
      summary: (median, worst) =>
        `In a typical minute half of the results were sent within ${median}.` +
        (worst ? ` Slowest at ${worst.at}: p95 ${worst.p95}.` : ''),
    },
    minute: 'Minute',
    running: 'so far',
    unknown: 'not known',
    table: 'Show as a table',
    keys: 'Arrow keys go from minute to minute',
    failed: 'The chart could not be loaded. The table below has all figures.',
  },
  accounts: {
    title: 'Accounts',
    none: 'No account is known yet.',
    token: {
      name: 'Access token',
      valid: (left, at) => `Valid, ends ${left} (${at})`,
      none: 'Not needed yet',
      failing: 'WeChat gives none',
    },
    qr: {
      name: 'QR codes today',
      used: (used, budget) => `${used} of ${budget}`,
      share: (share) => `${share} used`,
      unlimited: 'no limit',
      codes: 'Mini-program codes',
      midnight: 'Counted anew at midnight in Beijing. Warnings at 50, 80 and 95 %.',
    },
    fault: {
      title: 'Last fault that needs you',
      none: 'WeChat complains of nothing',
      unknown: (errcode) => (errcode === null ? 'WeChat refuses' : `WeChat answers with error ${errcode}`),
      remedy: 'What to do',
      noRemedy: 'See what WeChat says about this number.',
      source: (errcode, node) => (errcode === null ? `Node ${node}` : `Error ${errcode} · node ${node}`),
    },
  },
  nodes: {
    title: 'Nodes',
    lead: (nodes, sockets) =>
      `${nodes === 1 ? '1 node' : `${nodes} nodes`}, ${sockets === '1' ? '1 socket' : `${sockets} sockets`}.`,
    leadWithMessages: (nodes, sockets, others) =>
      `${nodes === 1 ? '1 node' : `${nodes} nodes`}, sockets: ${sockets} for logins, ${others} for messages.`,
    columns: { node: 'Node', sockets: 'Sockets', lag: 'Loop lag p99', version: 'Version', uptime: 'Up for' },
    none: 'No node has reported yet.',
    mixed: (versions) =>
      `More than one version is running: ${versions.join(', ')}. Normal during an upgrade only.`,
    other: 'other version',
    slow: 'slow',
    uptime: (seconds) => long(seconds, 's', 'min', 'h', 'd'),
    store: { memory: 'This process’s memory', redis: 'Redis' },
    storeName: 'Store',
    versionName: 'Version',
    messagesName: 'Messages, last hour',
    messages: {
      delivered: 'delivered',
      queued: 'kept for later',
      broadcast: 'to all',
      acknowledged: 'received',
      refused: 'refused',
      dropped: 'dropped',
    },
  },
  concerns: {
    title: 'Needs attention',
    well: (nodes, accounts) =>
      `All well: ${nodes === 1 ? '1 node' : `${nodes} nodes`}, ${accounts === 1 ? '1 account' : `${accounts} accounts`}.`,
    waiting: 'Waiting for the first figures…',
    silence: (why, at) => `${why} · All figures below are of ${at}.`,
    token: (account) => `${account}: WeChat gives no access token, so no new code can be made.`,
    qr: (account, share) => `${account}: ${share} of today’s QR codes are used.`,
    fault: (account, what) => `${account}: ${what}`,
    mixed: (versions) => `Nodes run different versions: ${versions.join(', ')}.`,
    lag: (node) => `Node ${node} is too busy: its event loop lags.`,
    nobody: 'No node reports. The store may be away.',
    unredeemed: 'In the last minute a site did not redeem logins that people had confirmed.',
  },
};
