import type { IncomingMessage } from 'node:http';

/** 256 bits: nobody is asked about anything else. */
const secretShape = /^[A-Za-z0-9_-]{43}$/;

/** The cookie that carries an operator's session. */
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: string;

  constructor(publicUrl: string) {
    const { protocol, port } = new URL(publicUrl);
    const secure = protocol === 'https:';
    // Cookies do not tell ports apart: two services on one host would sign each other's operators out.
    this.#name = `${secure ? '__Host-' : ''}saoma_ops${port && `_${port}`}`;
    this.#attributes = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  /** The value of Set-Cookie that begins a session. @param ttl ms */
  set(secret: string, ttl: number): string {
    return `${this.#name}=${secret}; Max-Age=${Math.floor(ttl / 1000)}${this.#attributes}`;
  }

  /** The value of Set-Cookie that ends it. */
  clear(): string {
    return `${this.#name}=; Max-Age=0${this.#attributes}`;
  }

  /** The secret that the browser sent; empty when it sent none, or what cannot be one. */
  read({ headers }: IncomingMessage): string {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const ours = cookies.find((cookie) => cookie.startsWith(`${this.#name}=`));
    const value = ours?.slice(this.#name.length + 1) ?? '';
    return secretShape.test(value) ? value : '';
  }
}
