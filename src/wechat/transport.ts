/** Owns the HTTP calls to WeChat's API: one fixed origin, bounded in time and size, and no failure that carries a request. */
import http from 'node:http';
import https from 'node:https';

import { create as createHttp, isAxiosError } from 'axios';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import { faultRules, transientError, WechatError, wechatError } from './errors.ts';
import type { FaultKind } from './errors.ts';

/** The calls that we make, each by its path under `/cgi-bin/`. */
export type Api = 'stable_token' | 'qrcode/create' | 'user/info' | 'user/info/batchget';

export interface Call<T> {
  api: Api;
  method: 'GET' | 'POST';
  query?: Record<string, string>;
  body?: unknown;
  /** How large the answer may be, if not `answerBytes`. */
  atMost?: number;
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
  readonly #agents: (http.Agent | https.Agent)[];
  readonly #http: AxiosInstance;
  readonly #clock: Clock;
  readonly #observe: Observe;

  constructor(apiUrl: string, clock: Clock, observe: Observe) {
    const httpAgent = new http.Agent({ keepAlive: true });
    const httpsAgent = new https.Agent({ keepAlive: true });
    this.#agents = [httpAgent, httpsAgent];
    this.#http = createHttp({
      ...fixed,
      baseURL: `${apiUrl.replace(/\/+$/, '')}/cgi-bin/`,
      httpAgent,
      httpsAgent,
    });
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
    for (const agent of this.#agents) agent.destroy();
  }

  /** The text of the answer. An axios error holds the whole request, so none leaves this function. */
  async #exchange(call: Call<unknown>, signal: AbortSignal): Promise<string> {
    const { api, method, query, body, atMost = settings.wechat.answerBytes } = call;
    const request = { url: api, method, params: query, data: body, maxContentLength: atMost, signal };
    const response = await this.#http.request<string>(request).catch((error: unknown) => {
      throw transientError(api, kindOf(error, signal));
    });
    if (response.status !== 200) throw transientError(api, 'status');
    return response.data;
  }
}

/** No redirect, no proxy from the environment, no other host, and the text left to us to parse. */
const fixed = {
  allowAbsoluteUrls: false,
  maxRedirects: 0,
  proxy: false,
  responseType: 'text',
  transformResponse: (text: unknown) => text,
  validateStatus: () => true,
  headers: { Accept: 'application/json' },
} as const;

function read<T>({ api, answer }: Call<T>, text: string): T {
  const said = json(text);
  const fields = envelope.safeParse(said);
  if (!fields.success) throw transientError(api, 'answer');
  const { errcode = 0, errmsg = '' } = fields.data;
  if (errcode !== 0) throw wechatError(api, errcode, errmsg);
  const shaped = answer.safeParse(said);
  if (!shaped.success) throw transientError(api, 'answer');
  return shaped.data;
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
  return isAxiosError(error) && error.code === 'ERR_BAD_RESPONSE' ? 'answer' : 'network';
}

/** A number that WeChat made up is not put into a metric's label. */
function outcomeOf({ kind, errcode }: WechatError): string {
  if (errcode === null) return kind;
  return Object.hasOwn(faultRules, errcode) ? String(errcode) : 'unknown';
}
