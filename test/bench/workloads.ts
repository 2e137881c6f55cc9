/** Every workload there is, in the order in which they run. */
import type { Workload } from './workload.ts';
import { dashboard } from './workloads/dashboard.ts';
import { growth } from './workloads/growth.ts';
import { check, logins } from './workloads/logins.ts';
import { nodes } from './workloads/nodes.ts';
import { openRate } from './workloads/open-rate.ts';
import { qr } from './workloads/qr.ts';
import { waiting } from './workloads/waiting.ts';

export const workloads: readonly Workload[] = [
  logins,
  openRate,
  waiting,
  nodes,
  qr,
  dashboard,
  growth,
  check,
];
