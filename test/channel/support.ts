import { createCipheriv } from 'node:crypto';
import http from 'node:http';
import { expect, onTestFinished } from 'vitest';
import type { SceneSnapshot } from '../../src/protocol/messages.ts';
import { signatureOf } from '../../src/wechat/seal.ts';
import type { OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';
import { event } from '../support/wechat.ts';
import type { Stamp } from '../support/wechat.ts';

export const modes = ['plain', 'compatible', 'safe'] as const;
export type Mode = (typeof modes)[number];

export const token = 'bridgeTestToken01';
export const appId = 'wx00112233445566aa';
export const encodingAesKey = 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw';

/** Query and body of one post to the webhook. */
export interface Post {
  query: URLSearchParams;
  body: string | Uint8Array;
}

/** The service, gone again when the test is over. */
export async function appOfTest(options?: StartOptions): Promise<TestApp> {
  const app = await startApp(options);
  onTestFinished(() => app.close());
  return app;
}

export function scanXml(openid: string, sceneId: string): string {
  return event(openid, { Event: 'SCAN', EventKey: sceneId });
}

/** The scene as its browser sees it. */
export async function look(
  app: TestApp,
  scene: Pick<OpenedScene, 'sceneId' | 'claim'>,
): Promise<SceneSnapshot> {
  const response = await app.browser().view(scene);
  expect(response.status).toBe(200);
  return (await response.json()) as SceneSnapshot;
}

export async function expectUntouched(app: TestApp, scene: OpenedScene): Promise<void> {
  expect(await look(app, scene)).toMatchObject({ state: 'pending', version: 1 });
}

/** The snapshot once the scene is in `state`. */
export async function reached(
  app: TestApp,
  scene: OpenedScene,
  state: SceneSnapshot['state'],
): Promise<SceneSnapshot> {
  return (await app.browser().attach(scene)).reach(state);
}

export interface Login {
  openid: string;
  unionid: string | null;
  user: Record<'nickname' | 'avatarUrl' | 'subscribed' | 'subscribedAt' | 'language', unknown>;
  followed: boolean;
  scannedAt: number;
  confirmedAt: number;
}

/** Who came, as the site learns it. */
export async function whoCame(app: TestApp, scene: OpenedScene): Promise<Login> {
  const { code } = await reached(app, scene, 'confirmed');
  const response = await app.exchange(code ?? '');
  expect(response.status).toBe(200);
  return (await response.json()) as Login;
}

export async function textOf(app: TestApp, answer: Response | Promise<Response>): Promise<string> {
  const response = await answer;
  expect(response.status).toBe(200);
  return app.wechat.replyText(await response.text());
}

/** The signatures that go with `body`, whatever it is: as WeChat's for plain mode, and for its `Encrypt` else. */
export function signed({ timestamp, nonce }: Stamp, sealed?: string): URLSearchParams {
  const query = new URLSearchParams({ signature: signatureOf(token, timestamp, nonce), timestamp, nonce });
  if (sealed === undefined) return query;
  query.set('encrypt_type', 'aes');
  query.set('msg_signature', signatureOf(token, timestamp, nonce, sealed));
  return query;
}

/** Encrypts bytes as they are, padding and all, for envelopes that no sound sealer would make. */
export function encryptRaw(plain: Buffer, key = Buffer.from(`${encodingAesKey}=`, 'base64')): string {
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** The bytes before padding: 16 random ones, the length, the message, the app id. */
export function envelopeBytes(message: string | Buffer, id = appId): Buffer {
  const body = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.alloc(16, 7), length, body, Buffer.from(id)]);
}

export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A request by node:http, which reads an answer that comes before the body was sent; `send` writes the body. */
export function rawPost(
  url: string,
  headers: Record<string, string | number>,
  send: (request: http.ClientRequest) => void,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        request.destroy();
      });
    });
    request.on('error', reject);
    send(request);
  });
}

/** What the stand-in WeChat was asked. */
export async function callCount(app: TestApp, api: string): Promise<number> {
  const response = await fetch(`${app.simulator.url}/phone/api/calls`);
  const { counts } = (await response.json()) as { counts: Record<string, number> };
  return counts[api] ?? 0;
}

export async function addFault(app: TestApp, fault: object): Promise<void> {
  await control(app, 'faults', fault);
}

export interface SimulatedPerson {
  id: string;
  openid: string;
  follows: boolean;
}

/** One of the people of the stand-in WeChat, who has a profile there. */
export async function newPerson(app: TestApp, follows: boolean): Promise<SimulatedPerson> {
  return (await control(app, 'people', { name: 'Mei', follows })) as SimulatedPerson;
}

export async function control(app: TestApp, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${app.simulator.url}/phone/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
