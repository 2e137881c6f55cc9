/**
 * Owns the connections to WeChat's API: a pool to one origin, under axios as its adapter. Node's own client, which axios would
 * take, costs three times as much of a call (docs/performance.md); this one follows no redirect, knows no proxy, unpacks nothing.
 */
import type { Readable } from 'node:stream';

import type { AxiosAdapter, AxiosResponse } from 'axios';
import { errors, Pool } from 'undici';

import { settings } from '../kit/settings.ts';

const { callsInFlight, callTimeout, keepConnection } = settings.wechat;

export class Connections {
  readonly #pool: Pool;

  /** @param origin scheme, host and port */
  constructor(origin: string) {
    this.#pool = new Pool(origin, {
      connections: callsInFlight,
      keepAliveTimeout: keepConnection,
      connect: { timeout: callTimeout },
      // Every request has a signal that ends it in time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** For requests whose `url` is a path with its query and whose `data` is text, if any. The answer's headers are dropped; its body is a Buffer. */
  readonly adapter: AxiosAdapter = async (config): Promise<AxiosResponse> => {
    const signal = config.signal as AbortSignal;
    const asked = this.#pool.request({
      path: config.url ?? '/',
      method: config.method?.toUpperCase() as 'GET' | 'POST',
      headers: config.headers.toJSON() as Record<string, string>,
      body: (config.data as string | undefined) ?? null,
      signal,
    });
    const { statusCode, body } = await orAborted(asked, signal);
    const data = await bytesOf(body, config.maxContentLength ?? Infinity);
    return { data, status: statusCode, statusText: '', headers: {}, config };
  };

  /** Ends them all; what is under way fails. */
  close(): void {
    void this.#pool.destroy();
  }
}

export function isTooLong(error: unknown): boolean {
  return error instanceof errors.ResponseExceededMaxSizeError;
}

/** undici hears of an abort only once it is connected, and nobody shall wait for that. */
function orAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Read to the end, or to more than `most` bytes. */
function bytesOf(body: Readable, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > most) body.destroy(new errors.ResponseExceededMaxSizeError());
    });
    body.on('end', () => resolve(Buffer.concat(chunks)));
    body.on('error', reject);
  });
}
