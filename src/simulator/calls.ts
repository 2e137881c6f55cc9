import { History } from './history.ts';
import { limits } from './limits.ts';

/** One call of the WeChat API. */
export interface ApiCallRecord {
  /** ms since the epoch */
  at: number;
  /** The path after `/cgi-bin/`; any other path whole. */
  api: string;
  method: string;
  query: Record<string, string>;
  body: string;
  /** Whether a fault was played. */
  fault: boolean;
  /** `null` as long as the call is not answered. */
  status: number | null;
  answer: string;
  durationMs: number | null;
}

interface Begun {
  api: string;
  method: string;
  query: URLSearchParams;
  body: string;
  fault: boolean;
}

/** The calls that came, without the app secrets and session keys. */
export class CallLog {
  readonly #now: () => number;
  readonly #secrets: readonly string[];
  readonly #calls = new History<ApiCallRecord>(limits.calls);
  readonly #counts = new Map<string, number>();

  constructor(now: () => number, secrets: readonly string[]) {
    this.#now = now;
    this.#secrets = secrets;
  }

  last(): ApiCallRecord[] {
    return this.#calls.last();
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#calls.clear();
    this.#counts.clear();
  }

  /** The returned function notes the answer. */
  begin({ api, method, query, body, fault }: Begun): (status: number, answer: string) => void {
    const at = this.#now();
    const begun = performance.now();
    const shown = Object.fromEntries([...query].map(([name, value]) => [name, this.#hide(value)]));
    const record = { at, api, method, query: shown, body: this.#hide(body), fault };
    const call: ApiCallRecord = { ...record, status: null, answer: '', durationMs: null };
    this.#calls.add(call);
    this.#count(api);
    return (status, answer) =>
      Object.assign(call, {
        status,
        answer: answer.replace(/("session_key":)"[^"]*"/, '$1"…"'),
        durationMs: Math.round(performance.now() - begun),
      });
  }

  #hide(value: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), value);
  }

  /** Names come from outside, so only so many different ones are counted. */
  #count(api: string): void {
    const count = this.#counts.get(api) ?? 0;
    if (count > 0 || this.#counts.size < limits.calls) this.#counts.set(api, count + 1);
  }
}
