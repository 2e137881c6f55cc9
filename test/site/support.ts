import { onTestFinished } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';

/** The service, gone again when the test is over. */
export async function appOfTest(options?: StartOptions): Promise<TestApp> {
  const app = await startApp(options);
  onTestFinished(() => app.close());
  return app;
}

export interface Confirmed {
  scene: OpenedScene;
  code: string;
}

interface Login {
  site?: 'shop' | 'bank';
  openid?: string;
  followed?: boolean;
  state?: string;
  codeChallenge?: string;
}

/** A login up to the code that the browser gets. */
export async function logIn(app: TestApp, login: Login = {}): Promise<Confirmed> {
  const { site = 'shop', openid = 'oVisitor', followed = false, ...extra } = login;
  const browser = app.browser(`https://${site}.example`);
  const scene = await browser.open(site, extra);
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  await (followed ? app.wechat.follow(openid, scene.sceneId) : app.wechat.scan(openid, scene.sceneId));
  const { code = '' } = await socket.reach('confirmed');
  socket.raw.terminate();
  return { scene, code };
}

export function secretOf(app: TestApp, site: string): string {
  return app.config.sites.find(({ id }) => id === site)?.secret ?? '';
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** What a site's backend sends, right unless the test says otherwise. */
export function exchange(
  app: TestApp,
  body: object | string,
  { site = 'shop', ...headers }: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${app.url}/api/exchange`, {
    method: 'POST',
    headers: {
      authorization: basic(site, secretOf(app, site)),
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Status and error code, or status alone. */
export async function verdictOf(answer: Promise<Response> | Response): Promise<string> {
  const response = await answer;
  const { error } = (await response.json()) as { error?: string };
  return error === undefined ? String(response.status) : `${response.status} ${error}`;
}

export function times<T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}
