import type { OpenedScene } from './browser.ts';
import type { TestApp } from './start-app.ts';

type Headers = Record<string, string>;

/** Calls of `/api/scenes` with exactly the headers that a test names. */
export function postScenes(
  { url }: Pick<TestApp, 'url'>,
  body: string | Uint8Array | object,
  headers: Headers = {},
): Promise<Response> {
  return fetch(`${url}/api/scenes`, {
    method: 'POST',
    headers: { origin: 'https://shop.example', 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

export function getScene(
  { url }: Pick<TestApp, 'url'>,
  { sceneId, claim }: Pick<OpenedScene, 'sceneId' | 'claim'>,
  headers: Headers = {},
): Promise<Response> {
  return fetch(`${url}/api/scenes/${sceneId}`, { headers: { authorization: `Bearer ${claim}`, ...headers } });
}

export function cancelScene(
  { url }: Pick<TestApp, 'url'>,
  { sceneId, claim }: Pick<OpenedScene, 'sceneId' | 'claim'>,
  headers: Headers = {},
): Promise<Response> {
  return fetch(`${url}/api/scenes/${sceneId}/cancel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${claim}`, ...headers },
  });
}
