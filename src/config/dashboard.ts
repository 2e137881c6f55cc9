/** What must hold of the dashboard's options, and what follows from them. */
import { each, repeats } from './entries.ts';
import type { Fault } from './fault.ts';
import { found } from './found.ts';
import type { SoundConfig } from './judge.ts';
import { isSafe } from './shapes.ts';

/** The site whose scenes operators scan to sign in; no other site may have its name. */
export const dashboardSite = 'saoma-ops';

/** Whether there is a dashboard: somebody may enter. */
export function hasDashboard({ token, viewToken, operators }: DashboardKeys): boolean {
  return token !== null || viewToken !== null || operators.length > 0;
}

interface DashboardKeys {
  readonly token: string | null;
  readonly viewToken: string | null;
  readonly operators: readonly unknown[];
}

export const dashboardRules = [
  reservedSite,
  twoTokens,
  differentOperators,
  oneAccount,
  sealedAccount,
  encryptedDashboard,
  ownOrigin,
] as const;

function reservedSite({ sites }: SoundConfig): Fault[] {
  return each(sites, 'sites', ({ id }, path) => {
    if (id !== dashboardSite) return [];
    return [
      { path: `${path}.id`, found: `"${id}"`, allowed: 'another name: this one is the dashboard’s own' },
    ];
  });
}

/** Who may only look must not be able to act with what he has. */
function twoTokens({ ops }: SoundConfig): Fault[] {
  return repeats([ops?.token ?? undefined, ops?.viewToken ?? undefined], tokenPath, true);
}

function tokenPath(index: number): string {
  return index === 0 ? 'ops.token' : 'ops.viewToken';
}

/** The names that the audit trail has for others. */
const othersNames = new Set(['token', 'wechat', 'node', 'unknown']);

function differentOperators({ ops }: SoundConfig): Fault[] {
  const operators = ops?.operators ?? [];
  const taken = each(operators, 'ops.operators', ({ name }, path) => {
    if (name === undefined || !othersNames.has(name)) return [];
    return [{ path: `${path}.name`, found: found(name, false), allowed: 'the name of a person' }];
  });
  return [
    ...taken,
    ...repeats(
      operators.map((operator) => operator?.name),
      (index) => `ops.operators[${index}].name`,
    ),
    ...repeats(
      operators.map((operator) => operator?.openid),
      (index) => `ops.operators[${index}].openid`,
      true,
    ),
  ];
}

/** One page shows one QR code. */
function oneAccount({ ops }: SoundConfig): Fault[] {
  const [first] = ops?.operators ?? [];
  return each(ops?.operators, 'ops.operators', ({ account }, path) => {
    if (account === undefined || first?.account === undefined || account === first.account) return [];
    const allowed = `${first.account}, as the first has: all operators scan the same code`;
    return [{ path: `${path}.account`, found: found(account, false), allowed }];
  });
}

/** In plain mode nothing protects an event's body: whoever sees one could forge an operator's scan, and read our reply. */
function sealedAccount({ ops, accounts }: SoundConfig): Fault[] {
  const plain = accounts?.filter((account) => account?.mode === 'plain').map((account) => account?.name);
  return each(ops?.operators, 'ops.operators', ({ account }, path) => {
    if (account === undefined || !plain?.includes(account)) return [];
    const allowed = 'an account in safe or compatible mode: in plain mode a scan can be forged';
    return [{ path: `${path}.account`, found: `${account}, which is in plain mode`, allowed }];
  });
}

function encryptedDashboard({ server, ops, sandbox }: SoundConfig): Fault[] {
  const url = ops?.publicUrl;
  if (url === undefined || sandbox?.enabled || isSafe(new URL(url)) || isSameHost(url, server?.publicUrl))
    return [];
  const allowed = 'https (http for a loopback, private, .local or .test host)';
  return [{ path: 'ops.publicUrl', found: found(url, false), allowed }];
}

/** Of what follows from `server.publicUrl` the fault is told there. */
function isSameHost(url: string, other: string | undefined): boolean {
  const [a, b] = [new URL(url), other === undefined ? undefined : new URL(other)];
  return a.protocol === b?.protocol && a.hostname === b.hostname;
}

/** A listener apart under the address of the other one: its pages would ask the wrong one. */
function ownOrigin({ server, ops }: SoundConfig): Fault[] {
  if (typeof ops?.port !== 'number' || ops.publicUrl === undefined) return [];
  if (ops.publicUrl !== server?.publicUrl) return [];
  const allowed = 'another origin than server.publicUrl has; or ops.port: null';
  return [{ path: 'ops.publicUrl', found: found(ops.publicUrl, false), allowed }];
}
