/** Owns why an address gave no answer, or one that is not its own: named by what it looks like from here. */
import type { Facts, Outcome } from './check.ts';
import { failed } from './check.ts';
import type { Answer, Silence } from './visit.ts';
import type { Key } from './words.ts';

type Reason = [sign: RegExp, says: Key, mend: Key];

const unknownReason: Reason = [/(?:)/, 'unreached_broken', 'mend_way'];

const reasons: readonly Reason[] = [
  [/^LATE$|^ETIMEDOUT$/, 'unreached_late', 'mend_way'],
  [/^ENOTFOUND$/, 'unreached_name', 'mend_name'],
  [/^EAI_/, 'unreached_resolver', 'mend_resolver'],
  [/^ECONNREFUSED$/, 'unreached_refused', 'mend_refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreached_route', 'mend_way'],
  [/^CERT_HAS_EXPIRED$/, 'tls_expired', 'mend_certificate'],
  [/^CERT_NOT_YET_VALID$/, 'tls_not_yet', 'mend_certificate_clock'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'tls_name', 'mend_certificate'],
  [/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/, 'tls_self_signed', 'mend_authority'],
  [/^UNABLE_TO_(VERIFY|GET)_/, 'tls_chain', 'mend_chain'],
  [/^(EPROTO|ERR_SSL_.*)$/, 'tls_none', 'mend_tls'],
  [/^CERT_/, 'tls_other', 'mend_certificate'],
];

/** @param where origin, or host and port */
export function unreached({ code }: Silence, where: string, mend?: Key): Outcome {
  const [, says, usual] = reasons.find(([sign]) => sign.test(code)) ?? unknownReason;
  return failed(says, mend ?? usual, { where, code: code.slice(0, 60) });
}

export function isRedirect({ status }: Answer): boolean {
  return status >= 300 && status < 400;
}

/** An answer that some proxy gives when nobody stands behind it. */
export function isGateway({ status, body }: Answer): boolean {
  return status === 502 || status === 504 || (status === 503 && !isSaomas(body));
}

/** Whether the body is one of Saoma's own refusals; with `code`, that one. */
export function isSaomas(body: string, code?: string): boolean {
  const { error, message } = jsonOf(body);
  return typeof error === 'string' && typeof message === 'string' && (code === undefined || error === code);
}

/** Where it leads, without the query, which may hold signatures. */
export function redirectFacts(seen: Answer, from: URL): Facts {
  const { location = '' } = seen.headers;
  if (!URL.canParse(location, from.href)) return { status: seen.status, to: '?' };
  const { origin, pathname } = new URL(location, from.href);
  const to = from.pathname === pathname ? origin : `${origin}${pathname}`;
  return { status: seen.status, to };
}

/** The fields of a JSON object; of anything else, none. */
export function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
