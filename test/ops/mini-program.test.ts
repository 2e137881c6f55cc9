import { expect, onTestFinished, test } from 'vitest';
import type { Overview } from '../../src/ops/overview.ts';
import { Exposition } from '../support/exposition.ts';
import { startApp } from '../support/start-app.ts';

const token = 'canary-ops-token-0123456789abcdef';
const operators = [{ name: 'Ann', openid: 'oAnn_0123456789-abcdefghijkl', role: 'operate' }];
const mini = {
  name: 'mini',
  kind: 'mini-program',
  appId: 'wx66778899aabbccdd',
  appSecret: 'canary-mini-secret-0123456789',
};

async function startWithMiniProgram() {
  const app = await startApp({ config: { ops: { token, operators } }, furtherAccounts: [mini] });
  onTestFinished(() => app.close());
  return app;
}

test('with a mini program beside, the dashboard is there, and operators scan the official account', async () => {
  const app = await startWithMiniProgram();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${app.url}/ops/api/overview`, { headers });
  expect(answer.status).toBe(200);
  const { accounts } = (await answer.json()) as Overview;
  expect(accounts).toMatchObject([
    { account: 'main', kind: 'official-account', qr: { budget: 100_000 } },
    { account: 'mini', kind: 'mini-program', qr: null, token: { state: 'none' }, fault: null },
  ]);
  expect(await app.browser(app.url).open('saoma-ops')).toMatchObject({
    qr: { url: expect.any(String) as string },
  });
});

test('how a mini program fares at WeChat is among the metrics; it has no quota of the day', async () => {
  const { url } = await startWithMiniProgram();
  const metrics = await Exposition.of(url);
  const accountsOf = (name: string) => metrics.of(name).map(({ labels }) => labels['account']);
  for (const name of ['saoma_token_valid_seconds', 'saoma_token_failing', 'saoma_wechat_fault'])
    expect(accountsOf(name)).toEqual(['main', 'mini']);
  expect(accountsOf('saoma_qr_codes_today')).toEqual(['main']);
});
