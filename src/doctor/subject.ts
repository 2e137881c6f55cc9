/** Owns who is examined: the accounts as they are configured, or in the sandbox the one that the stand-in WeChat tells of. */
import { z } from 'zod';
import { officialAccounts } from '../config/config.ts';
import type { AccountConfig, Config, OfficialAccountConfig } from '../config/config.ts';
import { isSafe } from '../config/shapes.ts';
import type { Clock } from '../kit/clock.ts';
import { reachable } from '../sandbox.ts';
import { failed, ok } from './check.ts';
import type { Outcome } from './check.ts';
import { isSilent, visit } from './visit.ts';
import { jsonOf } from './silence.ts';

/** The name that the sandbox gives its account. */
const sandboxAccount = 'main';

const credentials = z.object({
  appId: z.string().min(1),
  appSecret: z.string().min(1),
  token: z.string().min(1),
  encodingAesKey: z.string().length(43),
  mode: z.enum(['plain', 'compatible', 'safe']),
});

export class Subject {
  readonly config: Config;
  readonly clock: Clock;
  /** Of the accounts. */
  readonly names: readonly string[];
  /** Of those that WeChat's events come for. */
  readonly officialNames: readonly string[];
  /** Whether a node listens on this machine where it should; unknown until that was looked at. */
  nodeIsHere: boolean | undefined;
  readonly #accounts: Map<string, AccountConfig>;

  constructor(config: Config, clock: Clock) {
    this.config = config;
    this.clock = clock;
    this.#accounts = new Map(config.accounts.map((account) => [account.name, account]));
    this.names = this.isSandbox ? [sandboxAccount] : [...this.#accounts.keys()];
    this.officialNames = this.isSandbox ? this.names : officialAccounts(config).map(({ name }) => name);
  }

  get isSandbox(): boolean {
    return this.config.sandbox.enabled;
  }

  get publicUrl(): string {
    return this.config.server.publicUrl;
  }

  /** Whether browsers elsewhere, and WeChat, have no way to the public address. */
  get isLocal(): boolean {
    const url = new URL(this.publicUrl);
    url.protocol = 'http:';
    return isSafe(url);
  }

  /** How this machine reaches a port of the node's own, should one run here. */
  here(port: number): URL {
    return new URL(`http://${reachable(this.config.server.host)}:${port}`);
  }

  account(name: string): AccountConfig {
    const account = this.#accounts.get(name);
    if (!account) throw new TypeError('an account that is not known yet');
    return account;
  }

  official(name: string): OfficialAccountConfig {
    const [account] = officialAccounts({ accounts: [this.account(name)] });
    if (!account) throw new TypeError('no official account');
    return account;
  }

  /** The stand-in makes its secrets up at each start, so only it knows them. */
  async meetStandIn(): Promise<Outcome> {
    const apiUrl = this.here(this.config.sandbox.port).origin;
    const seen = await visit(new URL('/phone/api/credentials', apiUrl));
    if (isSilent(seen)) return failed('sandbox_away', 'mend_sandbox', { where: apiUrl });
    const told = credentials.safeParse(jsonOf(seen.body));
    if (!told.success) return failed('sandbox_strange', 'mend_sandbox_port', { where: apiUrl });
    const { mode } = told.data;
    this.#accounts.set(sandboxAccount, {
      name: sandboxAccount,
      kind: 'official-account',
      apiUrl,
      ...told.data,
    });
    return ok('sandbox_found', { where: apiUrl, mode });
  }
}
