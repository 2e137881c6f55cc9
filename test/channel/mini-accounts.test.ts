import { describe, expect, test } from 'vitest';
import { openMiniStage, scenesOfCodes } from './mini-stage.ts';

describe('the account that a page asks for', () => {
  test.each([
    { name: 'one that the site does not name', site: 'shop', account: 'other' },
    { name: 'one of another site', site: 'plain', account: 'mini' },
    { name: 'one that is none', site: 'shop', account: 'nobody' },
    { name: 'nothing', site: 'shop', account: '' },
    { name: 'a word of Object.prototype', site: 'shop', account: '__proto__' },
  ])('$name: 400, and no code', async ({ site, account }) => {
    const { app, wechat } = await openMiniStage();
    const response = await app.browser().post('/api/scenes', { site, account });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'account_not_allowed',
      message: 'The site does not name this account.',
    });
    expect(scenesOfCodes(wechat)).toEqual([]);
  });

  test.each([7, null, ['mini'], 'x'.repeat(65)])('%j: no request', async (account) => {
    const { app } = await openMiniStage();
    const response = await app.browser().post('/api/scenes', { site: 'shop', account });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});

test('codes are counted by account', async () => {
  const { app } = await openMiniStage();
  await app.browser().open('shop', { account: 'mini' });
  await app.browser().open('shop');
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(metrics).toMatch(/saoma_qr_codes_total\{[^}]*account="mini"[^}]*how="on_demand"[^}]*\} 1/);
  expect(metrics).toMatch(/saoma_qr_codes_total\{[^}]*account="main"[^}]*how="on_demand"[^}]*\} 1/);
});

describe('the hosted page', () => {
  const right = { site: 'shop', redirect_uri: 'https://shop.example/login/wechat', state: 'abcdefgh' };

  async function page(query: Record<string, string>): Promise<{ status: number; text: string }> {
    const { app } = await openMiniStage();
    const address = new URLSearchParams({ ...right, lang: 'en', ...query }).toString();
    const response = await fetch(`${app.url}/login?${address}`);
    return { status: response.status, text: await response.text() };
  }

  test('shows the first account, and leads to the other kind', async () => {
    const { status, text } = await page({});
    expect(status).toBe(200);
    expect(text).toContain('data-account="main"');
    expect(text).toContain(to('mini'));
    expect(text).toContain('Tap Follow after scanning');
  });

  test('shows the one that is asked for, and leads back', async () => {
    const { status, text } = await page({ account: 'mini' });
    expect(status).toBe(200);
    expect(text).toContain('data-account="mini"');
    expect(text).toContain(to('main'));
    expect(text).toContain('Then confirm in the mini program');
    expect(text).not.toContain('Tap Follow');
  });

  test('of a site with one kind leads nowhere else', async () => {
    for (const site of ['app', 'plain']) {
      const { status, text } = await page({ site });
      expect(status).toBe(200);
      expect(text).not.toContain('instead</a>');
    }
  });

  test.each(['other', 'nobody', '', '__proto__'])('with the account %j: 400', async (account) => {
    const { status, text } = await page({ account });
    expect(status).toBe(400);
    expect(text).toContain('account_unregistered');
  });

  test('with two accounts: 400', async () => {
    const { app } = await openMiniStage();
    const query = new URLSearchParams([...Object.entries(right), ['account', 'main'], ['account', 'mini']]);
    const response = await fetch(`${app.url}/login?${query.toString()}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('parameter_repeated');
  });
});

/** The link to it. */
function to(account: string): string {
  return `account=${account}">Use the ${account === 'mini' ? 'mini program' : 'official account'} instead`;
}
