export interface SiteOrigins {
  readonly id: string;
  readonly origins: readonly string[];
}

/** Which pages may talk to us: exact origins only, of the sites and our own. */
export class Origins {
  readonly #own: string;
  readonly #bySite: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #all: ReadonlySet<string>;

  /**
   * @param publicUrl ours: a page of ours may act for each of the `sites`
   * @param apart sites for which it may not: they have their own pages, and no others
   */
  constructor(publicUrl: string, sites: readonly SiteOrigins[], apart: readonly SiteOrigins[] = []) {
    this.#own = new URL(publicUrl).origin;
    const ofSites = sites.map(({ id, origins }) => [id, new Set([...origins, this.#own])] as const);
    const ofOthers = apart.map(({ id, origins }) => [id, new Set(origins)] as const);
    this.#bySite = new Map([...ofSites, ...ofOthers]);
    this.#all = new Set([this.#own, ...[...sites, ...apart].flatMap(({ origins }) => origins)]);
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
