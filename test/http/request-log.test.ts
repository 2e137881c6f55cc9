import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const openid = 'oSomebody0123456789';
const handle = 'a-handle-that-is-good-once';
let app: TestApp;
beforeAll(async () => {
  const mini = { name: 'mini', kind: 'mini-program', appId: 'wx66778899aabbccdd' };
  const appSecret = 'canary-mini-secret-0123456789abcd';
  app = await startApp({ furtherAccounts: [{ ...mini, appSecret }] });
});
afterAll(() => app.close());

/** As the log shows the path of a request for this target. */
async function pathLogged(target: string, method = 'POST'): Promise<unknown> {
  const before = app.logged.length;
  await ask(app.url, target, method);
  const line = app.logged.slice(before).find((each) => each.includes('"msg":"request"')) ?? '{}';
  return (JSON.parse(line) as { path?: unknown }).path;
}

describe('a path of ours is logged without the name in it', () => {
  test.each([
    [`/api/users/${openid}/presence`, '/api/users/…/presence'],
    [`/api/users/${openid}/presence/`, '/api/users/…/presence/'],
    [`/miniprogram/mini/approvals/${handle}`, '/miniprogram/mini/approvals/…'],
    [`/miniprogram/mini/approvals/${handle}%2f`, '/miniprogram/mini/approvals/…'],
    ['/miniprogram/mini/login', '/miniprogram/mini/login'],
    ['/api/scenes/AAAAAAAAAAAAAAAAAAAAAA?state=canary', '/api/scenes/AAAAAAAAAAAAAAAAAAAAAA'],
    ['/api/messages', '/api/messages'],
    ['/wechat/main', '/wechat/main'],
    ['/favicon.ico', '/favicon.ico'],
  ])('%s: %s', async (target, logged) => {
    expect(await pathLogged(target)).toBe(logged);
  });
});

describe('a path of nobody is logged as far as its words are ours', () => {
  test.each([
    [`/api/users//${openid}/presence`, '/api/users/…'],
    [`/api/users/${openid}`, '/api/users/…'],
    [`/api/users/${openid}/presence/now`, '/api/users/…'],
    [`//api/users/${openid}/presence`, '//…'],
    [`/API/users/${openid}/presence`, '/…'],
    [`/api/Users/${openid}/presence`, '/api/…'],
    [`/api/users%2F${openid}/presence`, '/api/…'],
    [`/api/scenes/../users/${openid}/presence`, '/api/scenes/…'],
    [`/users/${openid}/presence`, '/…'],
    [`/${openid}`, '/…'],
    [`http://saoma.test/${openid}`, '/…'],
    [`/miniprogram/mini//approvals/${handle}`, '/miniprogram/…'],
    [`/miniprogram/mini/approvals//${handle}`, '/miniprogram/…'],
    [`/miniprogram/mini/approvals%2f${handle}`, '/miniprogram/…'],
    [`/miniprogram/${openid}`, '/miniprogram/…'],
    ['/api/', '/api/…'],
    ['/api', '/api'],
    ['/miniprogram', '/miniprogram'],
    ['/', '/'],
    ['/wp-login.php', '/…'],
    ['http://[', '*'],
  ])('%s: %s', async (target, logged) => {
    expect(await pathLogged(target)).toBe(logged);
  });
});

test('nothing of those names is anywhere in the log', () => {
  expect(app.logged.join('')).not.toContain(openid);
  expect(app.logged.join('')).not.toContain(handle);
});
