import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { setHidden, soon, useChromium } from './chromium.ts';
import { noChromium } from '../support/needs.ts';
import { StandIn } from './stand-in.ts';

describe.skipIf(noChromium)('a login on a bad network', () => {
  const open = useChromium();
  let server: StandIn;
  let page: Page;

  beforeEach(async () => {
    server = await StandIn.open();
    page = await open();
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const start = async () => {
    await page.goto(server.loginUrl());
    await expect.poll(() => server.scenes[0]?.socket, soon).toBeTruthy();
  };
  const phase = () => page.getAttribute('#login', 'data-phase');
  const line = () => page.textContent('#line-text');
  const finish = async (scenes = 1) => {
    server.scene.scan(null);
    server.scene.confirm();
    await page.waitForURL('**/back*');
    expect(server.scenes).toHaveLength(scenes);
  };

  test.each(['goingAway', 'restart', 'overloaded', 'noAttach', 'failed'] as const)(
    'comes back to the same scene after %s',
    async (name) => {
      await start();
      server.scene.close(closeCodes[name].code);
      await expect.poll(() => server.scene.attaches, soon).toBe(2);
      await expect.poll(() => server.scene.socket, soon).toBeTruthy();
      await finish();
    },
  );

  test('learns of what happened while its socket was cut', async () => {
    await start();
    server.scene.cut();
    await finish();
    expect(server.scene.attaches).toBe(2);
  });

  test('stops when another tab took over, and takes it back on demand', async () => {
    await start();
    server.scene.close(closeCodes.replaced.code);
    await expect.poll(phase, soon).toBe('replaced');
    expect(server.scene.attaches).toBe(1);
    await page.getByText('Continue here').click();
    await expect.poll(() => server.scene.socket, soon).toBeTruthy();
    await finish();
  });

  test('stops when told that it was too much, and offers to try again with a new scene', async () => {
    await start();
    server.scene.close(closeCodes.tooMany.code);
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe('Too many attempts');
    await page.getByText('Try again').click();
    await expect.poll(() => server.scenes.length, soon).toBe(2);
    await finish(2);
  });

  test.each(['badMessage', 'tooBig', 'binary'] as const)(
    'says so after %s, and makes a new code',
    async (name) => {
      await start();
      server.scene.close(closeCodes[name].code);
      await expect.poll(phase, soon).toBe('failed');
      await page.getByText('Try again').click();
      await expect.poll(() => server.scenes.length, soon).toBe(2);
    },
  );

  test('does without sockets where they are refused', async () => {
    server.sockets = 'refuse';
    await page.goto(server.loginUrl());
    await expect.poll(() => server.scenes[0]?.reads, soon).toBeGreaterThan(0);
    expect(await line()).toContain('New code in');
    await finish();
  });

  test('goes from requests back to a socket', async () => {
    server.sockets = 'refuse';
    await page.goto(server.loginUrl());
    await expect.poll(() => server.scenes[0]?.reads, soon).toBeGreaterThan(0);
    server.sockets = 'work';
    await expect.poll(() => server.scene.socket, soon).toBeTruthy();
    const { reads } = server.scene;
    await page.waitForTimeout(2_500);
    expect(server.scene.reads).toBe(reads);
  });

  test('says that it is offline, and goes on afterwards', async () => {
    await start();
    // A snapshot that is still on its way would say that the line is up.
    await expect.poll(() => server.scene.acks, soon).toEqual([1]);
    await page.context().setOffline(true);
    await expect.poll(line, soon).toContain('You are offline');
    server.scene.cut();
    await page.context().setOffline(false);
    await expect.poll(() => server.scene.socket, soon).toBeTruthy();
    await expect.poll(line, soon).toContain('New code in');
    await finish();
  });

  test('makes its first code once the server is reached', async () => {
    await page.route('**/api/scenes', (route) => route.abort());
    await page.goto(server.loginUrl());
    await expect.poll(line, soon).toContain('Reconnecting');
    await page.unroute('**/api/scenes');
    await expect.poll(() => server.scenes[0]?.socket, soon).toBeTruthy();
    await expect.poll(line, soon).toContain('New code in');
  });

  test.each([429, 503])('waits as long as the server asks after %i', async (status) => {
    server.createFaults.push({ status, retryAfter: 1 });
    await page.goto(server.loginUrl());
    await expect.poll(line, soon).toMatch(/Trying again in 0:0\d/);
    expect(await page.textContent('#overlay-title')).toBe('Busy at the moment');
    await expect.poll(() => server.scenes[0]?.socket, soon).toBeTruthy();
    expect(server.createFaults).toHaveLength(0);
  });

  test.each([400, 403, 404])('gives up after %i, until somebody asks again', async (status) => {
    server.createFaults.push({ status });
    await page.goto(server.loginUrl());
    await expect.poll(phase, soon).toBe('failed');
    await page.getByText('Try again').click();
    await expect.poll(() => server.scenes.length, soon).toBe(1);
  });

  test('takes no older snapshot for a newer one', async () => {
    await start();
    const pending = server.scene.snapshot;
    server.scene.scan('Ming');
    server.scene.send(pending);
    server.scene.send({ ...server.scene.snapshot, user: { nickname: 'Ming again', avatarUrl: null } });
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe('Ming again');
    expect(await phase()).toBe('scanned');
  });

  test('does not mind frames it cannot read', async () => {
    await start();
    server.scene.send({ type: 'news' });
    server.scene.send('nonsense');
    server.scene.send({ ...server.scene.snapshot, sceneId: 'another', version: 9, state: 'denied' });
    await finish();
    expect(server.scene.attaches).toBe(1);
  });

  test('looks again when the person comes back to the tab', async () => {
    await start();
    await setHidden(page, true);
    await page.waitForTimeout(1_100);
    await setHidden(page, false);
    await expect.poll(() => server.scene.reads, soon).toBe(1);
    expect(server.scene.attaches).toBe(1);
  });
});
