import { describe, expect, test } from 'vitest';
import { appOfTest, basic, secretOf, verdictOf } from '../site/support.ts';
import { settings } from '../../src/kit/settings.ts';
import { come, post, posted, postText, somebody } from './stage.ts';

const week = 7 * 24 * 60 * 60;

describe('POST /api/messages', () => {
  test.each([
    { what: 'nobody', text: '{"body":1}', why: 'to' },
    { what: 'an empty openid', text: '{"to":"","body":1}', why: 'to' },
    { what: 'what is no openid', text: '{"to":"o/../../x","body":1}', why: 'to' },
    { what: 'a list', text: '{"to":["oAlice"],"body":1}', why: 'to' },
    { what: 'not all', text: '{"to":{"all":false},"body":1}', why: 'to' },
    { what: 'all and more', text: '{"to":{"all":true,"site":"bank"},"body":1}', why: 'to' },
    { what: 'no body', text: '{"to":"oAlice"}', why: 'body' },
    { what: 'a bad id', text: '{"to":"oAlice","body":1,"id":"a b"}', why: 'id' },
    { what: 'an empty id', text: '{"to":"oAlice","body":1,"id":""}', why: 'id' },
    { what: 'a ttl below zero', text: '{"to":"oAlice","body":1,"ttlSeconds":-1}', why: 'ttlSeconds' },
    { what: 'half a second', text: '{"to":"oAlice","body":1,"ttlSeconds":0.5}', why: 'ttlSeconds' },
    { what: 'too long a ttl', text: `{"to":"oAlice","body":1,"ttlSeconds":${week + 1}}`, why: 'ttlSeconds' },
    { what: 'no JSON', text: '{', why: 'JSON' },
  ])('$what: 400, which says what is wrong', async ({ text, why }) => {
    const app = await appOfTest();
    const answer = await postText(app, text);
    const body = (await answer.json()) as { error: string; message: string };
    expect([answer.status, body.error]).toEqual([400, 'invalid_request']);
    expect(body.message).toContain(why);
  });

  test('a message may wait for as long as is configured, and what else is said is ignored', async () => {
    const app = await appOfTest({ config: { messaging: { inboxDays: 30 } } });
    const user = somebody();
    await posted(app, { to: user, ttlSeconds: 30 * 24 * 60 * 60, from: 'oBob', site: 'bank' } as never);
    const [message] = await (await come(app, user)).receive(1);
    expect(message?.from).toBe(null);
  });

  test('more than it can hold is not read', async () => {
    const app = await appOfTest();
    const text = JSON.stringify({ to: 'oAlice', body: 'x'.repeat(settings.messaging.requestBytes) });
    expect(await verdictOf(postText(app, text))).toBe('413 payload_too_large');
  });

  test('the longest body passes, however it is written', async () => {
    const app = await appOfTest();
    const escaped = `"${'\\u6587'.repeat(1364)}"`;
    expect((await postText(app, `{"to":"oAlice","body":${escaped}}`)).status).toBe(202);
  });

  test('wrong credentials are refused, and too many of them; right ones always pass', async () => {
    const app = await appOfTest({ config: { limits: { exchangeFailuresPerSitePerMinute: 2 } } });
    const attempt = (id: string, secret: string): Promise<string> =>
      verdictOf(
        fetch(`${app.url}/api/messages`, {
          method: 'POST',
          headers: { authorization: basic(id, secret), 'content-type': 'application/json' },
          body: '{"to":"oAlice","body":1}',
        }),
      );
    expect(await attempt('shop', 'wrong')).toBe('401 invalid_client');
    expect(await attempt('shop', secretOf(app, 'bank'))).toBe('401 invalid_client');
    expect(await attempt('shop', 'wrong')).toBe('429 rate_limited');
    expect(await attempt('nobody', secretOf(app, 'shop'))).toBe('401 invalid_client');
    expect(await attempt('shop', secretOf(app, 'shop'))).toBe('202');
    expect(app.logged.join('')).not.toContain(secretOf(app, 'shop'));
  });

  test('no page may read it, and no cache keeps it', async () => {
    const app = await appOfTest();
    const answer = await post(app, { to: 'oAlice' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('tenants', () => {
  test("one site's secret reads, sends and sees nothing of another", async () => {
    const app = await appOfTest();
    const user = somebody();
    const [atShop, atBank] = [await come(app, user), await come(app, user, 'bank')];
    await posted(app, { to: user, id: 'same-id', body: 'of the shop' });
    await posted(app, { to: user, id: 'same-id', body: 'of the bank' }, 'bank');
    await posted(app, { to: { all: true }, id: 'to-all', body: 'of the shop' });
    await posted(app, { to: { all: true }, id: 'to-all', body: 'of the bank' }, 'bank');
    await Promise.all([atShop.receive(2), atBank.receive(2)]);
    expect(atShop.messages.map(({ body }) => body)).toEqual(['of the shop', 'of the shop']);
    expect(atBank.messages.map(({ body }) => body)).toEqual(['of the bank', 'of the bank']);
    atShop.ack({ id: 'same-id' });
    atShop.raw.close();
    await expect
      .poll(async () => {
        const again = await come(app, user, 'bank');
        const { waiting } = await again.first('welcome');
        again.raw.terminate();
        return waiting;
      })
      .toBe(1);
  });
});

describe('what is counted', () => {
  test('each message by what became of it, and the sockets', async () => {
    const app = await appOfTest({ config: { messaging: { inboxPerUser: 2 } } });
    const [there, away] = [somebody(), somebody()];
    const socket = await come(app, there);
    await posted(app, { to: there, id: 'a' });
    await posted(app, { to: away });
    await posted(app, { to: away });
    await post(app, { to: away });
    await posted(app, { to: away, ttlSeconds: 0 }).catch(() => undefined);
    await posted(app, { to: { all: true } });
    await socket.receive(2);
    socket.ack({ id: 'a' });
    const read = async (): Promise<string> => (await fetch(`${app.url}/metrics`)).text();
    await expect.poll(read).toContain('saoma_messages_total{outcome="acknowledged"} 1');
    const text = await read();
    for (const line of ['delivered"} 1', 'queued"} 2', 'broadcast"} 1'])
      expect(text).toContain(`saoma_messages_total{outcome="${line}`);
    expect(text).toMatch(/saoma_messages_total\{outcome="refused"\} [12]/);
    expect(text).toContain('saoma_message_sockets 1');
  });
});
