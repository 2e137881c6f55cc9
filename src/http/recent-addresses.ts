import type { IncomingMessage } from 'node:http';
import { settings } from '../kit/settings.ts';
import type { ClientAddress } from './address.ts';

const { recentAddresses, recentLength } = settings.http;

/** As `ClientAddress`, of those who come again and again: to read an address anew costs a good part of refusing a request. */
export class RecentAddresses implements Pick<ClientAddress, 'of'> {
  readonly #known = new Map<string, string>();
  readonly #address: Pick<ClientAddress, 'of'>;

  constructor(address: Pick<ClientAddress, 'of'>) {
    this.#address = address;
  }

  of(request: IncomingMessage): string {
    const forwarded = request.headers['x-forwarded-for'];
    const remote = request.socket.remoteAddress ?? '';
    const key = forwarded === undefined ? remote : `${remote} ${String(forwarded)}`;
    return this.#known.get(key) ?? this.#read(request, key);
  }

  #read(request: IncomingMessage, key: string): string {
    const address = this.#address.of(request);
    if (key.length > recentLength) return address;
    // Sooner than to look for the one that is used least.
    if (this.#known.size >= recentAddresses) this.#known.clear();
    this.#known.set(key, address);
    return address;
  }
}
