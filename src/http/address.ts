import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** The address of the browser behind the proxies that we trust, and no others: IPv4, or IPv6 in its short form. */
export class ClientAddress {
  readonly #trusted: readonly Network[];

  /** @param trustedProxies addresses or CIDR */
  constructor(trustedProxies: readonly string[]) {
    this.#trusted = trustedProxies.map(toNetwork);
  }

  /** Reads X-Forwarded-For from its end, as far as each address is one of our proxies. */
  of(request: IncomingMessage): string {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    let address = parse(request.socket.remoteAddress ?? '');
    while (address && this.#isTrusted(address)) {
      const next = parse(forwarded.pop()?.trim() ?? '');
      if (!next) break;
      address = next;
    }
    return address?.toString() ?? 'unknown';
  }

  #isTrusted(address: Address): boolean {
    return this.#trusted.some((network) => network[0].kind() === address.kind() && address.match(network));
  }
}

/** Whom a limit counts: an IPv4 address, or the /64 of an IPv6 one, since a whole /64 is usually one customer. */
export function addressPrefix(ip: string): string {
  if (!ip.includes(':')) return ip;
  const address = parse(ip);
  if (address?.kind() !== 'ipv6') return ip;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/** Enough to see from where many come, too little to be one person: the /24 of an IPv4 address, the /48 of an IPv6 one. */
export function maskIp(ip: string): string {
  const address = parse(ip);
  if (!address) return 'unknown';
  const [kind, bits] = address.kind() === 'ipv4' ? [ipaddr.IPv4, 24] : [ipaddr.IPv6, 48];
  return `${kind.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}

function parse(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

function toNetwork(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
