/**
 * Owns the connections to WeChat's API: a pool to one origin, under axios as its adapter. Node's own client, which axios would
 * take, costs three times as much of a call (docs/performance.md); this one follows no redirect, knows no proxy, unpacks nothing.
 */
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { errors, Pool } from 'undici';

import { settings } from '../kit/settings.ts';

const { callsInFlight, keepConnection, profilesAnswerBytes } = settings.wechat;

export class Connections {
  readonly #pool: Pool;

  /** @param origin scheme, host and port */
  constructor(origin: string) {
    this.#pool = new Pool(origin, {
      connections: callsInFlight,
      keepAliveTimeout: keepConnection,
      // The largest answer of any call; the caller's own bound is `maxContentLength`.
      maxResponseSize: profilesAnswerBytes,
      // Every request has a signal that ends it in time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** For requests whose `url` is a path with its query and whose `data` is text, if any. The answer's headers are dropped. */
  readonly adapter: AxiosAdapter = async (config): Promise<AxiosResponse> => {
    const { statusCode, body } = await this.#pool.request({
      path: config.url ?? '/',
      method: config.method?.toUpperCase() as 'GET' | 'POST',
      headers: config.headers.toJSON() as Record<string, string>,
      body: (config.data as string | undefined) ?? null,
      signal: config.signal,
    });
    return {
      data: bounded(await body.text(), config),
      status: statusCode,
      statusText: '',
      headers: {},
      config,
    };
  };

  /** Ends them all; what is under way fails. */
  close(): void {
    void this.#pool.destroy();
  }
}

export function isTooLong(error: unknown): boolean {
  return error instanceof errors.ResponseExceededMaxSizeError;
}

function bounded(text: string, { maxContentLength = Infinity }: InternalAxiosRequestConfig): string {
  if (Buffer.byteLength(text) > maxContentLength) throw new errors.ResponseExceededMaxSizeError();
  return text;
}
