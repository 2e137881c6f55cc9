/**
 * Owns which websites may use us, and how a site learns who came.
 * Doors: `exchange` (the site's backend), `routes` (the hosted login page). Neighbours: scene below, no other room beside.
 */
import { equalSecrets, randomId } from '../kit/id.ts';
import type { Approval } from '../protocol/messages.ts';

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  /** Whose code its visitors get unless they choose. */
  readonly account: string;
  /** Those there are to choose from. */
  readonly accounts: readonly string[];
  readonly approval: Approval;
  readonly origins: readonly string[];
  readonly redirectUris: readonly string[];
}

/** Compared with what comes for a site that does not exist, so that the answer takes the same time. */
const nobody = randomId(32);

/** The site whose id and secret these are, from an HTTP Basic header; `undefined` alike for a wrong id and a wrong secret. */
export function authenticate(sites: ReadonlyMap<string, Site>, authorization: string): Site | undefined {
  const { id, secret } = basicCredentials(authorization);
  const site = sites.get(id);
  return equalSecrets(secret, site?.secret ?? nobody) ? site : undefined;
}

/** Whom the credentials claim to be, believed or not. */
export function claimedSite(authorization: string): string {
  return basicCredentials(authorization).id;
}

function basicCredentials(authorization: string): { id: string; secret: string } {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? { id: '', secret: '' } : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
