/** Owns one look at an address: on a connection of its own, no redirect followed, bounded in time and size. */
import http from 'node:http';
import https from 'node:https';
import { settings } from '../kit/settings.ts';

export interface Visit {
  method?: 'GET' | 'POST';
  /** XML. */
  body?: string;
  /** How long the whole answer may take, ms. */
  within?: number;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Its beginning, if it is long. */
  body: string;
  /** How long it took, ms. */
  ms: number;
}

/** Why there is no answer: `LATE`, or Node's code, such as `ECONNREFUSED`. */
export interface Silence {
  code: string;
}

const { lookWithin, answerBytes } = settings.doctor;

/** Never rejects. */
export async function visit(
  url: URL,
  { method = 'GET', body, within = lookWithin }: Visit = {},
): Promise<Answer | Silence> {
  const begun = performance.now();
  const late = AbortSignal.timeout(within);
  try {
    const response = await send(url, { method, body, signal: late });
    const text = await textOf(response);
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: text, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    return { code: late.aborted ? 'LATE' : codeOf(error) };
  }
}

export function isSilent(seen: Answer | Silence): seen is Silence {
  return 'code' in seen;
}

interface Request {
  method: string;
  body: string | undefined;
  signal: AbortSignal;
}

function send(url: URL, { method, body, signal }: Request): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const content =
    body === undefined ? {} : { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body) };
  const headers = { 'User-Agent': 'Saoma-doctor', Accept: '*/*', ...content };
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > answerBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Where a name has several addresses, the first of their refusals. */
function codeOf(error: unknown): string {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return code ?? errors?.[0]?.code ?? 'UNKNOWN';
}
