/** Owns what strangers must not find at the public address: the figures, and a dashboard that is not meant to be there. */
import { hasDashboard } from '../config/dashboard.ts';
import { ok, skipped, warning } from './check.ts';
import type { Outcome } from './check.ts';
import type { Subject } from './subject.ts';
import { isSilent, visit } from './visit.ts';
import type { Answer, Silence } from './visit.ts';

export async function metricsDoor(subject: Subject): Promise<Outcome> {
  const { port } = subject.config.metrics;
  const where = subject.publicUrl;
  if (hasMetrics(await visit(new URL('/metrics', where)))) {
    if (port !== null) return warning('metrics_despite_port', 'mend_configuration', { port });
    return subject.isLocal ? ok('metrics_local') : warning('metrics_public', 'mend_metrics', { where });
  }
  return port === null ? ok('metrics_kept') : metricsPort(subject, port);
}

async function metricsPort(subject: Subject, port: number): Promise<Outcome> {
  const { hostname } = new URL(subject.publicUrl);
  const outside = new URL(`http://${hostname}:${port}/metrics`);
  if (!subject.isLocal && hasMetrics(await visit(outside)))
    return warning('metrics_port_public', 'mend_metrics_port', { port });
  const isHere = hasMetrics(await visit(new URL('/metrics', subject.here(port))));
  return isHere ? ok('metrics_own_port', { port }) : skipped('metrics_not_here', { port });
}

export async function dashboardDoor(subject: Subject): Promise<Outcome> {
  const { server, ops } = subject.config;
  if (!hasDashboard(ops))
    return (await isDashboard(server.publicUrl))
      ? warning('dashboard_unmeant', 'mend_configuration')
      : ok('dashboard_off');
  if (ops.port !== null) return dashboardPort(subject, ops.port);
  const where = ops.publicUrl;
  return (await isDashboard(where))
    ? ok('dashboard_there', { where })
    : warning('dashboard_missing', 'mend_dashboard', { where });
}

async function dashboardPort(subject: Subject, port: number): Promise<Outcome> {
  const { config } = subject;
  if (await isDashboard(config.server.publicUrl))
    return warning('dashboard_despite_port', 'mend_configuration', { port });
  const isThere = (await isDashboard(config.ops.publicUrl)) || (await isDashboard(subject.here(port).origin));
  return isThere ? ok('dashboard_port', { port }) : skipped('dashboard_not_here', { port });
}

async function isDashboard(origin: string): Promise<boolean> {
  const seen = await visit(new URL('/ops', origin));
  return !isSilent(seen) && seen.status === 200 && seen.body.includes('/ops/page.js');
}

function hasMetrics(seen: Answer | Silence): boolean {
  return !isSilent(seen) && seen.status === 200 && /^saoma_|^# TYPE saoma_/m.test(seen.body);
}
