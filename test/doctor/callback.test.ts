import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { unreached } from '../../src/doctor/silence.ts';
import { at, diagnose, secretsOf, startHospital, withAccount } from './stage.ts';
import { startProxy } from './proxy.ts';
import type { Mischief } from './proxy.ts';
import { startTls } from './tls.ts';

const otherKey = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP0';

describe('a node that runs with another configuration', () => {
  test.each([
    {
      name: 'token',
      fields: { token: 'canaryTokenOther01' },
      callback: 'failed callback_refused mend_token',
    },
    { name: 'name', fields: { name: 'second' }, callback: 'failed callback_unknown mend_account' },
    {
      name: 'EncodingAESKey',
      fields: { encodingAesKey: otherKey },
      message: 'failed seal_differs mend_seal',
    },
    { name: 'appId', fields: { appId: 'wx99887766554433aa' }, message: 'failed seal_differs mend_seal' },
    { name: 'mode', fields: { mode: 'plain' }, message: 'failed mode_not_plain mend_mode' },
  ])('another $name', async ({ fields, callback = 'ok callback_echoes', message = 'skipped needs' }) => {
    const { config } = await startHospital();
    const found = await diagnose(withAccount(config, fields));
    expect(found.of('callback')).toBe(callback);
    expect(found.of('message')).toBe(message);
    expect(found.printed).not.toContain('canary');
  });

  test('it takes plain messages', async () => {
    const { config } = await startHospital({ mode: 'plain' });
    const found = await diagnose(withAccount(config, { mode: 'safe' }));
    expect(found.of('message')).toBe('failed mode_plain mend_mode');
  });

  test('it has another original id', async () => {
    const { config } = await startHospital({ account: { originalId: 'gh_1a2b3c4d5e6f' } });
    expect((await diagnose(config)).of('message')).toBe('ok message_opened');
    const found = await diagnose(withAccount(config, { originalId: 'gh_ffffffffffff' }));
    expect(found.of('message')).toBe('failed message_not_ours mend_original_id');
  });

  test('it has another clock', async () => {
    const { config } = await startHospital();
    const clock = { ...systemClock, now: () => Date.now() + 400_000 };
    expect((await diagnose(config, { clock })).of('callback')).toBe('failed callback_clock mend_clock');
  });
});

const callback = /^\/wechat\//;
const page = '<html>canary</html>';

describe('a proxy on the way', () => {
  test.each<{ name: string; mischief: Mischief; callback?: string; message?: string }>([
    { name: 'does nothing', mischief: {}, message: 'ok message_opened' },
    {
      name: 'puts something behind each page',
      mischief: { path: callback, append: '<script></script>' },
      callback: 'failed callback_changed mend_changed',
    },
    {
      name: 'answers in place of Saoma',
      mischief: { path: callback, instead: { status: 200, body: page } },
      callback: 'failed callback_no_echo mend_stranger',
    },
    {
      name: 'has no such path',
      mischief: { path: callback, instead: { status: 404, body: page } },
      callback: 'failed callback_strange mend_stranger',
    },
    {
      name: 'forbids',
      mischief: { path: callback, instead: { status: 403, body: page } },
      callback: 'failed callback_forbidden mend_forbidden',
    },
    {
      name: 'finds no node',
      mischief: { path: callback, instead: { status: 502, body: page } },
      callback: 'failed gateway mend_way_to_node',
    },
    {
      name: 'redirects',
      mischief: {
        path: callback,
        instead: { status: 301, headers: { location: '/login?signature=canary' } },
      },
      callback: 'failed redirected mend_redirect',
    },
    {
      name: 'is slow',
      mischief: { path: callback, method: 'GET', delayMs: 2_300 },
      callback: 'warning callback_slow mend_late',
      message: 'ok message_opened',
    },
    {
      name: 'is slower than WeChat waits',
      mischief: { path: callback, delayMs: 5_300 },
      callback: 'failed callback_too_slow mend_late',
    },
    {
      name: 'hangs',
      mischief: { path: callback, delayMs: 9_000 },
      callback: 'failed callback_late mend_late',
    },
    {
      name: 'answers messages itself',
      mischief: { path: callback, method: 'POST', instead: { status: 200, body: page } },
      message: 'failed callback_no_success mend_changed',
    },
    {
      name: 'lets no message pass',
      mischief: { path: callback, method: 'POST', instead: { status: 413, body: page } },
      message: 'failed callback_strange mend_stranger',
    },
  ])('$name', async ({ mischief, callback: probe = 'ok callback_echoes', message = 'skipped needs' }) => {
    const app = await startHospital();
    const found = await diagnose(at(app.config, await startProxy(app.url, mischief)));
    expect(found.of('public-address')).toBe('warning public_local mend_public_local');
    expect(found.of('callback')).toBe(probe);
    expect(found.of('message')).toBe(message);
    for (const secret of ['canary', 'signature=', ...secretsOf(app.config)])
      expect(found.printed).not.toContain(secret);
  });
});

