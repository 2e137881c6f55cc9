import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import type { WechatError } from '../../src/wechat/official-account.ts';
import { fixture, paths } from './fake-wechat.ts';
import { errorLines, failure, openid, options, stage } from './support.ts';
import type { Line } from './support.ts';

const { wechat: figures } = settings;
const attempts = 1 + figures.retries;

const unusable = [
  { name: 'HTML', kind: 'answer', answer: () => '<html>busy</html>' },
  { name: 'nothing', kind: 'answer', answer: () => '' },
  { name: 'a JSON list', kind: 'answer', answer: () => '[]' },
  { name: 'an errcode of words', kind: 'answer', answer: () => ({ errcode: 'busy' }) },
  { name: 'a success without its fields', kind: 'answer', answer: () => ({ errcode: 0, errmsg: 'ok' }) },
  { name: 'status 500', kind: 'status', answer: withStatus(500, {}) },
  { name: 'status 404', kind: 'status', answer: withStatus(404, {}) },
  { name: 'a redirect', kind: 'status', answer: withStatus(302, { location: '/cgi-bin/elsewhere' }) },
  {
    name: 'more than 64 KiB',
    kind: 'answer',
    answer: () => ({ ...fixture('user-info'), remark: 'x'.repeat(65_536) }),
  },
  { name: 'a compressed flood', kind: 'answer', answer: compressedFlood },
  {
    name: 'a broken connection',
    kind: 'network',
    answer: (_: unknown, response: http.ServerResponse) => void response.destroy(),
  },
];

const canaryToken = 'canary0token';

describe('an answer that is none, and tells no secret', () => {
  test.each(unusable)('$name', async ({ answer, kind }) => {
    const { wechat, account, lines } = await stage();
    wechat.token = canaryToken;
    wechat.answer(paths.userInfo, answer);
    const error = await failure(account.userInfo(openid));
    expect(error).toMatchObject({ kind, errcode: null, action: 'retry' });
    expectNoSecret(error, lines);
    expect(wechat.count(paths.userInfo)).toBe(attempts);
    expect(wechat.asked.some(({ path }) => path === '/cgi-bin/elsewhere')).toBe(false);
  });

  test('no WeChat at all', async () => {
    const { account } = await stage({ apiUrl: 'http://127.0.0.1:1' });
    expect(await failure(account.userInfo(openid))).toMatchObject({ kind: 'network', api: 'stable_token' });
  });
});

describe('trying again', () => {
  const codes = [
    { errcode: -1, calls: attempts },
    { errcode: 45011, calls: 1 },
    { errcode: 40003, calls: 1 },
    { errcode: 45009, calls: 1 },
    { errcode: 47001, calls: 1 },
    { errcode: 99999, calls: 1 },
  ];
  test.each(codes)('$errcode is asked $calls times', async ({ errcode, calls }) => {
    const { wechat, account } = await stage();
    wechat.answer(paths.userInfo, () => ({ errcode, errmsg: 'x' }));
    expect(await failure(account.userInfo(openid))).toMatchObject({ errcode });
    expect(wechat.count(paths.userInfo)).toBe(calls);
  });

  test('a success after a failure is a success', async () => {
    const { wechat, account, observed } = await stage();
    wechat.answer(paths.userInfo, () => {
      wechat.answer(paths.userInfo, () => fixture('user-info'));
      return { errcode: -1, errmsg: 'system error' };
    });
    await expect(account.userInfo(openid)).resolves.toMatchObject({ openid });
    expect(observed).toEqual(['stable_token ok', 'user/info -1', 'user/info ok']);
  });
});

test('a proxy of the environment is ignored', async () => {
  let proxied = 0;
  const proxy = http.createServer((_, response) => {
    proxied += 1;
    response.end();
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
    vi.stubEnv(name, address);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    proxy.close();
  });
  const { account } = await stage();
  await account.userInfo(openid);
  expect(proxied).toBe(0);
});

test('an error number that comes with everything we said tells no secret', async () => {
  const { wechat, account, lines } = await stage();
  wechat.token = canaryToken;
  wechat.answer(paths.userInfo, echo);
  const error = await failure(account.userInfo(openid));
  expect(error).toMatchObject({ errcode: 99999 });
  expectNoSecret(error, lines);
});

describe('what an operator must mend', () => {
  test('is one line with the address, however many run into it', async () => {
    const { wechat, account, lines } = await stage();
    wechat.answer(paths.token, () => ({
      errcode: 40164,
      errmsg:
        'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist, rid: 6553a1b2-0c1d2e3f-4a5b6c7d',
    }));
    await Promise.all(Array.from({ length: 20 }, (_, i) => failure(account.createQrCode(`scene-${i}`, 60))));
    expect(errorLines(lines)).toMatchObject([
      {
        account: 'main',
        api: 'stable_token',
        errcode: 40164,
        ip: '203.0.113.7',
        rid: '6553a1b2-0c1d2e3f-4a5b6c7d',
      },
    ]);
  });

  test('is said again after a while', async () => {
    const { wechat, account, lines, clock } = await stage();
    const fail = () => failure(account.userInfo(openid));
    wechat.answer(paths.userInfo, () => ({ errcode: 47001, errmsg: 'data format error' }));
    await fail();
    clock.time += figures.faultLogEvery - 1;
    await fail();
    expect(errorLines(lines)).toHaveLength(1);
    clock.time += 1;
    await fail();
    expect(errorLines(lines)).toHaveLength(2);
  });

  test('of an unknown number, includes what WeChat said', async () => {
    const { wechat, account, lines } = await stage();
    wechat.answer(paths.userInfo, () => ({ errcode: 99999, errmsg: 'something new' }));
    await failure(account.userInfo(openid));
    expect(errorLines(lines)).toMatchObject([{ errcode: 99999, detail: 'something new' }]);
  });

  test('does not include what is nobody’s fault', async () => {
    const { wechat, account, lines } = await stage();
    wechat.answer(paths.userInfo, () => ({ errcode: 40003, errmsg: 'invalid openid' }));
    await failure(account.userInfo(openid));
    expect(lines).toEqual([]);
  });
});

/** Neither the error, however it is shown, nor a line of the log holds the token, the secret or the openid. */
function expectNoSecret(error: WechatError, lines: Line[]): void {
  const shown = [
    JSON.stringify(error),
    inspect(error, { depth: 9, showHidden: true }),
    error.stack,
    JSON.stringify(lines),
  ];
  for (const canary of [canaryToken, options.appSecret, openid])
    expect(shown.join(' ')).not.toContain(canary);
  expect(error.cause).toBeUndefined();
}

function withStatus(status: number, headers: http.OutgoingHttpHeaders) {
  return (_: unknown, response: http.ServerResponse) => void response.writeHead(status, headers).end('{}');
}

function compressedFlood(_: unknown, response: http.ServerResponse): void {
  const flood = gzipSync(JSON.stringify({ ...fixture('user-info'), remark: 'x'.repeat(5_000_000) }));
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(flood);
}

function echo({ query }: { query: Record<string, string> }) {
  return {
    errcode: 99999,
    errmsg: `bad ${JSON.stringify(query)} ${query['access_token']} ${query['openid']}`,
  };
}
