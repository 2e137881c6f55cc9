/** What can stand in the audit trail. */
export const auditKinds = [
  'operator_signed_in',
  'operator_sign_in_refused',
  'operator_signed_out',
  'scene_cancelled',
  'audit_exported',
  'exchange_refused',
  'code_repeated',
  'messages_refused',
  'second_scanner',
  'webhook_forged',
  'webhook_replayed',
  'started',
] as const;

export type AuditKind = (typeof auditKinds)[number];

/**
 * What a room tells the trail: who did what, as far as it is known. Never a secret, a code, a claim, a signature or a body;
 * addresses and openids as they are, since the trail masks them before it keeps anything.
 */
export interface AuditEvent {
  kind: AuditKind;
  /** Who did it, or claimed to be: an operator's name, a site's id, `wechat`, `node`, `unknown`. */
  actor: string;
  /** What he may do, if he is an operator: two may have one name. */
  role?: string | undefined;
  site?: string | undefined;
  account?: string | undefined;
  sceneId?: string | undefined;
  ip?: string | undefined;
  openid?: string | undefined;
  /** In one of few words of ours. */
  reason?: string | undefined;
  /** What else is worth knowing, though it makes no two events differ; people may have written it. */
  facts?: Readonly<Record<string, string | number>>;
}

/** Tells the trail. Costs its caller no wait, and does not throw. */
export type Audit = (event: AuditEvent) => void;

/** For whoever has no trail. */
export const noAudit: Audit = () => undefined;
