import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../../src/wechat/seal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { modes, token } from './support.ts';

const now = 1_700_000_000;
const nonce = '987654321';
const echostr = 'canary-echo-4321';

function probe(timestamp: string | number = now, changes: Record<string, string | null> = {}): string {
  const signature = signatureOf(token, String(timestamp), nonce);
  const query = new URLSearchParams({ signature, timestamp: String(timestamp), nonce, echostr });
  for (const [name, value] of Object.entries(changes))
    if (value === null) query.delete(name);
    else query.set(name, value);
  return query.toString();
}

/** Signed rightly over whatever nonce it is. */
function withNonce(odd: string): string {
  return probe(now, { nonce: odd, signature: signatureOf(token, String(now), odd) });
}

describe.each(modes)('an account in %s mode', (mode) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ mode, clock: new FakeClock(now * 1000) });
  });
  afterAll(() => app.close());
  const ask = (query: string, path = '/wechat/main'): Promise<Response> =>
    fetch(`${app.url}${path}?${query}`);

  const answered = [
    { name: 'a right one', query: probe(), echo: echostr },
    { name: '300 s old', query: probe(now - 300), echo: echostr },
    { name: '300 s ahead', query: probe(now + 300), echo: echostr },
    { name: 'unknown parameters beside it', query: `${probe()}&a=1&a=2&__proto__=x`, echo: echostr },
    { name: 'markup in the echo', query: probe(now, { echostr: '<b>&"\'</b>' }), echo: '<b>&"\'</b>' },
    { name: 'the longest echo', query: probe(now, { echostr: 'e'.repeat(512) }), echo: 'e'.repeat(512) },
    { name: 'the longest nonce', query: withNonce('n_-9'.repeat(16)), echo: echostr },
  ];
  test.each(answered)('$name is echoed as plain text', async ({ query, echo }) => {
    const response = await ask(query);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain(;|$)/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(echo);
  });

  test('the console may be saved many times', async () => {
    const answers = await Promise.all([ask(probe()), ask(probe()), ask(probe())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  const refused = [
    { name: 'no query', query: '' },
    { name: 'a wrong signature', query: probe(now, { signature: '0'.repeat(40) }) },
    {
      name: 'a signature in capitals',
      query: probe(now, { signature: signatureOf(token, String(now), nonce).toUpperCase() }),
    },
    {
      name: 'a signature of another token',
      query: probe(now, { signature: signatureOf('bridgeTestToken02', String(now), nonce) }),
    },
    { name: 'a signature over the echo too', query: overFour() },
    { name: 'no signature', query: probe(now, { signature: null }) },
    { name: 'no timestamp', query: probe(now, { timestamp: null }) },
    { name: 'no nonce', query: probe(now, { nonce: null }) },
    { name: 'no echo', query: probe(now, { echostr: null }) },
    { name: 'an empty echo', query: probe(now, { echostr: '' }) },
    { name: 'an echo with a line feed', query: probe(now, { echostr: 'a\nb' }) },
    { name: 'an echo beyond ASCII', query: probe(now, { echostr: '扫' }) },
    { name: 'an echo that is too long', query: probe(now, { echostr: 'e'.repeat(513) }) },
    { name: 'the signature twice', query: `${probe()}&signature=${'0'.repeat(40)}` },
    { name: 'the same nonce twice', query: `${probe()}&nonce=${nonce}` },
    { name: 'the timestamp twice', query: `${probe()}&timestamp=${now}` },
    { name: 'the echo twice', query: `${probe()}&echostr=x` },
    { name: 'a parameter of arrays', query: probe().replace('nonce=', 'nonce[]=') },
    { name: 'an empty nonce', query: withNonce('') },
    { name: 'a nonce that is too long', query: withNonce('n'.repeat(65)) },
    { name: 'a nonce with a point', query: withNonce('98.76') },
    { name: 'a timestamp of 9 digits', query: probe('170000000') },
    { name: 'a timestamp of 11 digits', query: probe(`0${now}`) },
    { name: 'a timestamp in milliseconds', query: probe(now * 1000) },
    { name: 'a timestamp with a sign', query: probe(`+${now}`) },
    { name: 'a timestamp with a blank', query: probe(`${now} `) },
    { name: '301 s old', query: probe(now - 301) },
    { name: '301 s ahead', query: probe(now + 301) },
  ];
  test.each(refused)('$name is refused, and nothing is echoed', async ({ query }) => {
    const response = await ask(query);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe('');
    expect(JSON.stringify([...response.headers])).not.toContain('canary-echo');
  });

  const unknown = ['/wechat/other', '/wechat/constructor', '/wechat/__proto__', '/wechat/MAIN', '/wechat/'];
  test.each(unknown)('%s is not found', async (path) => {
    const response = await ask(probe(), path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain(echostr);
  });
});

/** Enterprise WeChat's recipe, which is not this product's. */
function overFour(): string {
  return probe(now, { signature: signatureOf(token, String(now), nonce, echostr) });
}
