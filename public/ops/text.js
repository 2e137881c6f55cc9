/** Owns which words the dashboard's script says; what stands there before it runs is in `src/ops/page-text.ts`. */
import { english } from './text-en.js';
import { chinese } from './text-zh.js';

/**
 * @typedef {import('/protocol/messages.js').SceneState} SceneState
 * @typedef {import('./live-socket.js').Link} Link
 *
 * @typedef {object} Texts
 * @property {{ loading: string, failed: string, again: string }} views
 * @property {Record<Link, string>} links
 * @property {(time: string) => string} lastKnown
 * @property {Record<'now' | 'busy', string>} reconnect
 * @property {Record<'view' | 'operate', string>} roles
 * @property {(zone: string) => string} zone
 * @property {(count: number) => string} count
 * @property {(limit: number, total: number) => string} newestOf
 * @property {(found: number, shown: number) => string} found
 * @property {(count: number) => string} fresh rows that are held back while somebody is in the table
 * @property {string} empty
 * @property {string} emptyFiltered
 * @property {string} emptyFound
 * @property {string} unreached before anything was heard
 * @property {(seconds: number) => string} duration
 * @property {(ms: number) => string} gap
 * @property {(seconds: number) => string} ago
 * @property {(started: number) => string} started
 * @property {(seconds: number) => string} uptime
 * @property {(nodes: number) => string} nodes
 * @property {Record<'official-account' | 'mini-program', string>} kinds of accounts
 * @property {{ open: (id: string) => string, online: string, offline: string, unknown: string }} row
 * @property {Record<'show' | 'busy' | 'failed' | 'none', string> & { asAt: (time: string) => string }} older
 * @property {Record<'ask' | 'short', string>} find
 * @property {{ open: string, openFor: (id: string) => string, confirm: string, keep: string, busy: string,
 *   failed: string, over: string, forbidden: string, done: (id: string) => string }} cancel
 * @property {{ wrong: string, wrongNumber: string, elsewhere: string, unreachable: string, wait: (seconds: number) => string, ended: string,
 *   signOutFailed: string }} signIn
 * @property {ScanTexts} scan
 * @property {DetailTexts} detail
 *
 * @typedef {object} ScanTexts
 * @property {string} alt
 * @property {Record<'preparing' | 'waiting' | 'scanned' | 'paused' | 'over' | 'replaced' | 'tooMany' | 'failed' | 'busy', string>} says
 * @property {Record<'reconnecting' | 'offline', string>} links
 * @property {(left: string) => string} renewsIn
 * @property {string} number
 * @property {string} usedUp
 * @property {string} again
 *
 * @typedef {object} DetailTexts
 * @property {(id: string) => string} title
 * @property {string} close
 * @property {string} copy
 * @property {string} copied
 * @property {string} loading
 * @property {string} gone
 * @property {string} kept it is over, and known no longer; what is shown is the last that was seen
 * @property {string} failed
 * @property {string} timeline
 * @property {string} facts
 * @property {Record<string, string>} steps by move
 * @property {(left: string) => string} expiresIn
 * @property {Record<'site' | 'account' | 'approval' | 'browser' | 'address' | 'origin' | 'connection' | 'person' | 'strangers' | 'id', string>} names
 * @property {Record<string, string>} approvals
 * @property {(node: string) => string} connectedTo
 * @property {(times: number) => string} connections
 * @property {(count: number) => string} strangers
 * @property {Record<'nobody' | 'newFollower' | 'returning' | 'noStrangers', string>} person
 * @property {Record<string, string>} now a sentence for each state, and for each way in which it ended: `state` or `state_reason`
 */

/** @type {Record<'zh' | 'en', Texts>} */
export const texts = { zh: chinese, en: english };
