import http from 'node:http';
import https from 'node:https';
import { limits } from './limits.ts';

/** What came back of a POST. */
export interface Posted {
  /** `null`: no answer. */
  status: number | null;
  body: string;
  /** Why there is no answer, or only half of one. */
  error: string | null;
  durationMs: number;
}

/** Posts as WeChat does: a new connection, no redirects, one limit for the whole answer. Never fails. */
export async function post(url: URL, body: string, limitMs: number, signal: AbortSignal): Promise<Posted> {
  const begun = performance.now();
  const late = AbortSignal.timeout(limitMs);
  let status: number | null = null;
  let error: string | null = null;
  let answer = '';
  try {
    const response = await send(url, body, AbortSignal.any([signal, late]));
    status = response.statusCode ?? null;
    answer = await readAll(response);
  } catch (cause) {
    error = late.aborted ? `no answer within ${limitMs / 1000} s` : reasonOf(cause);
  }
  return { status, body: answer, error, durationMs: Math.round(performance.now() - begun) };
}

function send(url: URL, body: string, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const headers = {
    'Content-Type': 'text/xml',
    'Content-Length': Buffer.byteLength(body),
    'User-Agent': 'Mozilla/4.0',
    Accept: '*/*',
    Pragma: 'no-cache',
  };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers, agent: false, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.answerBytes) throw new Error(`answer over ${limits.answerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Why there is no answer, in few words. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'connection refused' : (code ?? message);
}
