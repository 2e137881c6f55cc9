/** Owns the way from outside: whether a node runs here, and whether Saoma itself answers at the public address. */
import { failed, ok, skipped, warning } from './check.ts';
import type { Outcome } from './check.ts';
import { isGateway, isRedirect, jsonOf, redirectFacts, unreached } from './silence.ts';
import type { Subject } from './subject.ts';
import { isSilent, visit } from './visit.ts';
import type { Answer } from './visit.ts';

/** The ports to which WeChat posts. */
const wechatPorts = new Set(['', '80', '443']);

/** A node need not run here: the doctor may be asked from anywhere. */
export async function nodeHere(subject: Subject): Promise<Outcome> {
  const { port } = subject.config.server;
  const seen = await visit(new URL('/livez', subject.here(port)));
  subject.nodeIsHere = !isSilent(seen) && isAlive(seen);
  if (subject.nodeIsHere) return ok('node_here', { port });
  if (subject.isSandbox) return failed('node_none', 'mend_start', { port });
  return isSilent(seen) ? skipped('node_none', { port }) : warning('node_stranger', 'mend_port', { port });
}

export async function publicAddress(subject: Subject): Promise<Outcome> {
  const where = subject.publicUrl;
  const url = new URL('/livez', where);
  const seen = await visit(url);
  const mend = subject.nodeIsHere ? 'mend_way_to_node' : 'mend_start';
  if (isSilent(seen)) return unreached(seen, where, seen.code === 'ECONNREFUSED' ? mend : undefined);
  if (isRedirect(seen)) return failed('redirected', 'mend_redirect', { where, ...redirectFacts(seen, url) });
  if (isGateway(seen)) return failed('gateway', mend, { where, status: seen.status });
  if (!isAlive(seen)) return failed('stranger', 'mend_stranger', { where, status: seen.status });
  return remarks(subject, seen);
}

/** It is Saoma; whether WeChat can come there, too, is another matter. */
function remarks(subject: Subject, { ms }: Answer): Outcome {
  const where = subject.publicUrl;
  const { port } = new URL(where);
  if (subject.isSandbox) return ok('public_answers', { where, ms });
  if (subject.isLocal) return warning('public_local', 'mend_public_local', { where });
  if (!wechatPorts.has(port)) return warning('public_port', 'mend_public_port', { where, port });
  return ok('public_answers', { where, ms });
}

function isAlive({ status, body }: Answer): boolean {
  return status === 200 && jsonOf(body)['status'] === 'ok';
}
