import { equalSecrets, randomId, sha256 } from '../kit/id.ts';
import type { Admitted, Role } from './sessions.ts';

/** One who may sign in by scanning. */
export interface ListedOperator {
  readonly name: string;
  readonly role: Role;
  /** The account whose follower he is, and as whom that account knows him. */
  readonly account: string;
  readonly openid: string;
}

/** `ops.token`, `ops.viewToken` and `ops.operators`. */
export interface CredentialsParts {
  /** `null`: there is no such token. */
  token: string | null;
  viewToken: string | null;
  operators: readonly ListedOperator[];
}

/** Short: enough to tell a token from the one that replaced it, too little to find it by. */
const proofLength = 8;

/** What lets somebody in, as the configuration has it. */
export class Credentials {
  readonly #tokens: readonly { token: string; admitted: Admitted }[];
  readonly #listed: ReadonlyMap<string, Admitted>;
  readonly #proofs: ReadonlySet<string>;
  /** Else only those on the list may enter. */
  readonly hasTokens: boolean;

  constructor({ token, viewToken, operators }: CredentialsParts) {
    this.hasTokens = token !== null || viewToken !== null;
    this.#tokens = [
      { token: token ?? randomId(32), admitted: admitted('operate', 'token', token ?? '') },
      { token: viewToken ?? randomId(32), admitted: admitted('view', 'token', viewToken ?? '') },
    ];
    this.#listed = new Map(
      operators.map(({ role, name, account, openid }) => [
        keyOf(account, openid),
        admitted(role, name, keyOf(account, openid)),
      ]),
    );
    const all = [...this.#tokens.map((one) => one.admitted), ...this.#listed.values()];
    this.#proofs = new Set(all.map(({ proof }) => proof));
  }

  /** Whose token it is. Both are compared, so that the answer takes the same time whichever it is. */
  byToken(given: string): Admitted | undefined {
    const equal = this.#tokens.map(({ token }) => equalSecrets(given, token));
    return this.#tokens[equal.indexOf(true)]?.admitted;
  }

  /** Who on the list it is. */
  byOpenid(account: string, openid: string): Admitted | undefined {
    return this.#listed.get(keyOf(account, openid));
  }

  /** Whether what somebody was let in by still lets him in. */
  admits({ proof }: Admitted): boolean {
    return this.#proofs.has(proof);
  }
}

function keyOf(account: string, openid: string): string {
  return `${account}:${openid}`;
}

function admitted(role: Role, name: string, secret: string): Admitted {
  return { role, name, proof: sha256(JSON.stringify([role, name, secret])).slice(0, proofLength) };
}
