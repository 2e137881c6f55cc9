/** Owns the HTTP calls to WeChat's API: one fixed origin, bounded in time and size, and no failure that carries a request. */
import { Axios } from 'axios';
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import { Connections, isTooLong } from './connections.ts';
import { faultRules, transientError, WechatError, wechatError } from './errors.ts';
import type { FaultKind } from './errors.ts';

/** The calls that we make, each by its path: those of mini programs as it is, the others under `/cgi-bin/`. */
export type Api =
  | 'stable_token'
  | 'qrcode/create'
  | 'user/info'
  | 'user/info/batchget'
  | 'sns/jscode2session'
  | 'wxa/checksession'
  | 'wxa/getwxacodeunlimit';

export interface Call<T> {
  api: Api;
  method: 'GET' | 'POST';
  query?: Record<string, string>;
  body?: unknown;
  /** How large the answer may be, if not `answerBytes`. */
  atMost?: number;
  /** A success is bytes, not JSON: `answer` is given a Buffer. A failure is JSON all the same. */
  isBytes?: true;
  /** What a successful answer must be. */
  answer: z.ZodType<T>;
}

/** Hears of each request: its outcome is `ok`, a known error number, `unknown`, or what kept the answer away. */
export type Observe = (api: string, outcome: string, seconds: number) => void;

/** WeChat fails with status 200 and a number; success has 0 or none. */
const envelope = z.object({
  errcode: z.number().int().optional(),
  errmsg: z.string().optional().catch(undefined),
});

export class Transport {
  readonly #connections: Connections;
  readonly #http: Axios;
  /** Before the path of every call; has no slash at its end. */
  readonly #path: string;
  readonly #clock: Clock;
  readonly #observe: Observe;

  constructor(apiUrl: string, clock: Clock, observe: Observe) {
    const { origin, pathname } = new URL(apiUrl);
    this.#connections = new Connections(origin);
    // Not by `create`, whose many defaults are merged into each request.
    this.#http = new Axios({ adapter: this.#connections.adapter });
    this.#path = pathname.replace(/\/+$/, '');
    this.#clock = clock;
    this.#observe = observe;
  }

  /** Sends one request. Rejects with a `WechatError`, also when `signal` is aborted (`timeout`). */
  async send<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    const started = this.#clock.now();
    const tell = (outcome: string) => this.#observe(call.api, outcome, (this.#clock.now() - started) / 1000);
    try {
      const answer = read(call, await this.#exchange(call, signal));
      tell('ok');
      return answer;
    } catch (error) {
      if (error instanceof WechatError) tell(outcomeOf(error));
      throw error;
    }
  }

  close(): void {
    this.#connections.close();
  }

  /** The bytes of the answer. An axios error holds the whole request, so none leaves this function. */
  async #exchange(call: Call<unknown>, signal: AbortSignal): Promise<Buffer> {
    const { api, method, query = {}, body, atMost = settings.wechat.answerBytes } = call;
    const url = `${this.#path}${pathOf(api)}?${new URLSearchParams(query).toString()}`;
    const sent = body === undefined ? { headers: forGet } : { headers: forPost, data: JSON.stringify(body) };
    const request = { url, method, ...sent, maxContentLength: atMost, signal };
    const response = await this.#http.request<Buffer>(request).catch((error: unknown) => {
      throw transientError(api, kindOf(error, signal));
    });
    if (response.status !== 200) throw transientError(api, 'status');
    return response.data;
  }
}

const forGet = { Accept: 'application/json' };
const forPost = { ...forGet, 'Content-Type': 'application/json' };

function pathOf(api: Api): string {
  return /^(sns|wxa)\//.test(api) ? `/${api}` : `/cgi-bin/${api}`;
}

function read<T>({ api, isBytes, answer }: Call<T>, bytes: Buffer): T {
  // WeChat gives both the status 200, so that only the content tells bytes from a failure.
  let shaped = isBytes && answer.safeParse(bytes);
  if (!shaped || !shaped.success) shaped = answer.safeParse(shapedJson(api, bytes));
  if (!shaped.success) throw transientError(api, 'answer');
  return shaped.data;
}

/** What WeChat says, unless that is an error number. */
function shapedJson(api: Api, bytes: Buffer): unknown {
  const said = json(bytes.toString());
  const fields = envelope.safeParse(said);
  if (!fields.success) throw transientError(api, 'answer');
  const { errcode = 0, errmsg = '' } = fields.data;
  if (errcode !== 0) throw wechatError(api, errcode, errmsg);
  return said;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(error: unknown, signal: AbortSignal): Exclude<FaultKind, 'errcode'> {
  if (signal.aborted) return 'timeout';
  return isTooLong(error) ? 'answer' : 'network';
}

/** A number that WeChat made up is not put into a metric's label. */
function outcomeOf({ kind, errcode }: WechatError): string {
  if (errcode === null) return kind;
  return Object.hasOwn(faultRules, errcode) ? String(errcode) : 'unknown';
}
