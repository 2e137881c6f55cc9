import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** What a proxy does to requests of some paths; the others it forwards. */
export interface Mischief {
  /** Where it happens; everywhere unless told. */
  path?: RegExp;
  method?: string;
  /** Answered in place of what stands behind. */
  instead?: { status: number; headers?: Record<string, string>; body?: string };
  /** Put behind the body. */
  append?: string;
  delayMs?: number;
}

/** A reverse proxy with a mistake in it. Ends with the test. */
export async function startProxy(target: string, mischief: Mischief): Promise<string> {
  const server = http.createServer((request, response) => {
    serve(request, response, target, mischief).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  { path = /(?:)/, method, instead, append = '', delayMs = 0 }: Mischief,
): Promise<void> {
  const isMeant = path.test(request.url ?? '') && (method === undefined || method === request.method);
  if (isMeant) await sleep(delayMs);
  if (isMeant && instead) {
    response.writeHead(instead.status, instead.headers).end(instead.body ?? '');
    return;
  }
  const body = request.method === 'POST' ? await bytesOf(request) : undefined;
  const answer = await fetch(target + request.url, {
    method: request.method ?? 'GET',
    headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
    redirect: 'manual',
    ...(body && { body }),
  });
  response.writeHead(answer.status, { 'referrer-policy': answer.headers.get('referrer-policy') ?? '' });
  response.end((await answer.text()) + (isMeant ? append : ''));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
