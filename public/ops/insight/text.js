/** Owns what the view "insight" says in each language; the words themselves are in `text-en.js` and `text-zh.js`. */
import { en } from './text-en.js';
import { zh } from './text-zh.js';

/**
 * @typedef {'pending' | 'scanned' | 'confirmed' | 'consumed'} Step
 * @typedef {{ name: string, help: string }} Cause
 *
 * @typedef {object} InsightText
 * @property {{ title: string, lead: string, steps: Record<Step, string>, left: Record<Step, string>, headline: string,
 *   empty: string, all: string }} funnel `left`: what those did who did not come to this step
 * @property {{ title: string, lead: (ended: string) => string, names: Record<string, Cause>, minute: (count: string) => string,
 *   none: string, later: string, absent: (names: string[]) => string }} causes
 * @property {ChartsText} charts
 * @property {{ title: string, none: string, token: TokenText, qr: QrText, fault: FaultText }} accounts
 * @property {{ title: string, lead: (nodes: number, sockets: string) => string,
 *   leadWithMessages: (nodes: number, sockets: string, others: string) => string, columns: Record<'node' | 'sockets' | 'lag' | 'version' | 'uptime', string>, none: string,
 *   mixed: (versions: string[]) => string, other: string, slow: string, uptime: (seconds: number) => string,
 *   store: Record<'memory' | 'redis', string>, storeName: string, versionName: string,
 *   messagesName: string, messages: Record<string, string> }} nodes `messages`: by what became of them
 * @property {ConcernText} concerns
 *
 * @typedef {object} ChartsText
 * @property {{ title: string, opened: string, consumed: string, empty: string, rows: Record<'minute' | 'hour', string>,
 *   summary: (peak: { at: string, logins: string }, last: { at: string, logins: string }) => string, nobody: string }} logins
 * @property {{ title: string, p50: string, p95: string, empty: string, none: string, ten: string, scan: string, push: string,
 *   summary: (median: string, worst: null | { at: string, p95: string }) => string }} push
 * @property {string} minute
 * @property {string} running
 * @property {string} unknown nobody told us of this minute
 * @property {string} table
 * @property {string} keys
 * @property {string} failed
 *
 * @typedef {object} TokenText
 * @property {string} name
 * @property {(left: string, at: string) => string} valid
 * @property {string} none
 * @property {string} failing
 *
 * @typedef {object} QrText
 * @property {string} name
 * @property {(used: string, budget: string) => string} used
 * @property {(share: string) => string} share
 * @property {string} unlimited
 * @property {string} codes of a mini program
 * @property {string} midnight
 *
 * @typedef {object} FaultText
 * @property {string} title
 * @property {string} none
 * @property {(errcode: number | null) => string} unknown
 * @property {string} remedy
 * @property {string} noRemedy
 * @property {(errcode: number | null, node: string) => string} source
 *
 * @typedef {object} ConcernText
 * @property {string} title
 * @property {(nodes: number, accounts: number) => string} well
 * @property {string} waiting
 * @property {(why: string, at: string) => string} silence
 * @property {(account: string) => string} token
 * @property {(account: string, share: string) => string} qr
 * @property {(account: string, what: string) => string} fault
 * @property {(versions: string[]) => string} mixed
 * @property {(node: string) => string} lag
 * @property {string} nobody no node says that it lives
 * @property {string} unredeemed confirmed logins
 */

/** @type {Record<'zh' | 'en', InsightText>} */
export const texts = { zh, en };
