import { WechatFault } from './errors.ts';

/** The addresses that may fetch access tokens; at first, all. */
export class Whitelist {
  #addresses: ReadonlySet<string> | undefined;

  set(addresses: readonly string[] | null): void {
    this.#addresses = addresses ? new Set(addresses) : undefined;
  }

  /** `null`: all may. */
  all(): string[] | null {
    return this.#addresses ? [...this.#addresses] : null;
  }

  /** @throws WechatFault 40164, which names the address as WeChat does */
  check(address: string): void {
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
    if (!this.#addresses || this.#addresses.has(plain)) return;
    const both = plain.includes(':') ? plain : `${plain} ipv6 ::ffff:${plain}`;
    throw new WechatFault(40164, `invalid ip ${both}, not in whitelist`);
  }
}
