import vm from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { readDefaults } from '../../src/config/config.ts';
import { settings } from '../../src/kit/settings.ts';
import type { MailMessage } from '../../src/protocol/mail.ts';
import { posted, presence, somebody, tokenFor } from '../messaging/stage.ts';
import { load } from '../config/given.ts';
import type { Json } from '../config/given.ts';
import { appOfTest, secretOf } from '../site/support.ts';
import { every, read } from './pages.ts';

describe.each([
  { language: 'English', page: read('docs/messages.md') },
  { language: 'Chinese', page: read('docs/messages.zh-CN.md') },
])('the page on messages in $language', ({ page }) => {
  const [ofBackend = '', ofPage = ''] = every(page, /^```js\n([\s\S]*?)^```$/gm);

  test('shows a sandbox in which all of the page works', () => {
    const [layer = '{}'] = every(page, /^```json\n([\s\S]*?)^```$/gm);
    const config = load(JSON.parse(layer) as Json);
    const [site] = config.sites;
    expect(config.sandbox.enabled).toBe(true);
    expect(site).toMatchObject({ id: 'shop', accounts: ['main', 'mini'], messaging: { peers: true } });
    expect(page).toContain(`SITE_ID=${site?.id} SITE_SECRET=${site?.secret} node examples/website/server.js`);
    const website = 'http://localhost:8080';
    expect([site?.origins, site?.redirectUris]).toEqual([
      [website],
      [`${website}/callback`, `${website}/login/wechat`],
    ]);
  });

  test('tells every option with its default', () => {
    const rows = [...page.matchAll(/^\| `messaging\.(\w+)` \| `?(\w+)`? \|/gm)];
    const told = Object.fromEntries(rows.map(([, name, preset]) => [name, preset]));
    const presets = Object.entries(readDefaults()['messaging'] as object);
    expect(told).toEqual(Object.fromEntries(presets.map(([name, preset]) => [name, String(preset)])));
  });

  test('tells how long a token is good', () => {
    expect(page).toMatch(/24 (hours|小时)/);
    expect(settings.messaging.tokenTtl).toBe(24 * 60 * 60_000);
  });

  test('shows a backend that can send, and ask who is there', async () => {
    const app = await appOfTest();
    const openid = somebody();
    const statuses: number[] = [];
    const context = {
      Buffer,
      openid,
      process: { env: { SITE_SECRET: secretOf(app, 'shop') } },
      fetch: async (...given: Parameters<typeof fetch>) => {
        const answer = await fetch(...given);
        statuses.push(answer.status);
        return answer;
      },
    };
    const code = ofBackend.replace('https://login.example', app.url);
    await vm.runInNewContext(`(async () => { ${code} })()`, context);
    expect(statuses).toEqual([202, 202, 200, 204]);
  });

  test('shows a page that gets each message once, whatever happens to its sockets', async () => {
    const app = await appOfTest();
    const openid = somebody();
    const sockets: WebSocket[] = [];
    class Kept extends WebSocket {
      constructor(url: string) {
        super(url);
        this.on('error', () => undefined);
        sockets.push(this);
      }
    }
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
      for (const socket of sockets) socket.terminate();
    });
    const later = (task: () => void, ms: number): void => void (isOver || setTimeout(task, ms));
    const shown: MailMessage[] = [];
    const context = { WebSocket: Kept, setTimeout: later, Math, token: tokenFor(app, openid), show };
    function show(message: MailMessage): void {
      shown.push(message);
    }
    const code = ofPage.replace('wss://login.example', app.url.replace('http', 'ws'));
    vm.runInNewContext(`${code}; listen(token, show)`, context);
    await expect.poll(() => presence(app, openid)).toMatchObject({ connections: 1 });
    await posted(app, { to: openid, body: 'first' });
    await expect.poll(() => shown.length).toBe(1);
    sockets[0]!.terminate();
    await posted(app, { to: openid, body: 'second' });
    await expect.poll(() => shown.map(({ body }) => body), { timeout: 5_000 }).toEqual(['first', 'second']);
    expect(sockets.length).toBe(2);
  });
});
