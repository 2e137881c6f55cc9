import type http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { expectUntouched, modes, rawPost, scanXml, textOf } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const limit = 64 * 1024;

describe.each(modes)('an account in %s mode', (mode) => {
  let app: TestApp;
  let scene: OpenedScene;
  beforeAll(async () => {
    app = await startApp({ mode });
    scene = await app.browser().open('shop');
  });
  afterAll(() => app.close());

  /** A genuine post that blanks after its end make `bytes` long. */
  const postOf = (sceneId: string, bytes: number) => {
    const { query, body } = app.wechat.seal(scanXml(openid, sceneId));
    return { url: `${app.url}/wechat/main?${query.toString()}`, body: body.padEnd(bytes, ' ') };
  };

  test('exactly 64 KiB pass', async () => {
    const given = await app.browser().open('shop');
    const { url, body } = postOf(given.sceneId, limit);
    expect(body).toHaveLength(limit);
    expect(await textOf(app, fetch(url, { method: 'POST', body }))).toContain('The Shop');
  });

  test('one byte more is refused by its Content-Length, before it is sent', async () => {
    const { url } = postOf(scene.sceneId, 0);
    const answer = await rawPost(url, { 'content-length': limit + 1 }, (request) => request.flushHeaders());
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'payload_too_large' });
    await expectUntouched(app, scene);
  });

  test('one byte more is refused when it comes in chunks', async () => {
    const { url, body } = postOf(scene.sceneId, limit + 1);
    const answer = await rawPost(url, { 'transfer-encoding': 'chunked' }, (request) => {
      for (let start = 0; start < body.length; start += 8192) request.write(body.slice(start, start + 8192));
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
    await expectUntouched(app, scene);
  });

  test('the size is judged before the signature', async () => {
    const answer = await rawPost(`${app.url}/wechat/main`, { 'content-length': limit + 1 }, (request) =>
      request.flushHeaders(),
    );
    expect(answer.status).toBe(413);
  });

  test('a forged query is refused before its body came', async () => {
    const { url } = postOf(scene.sceneId, 0);
    const forged = url.replace(/signature=..../, 'signature=0000');
    const answer = await rawPost(forged, { 'content-length': 1000 }, (request) => request.flushHeaders());
    expect(answer).toMatchObject({ status: 403, body: '' });
    await expectUntouched(app, scene);
  });

  test('a body in small pieces is put together', async () => {
    const given = await app.browser().open('shop');
    const { url, body } = postOf(given.sceneId, 0);
    const answer = await rawPost(
      url,
      { 'content-length': body.length },
      (request) => void drip(request, body),
    );
    expect(answer.status).toBe(200);
    expect(app.wechat.replyText(answer.body)).toContain('The Shop');
  });

  test('a body that says it is compressed is not unpacked', async () => {
    const { url, body } = postOf(scene.sceneId, 0);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from(body)]),
    });
    expect([400, 403]).toContain(response.status);
    await expectUntouched(app, scene);
  });

  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x'])(
    'the content type %s does not matter',
    async (type) => {
      const given = await app.browser().open('shop');
      const { url, body } = postOf(given.sceneId, 0);
      const answer = fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
      expect(await textOf(app, answer)).toContain('The Shop');
    },
  );

  test('a body that ends too early changes nothing', async () => {
    const given = await app.browser().open('shop');
    const { url, body } = postOf(given.sceneId, 0);
    const cut = rawPost(url, { 'content-length': body.length + 1 }, (request) => {
      request.write(body);
      setTimeout(() => request.destroy(), 50);
    });
    await expect(cut).rejects.toThrow('socket hang up');
    await expectUntouched(app, given);
  });
});

test('a body that never ends is given up after 5 s, and holds up nobody', async () => {
  const app = await startApp();
  try {
    const [slow, other] = await Promise.all([app.browser().open('shop'), app.browser().open('shop')]);
    const { query, body } = app.wechat.seal(scanXml(openid, slow.sceneId));
    const start = performance.now();
    const stalled = rawPost(
      `${app.url}/wechat/main?${query.toString()}`,
      { 'content-length': body.length },
      (request) => void request.write(body.slice(0, -1)),
    ).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect(await textOf(app, app.wechat.scan(openid, other.sceneId))).toContain('The Shop');
    expect(performance.now() - start).toBeLessThan(4000);
    expect([408, 'cut']).toContain(await stalled);
    expect(performance.now() - start).toBeGreaterThan(4900);
    await expectUntouched(app, slow);
    expect(app.logged.filter((line) => line.includes('"status":408'))).toHaveLength(1);
  } finally {
    await app.close();
  }
});

async function drip(request: http.ClientRequest, body: string): Promise<void> {
  for (let start = 0; start < body.length; start += 100) {
    request.write(body.slice(start, start + 100));
    await sleep(2);
  }
  request.end();
}
