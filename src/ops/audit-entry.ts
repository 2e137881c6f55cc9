import { maskIp } from '../http/address.ts';
import { plainText } from '../kit/plain-text.ts';
import { settings } from '../kit/settings.ts';
import type { AuditEvent } from '../telemetry/audit.ts';
import { maskOpenid } from '../telemetry/log.ts';
import type { NewEntry } from './audit.ts';

const { textLength, factLength, factsAtMost } = settings.audit;

/** An IPv4 address as `ClientAddress` writes it, as nearly all are. */
const usual = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/;

/** As `maskIp`, for what may come ten thousand times a second. */
export function networkOf(ip: string): string {
  const start = usual.exec(ip)?.[1];
  return start === undefined ? maskIp(ip) : `${start}.0/24`;
}

/** What two events have in common that are one for the trail. @param network where it came from */
export function keyOf(event: AuditEvent, network: string | null): string {
  const { kind, actor, role, site, account, sceneId, openid, reason } = event;
  return [kind, actor, role, site, account, sceneId, network, openid, reason].join('\n');
}

/** An event without whatever the trail must not keep. @param at when it happened, ms */
export function entryOf(event: AuditEvent, network: string | null, at: number): NewEntry {
  const { kind, actor, role, site, account, sceneId, openid, reason, facts = {} } = event;
  return {
    at,
    kind,
    actor: plainText(actor, textLength),
    site: plainOrNull(site),
    account: plainOrNull(account),
    sceneId: plainOrNull(sceneId),
    ip: network,
    detail: {
      ...(role !== undefined && { role: plainText(role, textLength) }),
      ...(reason !== undefined && { reason: plainText(reason, textLength) }),
      ...(openid !== undefined && { openid: plainText(maskOpenid(openid), textLength) }),
      ...plainFacts(facts),
    },
  };
}

function plainFacts(facts: NonNullable<AuditEvent['facts']>): NewEntry['detail'] {
  const some = Object.entries(facts).slice(0, factsAtMost);
  return Object.fromEntries(
    some.map(([name, value]) => [name, typeof value === 'string' ? plainText(value, factLength) : value]),
  );
}

function plainOrNull(text: string | undefined): string | null {
  return text === undefined ? null : plainText(text, textLength);
}
