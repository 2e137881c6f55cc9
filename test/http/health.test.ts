import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { RawConnection, statusOf } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
let closing: Promise<void> | undefined;
afterEach(() => closing ?? app.close());

test('a living process says so to everybody, and is not to be remembered', async () => {
  app = await startApp();
  for (const path of ['/livez', '/readyz']) {
    const response = await fetch(app.url + path, { headers: { origin: 'https://evil.example' } });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toEqual({ status: 'ok' });
  }
});

describe('while it leaves', () => {
  test.each([
    { path: '/readyz', status: 503, body: '{"server":"leaving"}' },
    { path: '/livez', status: 200, body: '{"status":"ok"}' },
  ])('$path answers $status to a request that was under way', async ({ path, status, body }) => {
    app = await startApp();
    const connection = await RawConnection.open(app.url);
    connection.send(`GET ${path} HTTP/1.1\r\nHost: saoma.test\r\n`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    closing = app.close();
    const start = performance.now();
    connection.send('\r\n');
    const answer = await connection.rest();
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain(body);
    await closing;
    // The connection brings no further requests.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('metrics', () => {
  test('are Prometheus text with names of ours or of the runtime, and nothing of a scene', async () => {
    app = await startApp();
    const scene = await app.browser().open('shop');
    const socket = await app.browser().attach(scene);
    await socket.reach('pending');
    await app.wechat.scan('oVisitorOfTheMetrics', scene.sceneId);
    await socket.reach('confirmed');
    const response = await fetch(`${app.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names.filter((name) => !/^(saoma|process|nodejs)_/.test(name ?? ''))).toEqual([]);
    expect(text).toMatch(/^saoma_sockets 1$/m);
    expect(text).toMatch(/^saoma_scene_moves_total\{state="scanned"\} 1$/m);
    for (const mark of [scene.sceneId, scene.claim, 'oVisitor']) expect(text).not.toContain(mark);
  });

  test('have one spelling, so that a proxy can keep them from strangers', async () => {
    app = await startApp();
    for (const path of ['/METRICS', '/Metrics', '/metrics%2f', '//metrics'])
      expect({ path, status: (await fetch(app.url + path)).status }).toEqual({ path, status: 404 });
  });

  test('metrics.port moves them to a listener of their own, which has nothing else', async () => {
    const port = await freePort();
    app = await startApp({ config: { metrics: { port } } });
    const own = `http://127.0.0.1:${port}`;
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
    expect(await (await fetch(`${own}/metrics`)).text()).toContain('saoma_sockets');
    for (const path of ['/', '/login', '/livez', '/theme.css', '/api/scenes'])
      expect([path, (await fetch(own + path)).status]).toEqual([path, 404]);
    const socket = await RawConnection.open(own);
    socket.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(statusOf(await socket.rest())).toBe(404);
  });
});
