import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

/** Whom a message token is for, and until when. */
export interface TokenHolder {
  site: string;
  openid: string;
  /** ms since the epoch; the clock is the store's. */
  loginAt: number;
  endsAt: number;
}

/** The login that a token is made of. */
export interface TokenOrigin {
  sceneId: string;
  site: string;
  openid: string;
  /** ms since the epoch. */
  confirmedAt: number;
}

interface SiteKeys {
  sealing: Buffer;
  nonces: Buffer;
}

const shape = /^([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{40,400})$/;
const nonceBytes = 12;
const tagBytes = 16;
const options = { authTagLength: tagBytes };

/**
 * What a site's backend hands to its page, so that the page may open a message socket: `{site}.{sealed openid and end}`. Nothing
 * is stored; whoever changes a site's secret ends all its tokens. Of one login there is one token, however often it is asked
 * for: an exchange that is repeated has to answer the same.
 */
export class MessageTokens {
  readonly #keys: ReadonlyMap<string, SiteKeys>;
  readonly #ttl: number;

  /** @param ttl how long one is good after its login, ms */
  constructor(sites: readonly { id: string; secret: string }[], ttl: number) {
    this.#keys = new Map(sites.map(({ id, secret }) => [id, keysOf(secret)]));
    this.#ttl = ttl;
  }

  issue({ sceneId, site, openid, confirmedAt }: TokenOrigin): string {
    const keys = this.#keys.get(site);
    if (!keys) throw new Error(`no such site: ${site}`);
    const text = JSON.stringify([openid, confirmedAt + this.#ttl]);
    // Of what it is used for, so that it is never used for anything else.
    const nonce = createHmac('sha256', keys.nonces).update(`${sceneId}\n${text}`).digest();
    return `${site}.${seal(text, nonce.subarray(0, nonceBytes), keys.sealing, site).toString('base64url')}`;
  }

  /** Whose it is; `undefined` alike for one that is forged, over, of another site or none at all. @param now the store's time, ms */
  read(token: string, now: number): TokenHolder | undefined {
    const [, site = '', sealed = ''] = shape.exec(token) ?? [];
    const keys = this.#keys.get(site);
    const text = keys && open(Buffer.from(sealed, 'base64url'), keys.sealing, site);
    if (text === undefined) return undefined;
    const [openid, endsAt] = JSON.parse(text) as [string, number];
    return endsAt > now ? { site, openid, loginAt: endsAt - this.#ttl, endsAt } : undefined;
  }
}

function keysOf(secret: string): SiteKeys {
  const both = Buffer.from(hkdfSync('sha256', secret, '', 'saoma-message-token', 64));
  return { sealing: both.subarray(0, 32), nonces: both.subarray(32) };
}

function seal(text: string, nonce: Buffer, key: Buffer, site: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, options).setAAD(Buffer.from(site));
  const sealed = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
}

function open(sealed: Buffer, key: Buffer, site: string): string | undefined {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(-tagBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options);
    decipher.setAAD(Buffer.from(site)).setAuthTag(tag);
    return (
      decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
    );
  } catch {
    return undefined;
  }
}
