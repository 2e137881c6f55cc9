/** Owns how the audit trail is fetched: page by page, newest first, and what a failure means. */

/**
 * @typedef {object} Entry what people wrote in there is text, never more
 * @property {string} id
 * @property {number} at ms
 * @property {string} kind
 * @property {string | null} actor
 * @property {string | null} site
 * @property {string | null} account
 * @property {string | null} sceneId
 * @property {string | null} ip
 * @property {Record<string, string | number>} detail
 *
 * @typedef {{ kind: string, site: string, actor: string }} AuditFilter each empty when it does not matter
 * @typedef {{ entries: Entry[], nextCursor: string | null }} AuditPage
 * @typedef {'refused' | 'away' | 'failed' | 'signedOut'} AuditFault
 */

export const trailPath = '/ops/api/audit';
const pageSize = '100';

/** A page may be empty and have others behind it: so many are looked through in one go. */
const emptyPages = 5;

/**
 * @param {import('../views.js').World['request']} request
 * @param {AuditFilter} filter
 * @param {string | null} cursor
 * @returns {Promise<AuditPage | AuditFault>}
 */
export async function readTrail(request, filter, cursor) {
  let page = await readOne(request, filter, cursor);
  for (let more = 1; more < emptyPages && isEmptySoFar(page); more++)
    page = await readOne(request, filter, page.nextCursor);
  return page;
}

/**
 * @param {AuditPage | AuditFault} page
 * @returns {page is AuditPage}
 */
function isEmptySoFar(page) {
  return typeof page !== 'string' && page.entries.length === 0 && page.nextCursor !== null;
}

/**
 * @param {import('../views.js').World['request']} request
 * @param {AuditFilter} filter
 * @param {string | null} cursor
 * @returns {Promise<AuditPage | AuditFault>}
 */
async function readOne(request, filter, cursor) {
  const query = queryOf(filter);
  query.set('limit', pageSize);
  if (cursor) query.set('cursor', cursor);
  const answer = await request(`${trailPath}?${query}`);
  if (answer?.ok) return readPage(answer);
  if (answer?.status === 401) return 'signedOut';
  if (answer?.status === 400) return 'refused';
  return answer?.status === 503 ? 'away' : 'failed';
}

/**
 * What is asked of the server for this filter.
 * @param {AuditFilter} filter
 */
export function queryOf(filter) {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
}

/**
 * @param {Response} answer
 * @returns {Promise<AuditPage | AuditFault>}
 */
async function readPage(answer) {
  // What breaks off, or comes from somebody in between, is no page.
  const body = await answer.json().catch(() => null);
  return Array.isArray(body?.entries) ? body : 'failed';
}
