import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { diagnose, secretsOf, startHospital } from './stage.ts';
import type { TestApp } from '../support/start-app.ts';

/** The stand-in gives a token to whoever has the secret, whatever kind of app it is. */
function withMiniProgram({ config, simulator }: TestApp, change: object = {}): Config {
  const { appId = '', appSecret = '' } = config.accounts[0] ?? {};
  const mini = {
    name: 'mini',
    kind: 'mini-program' as const,
    appId,
    appSecret,
    apiUrl: simulator.url,
    page: 'pages/login/index',
    envVersion: 'release' as const,
    ...change,
  };
  return { ...config, accounts: [...config.accounts, mini] };
}

test('a mini program beside the account: its token is tried, and no callback', async () => {
  const config = withMiniProgram(await startHospital());
  const found = await diagnose(config);
  expect(found.failed).toEqual([]);
  const tried = found.findings.filter(({ about }) => about === 'mini').map(({ check }) => check);
  expect(tried).toEqual(['wechat-api', 'access-token']);
  expect(found.of('callback')).toBe('ok callback_echoes');
  expect(found.of('access-token')).toBe('ok token_given; ok token_given');
});

test('its secret is wrong: that is told of it, and not of the other', async () => {
  const app = await startHospital();
  const config = withMiniProgram(app, { appSecret: 'canary-other-secret-0123456789' });
  const found = await diagnose(config);
  expect(found.failed).toEqual(['access-token']);
  expect(found.of('access-token')).toBe('ok token_given; failed wechat_refuses mend_wechat_40125');
  for (const secret of secretsOf(config)) expect(found.printed).not.toContain(secret);
});

test('it is not released: a warning, in both languages', async () => {
  const found = await diagnose(withMiniProgram(await startHospital(), { envVersion: 'trial' }));
  expect(found.of('configuration')).toContain('warning caution_not_released');
  expect(found.printed).toContain('account mini opens the trial version');
  expect(found.printed).toContain('账号 mini 打开的不是正式版');
});