describe('the public address', () => {
  test.each<{ name: string; mischief: Mischief; says: string }>([
    {
      name: 'a redirect',
      mischief: {
        instead: { status: 308, headers: { location: 'https://www.login.example/livez?x=canary' } },
      },
      says: 'failed redirected mend_redirect',
    },
    { name: 'a gateway', mischief: { instead: { status: 504 } }, says: 'failed gateway mend_way_to_node' },
    {
      name: 'something else',
      mischief: { instead: { status: 200, body: page } },
      says: 'failed stranger mend_stranger',
    },
  ])('$name is told', async ({ mischief, says }) => {
    const app = await startHospital();
    const found = await diagnose(at(app.config, await startProxy(app.url, mischief)));
    expect(found.of('public-address')).toBe(says);
    expect(found.of('callback')).toBe('skipped needs');
    expect(found.of('metrics')).toBe('skipped needs');
    expect(found.printed).not.toContain('canary');
  });

  test('a redirect is told without its query', async () => {
    const app = await startHospital();
    const location = 'https://www.login.example/livez?x=1';
    const proxy = await startProxy(app.url, { instead: { status: 301, headers: { location } } });
    expect((await diagnose(at(app.config, proxy))).printed).toContain(
      'redirects (301) to https://www.login.example\n',
    );
  });

  test('a node that does not run: no more than its absence is told', async () => {
    const app = await startHospital();
    await app.close();
    const found = await diagnose(app.config);
    expect(found.of('node')).toBe('skipped node_none');
    expect(found.of('public-address')).toBe('failed unreached_refused mend_start');
    expect(found.of('callback')).toBe('skipped needs');
  });

  test('a node that runs, where nobody outside can find it', async () => {
    const app = await startHospital();
    const found = await diagnose(at(app.config, 'http://127.0.0.1:1'));
    expect(found.of('public-address')).toBe('failed unreached_refused mend_way_to_node');
  });

  test('a port that WeChat does not call', async () => {
    const app = await startHospital();
    const found = await diagnose(at(app.config, `http://0.0.0.0:${app.config.server.port}`));
    expect(found.of('public-address')).toBe('warning public_port mend_public_port');
  });

  test('a name that is none', async () => {
    const app = await startHospital();
    const found = await diagnose(at(app.config, 'https://login.invalid'));
    expect(found.of('public-address')).toMatch(/^failed unreached_(name mend_name|resolver mend_resolver)$/);
  });

  test('a certificate that nobody signed; and no TLS at all', async () => {
    const app = await startHospital();
    const signed = await diagnose(at(app.config, await startTls('cert')));
    expect(signed.of('public-address')).toBe('failed tls_self_signed mend_authority');
    const none = await diagnose(at(app.config, app.url.replace('http:', 'https:')));
    expect(none.of('public-address')).toBe('failed tls_none mend_tls');
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'tls_expired'],
    ['CERT_NOT_YET_VALID', 'tls_not_yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_name'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_chain'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_chain'],
    ['CERT_REVOKED', 'tls_other'],
    ['ENOTFOUND', 'unreached_name'],
    ['EAI_AGAIN', 'unreached_resolver'],
    ['ENETUNREACH', 'unreached_route'],
    ['ETIMEDOUT', 'unreached_late'],
    ['ECONNRESET', 'unreached_broken'],
  ])('%s is said in plain words', (code, says) => {
    expect(unreached({ code }, 'https://login.example')).toMatchObject({ verdict: 'failed', says });
  });
});
