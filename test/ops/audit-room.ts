import { expect } from 'vitest';
import type { AuditEntry, AuditPage } from '../../src/ops/audit.ts';
import type { AuditKind } from '../../src/telemetry/audit.ts';
import type { TestApp } from '../support/start-app.ts';
import { event } from '../support/wechat.ts';

export const opsToken = 'canary-ops-token-0123456789abcdef';
export const owner = 'oOwnerCANARY00000000000000xx';
export const stranger = 'oStrangerCANARY000000000000x';

type Headers = Record<string, string>;

/** The trail as a program reads it. */
export function askAudit({ url }: TestApp, query = '', headers: Headers = {}): Promise<Response> {
  return fetch(`${url}/ops/api/audit${query}`, {
    headers: { authorization: `Bearer ${opsToken}`, ...headers },
  });
}

export async function readAudit(app: TestApp, query = '?limit=500'): Promise<AuditEntry[]> {
  const answer = await askAudit(app, query);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as AuditPage).entries;
}

export async function kindsAt(app: TestApp): Promise<AuditKind[]> {
  return (await readAudit(app)).map(({ kind }) => kind);
}

export function signIn({ url }: TestApp, token = opsToken): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: url };
  return fetch(`${url}/ops/session`, { method: 'POST', headers, body: JSON.stringify({ token }) });
}

export function signOut({ url }: TestApp, cookie: string): Promise<Response> {
  return fetch(`${url}/ops/session`, { method: 'DELETE', headers: { cookie, origin: url } });
}

export function cookieOf(answer: Response): string {
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

export async function cancelScene(app: TestApp): Promise<string> {
  const { sceneId } = await app.browser().open('shop');
  const answer = await fetch(`${app.url}/ops/api/scenes/${sceneId}/cancel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${opsToken}` },
  });
  expect(answer.status).toBe(200);
  return sceneId;
}

/** A login up to its code. */
export async function confirmScene(app: TestApp): Promise<{ sceneId: string; claim: string; code: string }> {
  const scene = await app.browser().open('shop');
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  expect((await app.wechat.scan(owner, scene.sceneId)).status).toBe(200);
  const { code = '' } = await socket.reach('confirmed');
  socket.raw.terminate();
  return { ...scene, code };
}

/** A push whose signature is nobody's. */
export async function forge(app: TestApp, body = '<xml>canary-body</xml>'): Promise<Response> {
  const query = new URLSearchParams({ ...app.wechat.stamp(), signature: '0'.repeat(40) });
  const answer = await app.wechat.post(query, body);
  expect(answer.status).toBe(403);
  return answer;
}

/** One signature with two bodies. @returns the signature */
export async function replay(app: TestApp): Promise<string> {
  const stamp = app.wechat.stamp();
  expect((await app.wechat.push(event(owner, { Event: 'CLICK' }), stamp)).status).toBe(200);
  expect((await app.wechat.push(event(owner, { Event: 'VIEW' }), stamp)).status).toBe(403);
  return app.wechat.seal('<xml/>', stamp).query.get('signature') ?? '';
}
