import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelScene, getScene, postScenes } from '../support/scene-calls.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const shop = 'https://shop.example';
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const scene = { sceneId: 'A'.repeat(22), claim: 'B'.repeat(43) };

describe('a page of a site may read every answer of /api/scenes…, refusals too', () => {
  test.each([
    { name: 'a new scene', call: () => postScenes(app, { site: 'shop' }) },
    { name: 'a faulty request', call: () => postScenes(app, 'junk') },
    { name: 'an unknown site', call: () => postScenes(app, { site: 'nobody' }) },
    { name: 'no such scene', call: () => getScene(app, scene, { origin: shop }) },
    { name: 'nothing to cancel', call: () => cancelScene(app, scene, { origin: shop }) },
    { name: "another site's scene", call: () => postScenes(app, { site: 'bank' }) },
  ])('$name', async ({ call }) => {
    const { headers } = await call();
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-expose-headers')?.split(', ')).toContain('Retry-After');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('vary')).toBe('Origin');
  });
});

describe('a preflight is answered for exactly the origin that asks', () => {
  const paths = ['/api/scenes', `/api/scenes/${scene.sceneId}`, `/api/scenes/${scene.sceneId}/cancel`];
  test.each(paths)('%s', async (path) => {
    for (const origin of [shop, 'https://bank.example', app.url]) {
      const { status, headers } = await preflight(path, origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
      expect(headers.get('access-control-allow-methods')?.split(', ').sort()).toEqual(['GET', 'POST']);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  test.each(['https://evil.example', 'https://shop.example.evil.com', 'http://shop.example', 'null'])(
    'not for %s',
    async (origin) => {
      for (const path of paths) {
        const { headers } = await preflight(path, origin);
        expect(corsOf(headers)).toEqual([]);
        expect(headers.get('vary')).toBe('Origin');
      }
    },
  );
});

test('no other path answers CORS', async () => {
  for (const path of [
    '/api/exchange',
    '/login',
    '/livez',
    '/readyz',
    '/metrics',
    '/wechat/main',
    '/theme.css',
    '/x',
  ])
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const { headers } = await fetch(app.url + path, { method, headers: preflightHeaders(shop) });
      expect([path, method, corsOf(headers)]).toEqual([path, method, []]);
    }
});

function preflightHeaders(origin: string): Record<string, string> {
  return {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-other',
  };
}

function preflight(path: string, origin: string): Promise<Response> {
  return fetch(app.url + path, { method: 'OPTIONS', headers: preflightHeaders(origin) });
}

function corsOf(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith('access-control-'));
}
