interface SiteOrigins {
  readonly id: string;
  readonly origins: readonly string[];
}

/** Which pages may talk to us: exact origins only, of the sites and our own. */
export class Origins {
  readonly #own: string;
  readonly #bySite: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #all: ReadonlySet<string>;

  constructor(publicUrl: string, sites: readonly SiteOrigins[]) {
    this.#own = new URL(publicUrl).origin;
    this.#bySite = new Map(sites.map(({ id, origins }) => [id, new Set([...origins, this.#own])]));
    this.#all = new Set([this.#own, ...sites.flatMap(({ origins }) => origins)]);
  }

  isOwn(origin: string | undefined): boolean {
    return origin === this.#own;
  }

  isKnown(origin: string | undefined): boolean {
    return origin !== undefined && this.#all.has(origin);
  }

  mayUse(site: string, origin: string | undefined): boolean {
    return origin !== undefined && this.#bySite.get(site)?.has(origin) === true;
  }
}
