import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { blemishes, setHidden, soon, useChromium } from './chromium.ts';
import { noChromium } from '../support/needs.ts';
import { StandIn } from './stand-in.ts';

describe.skipIf(noChromium)('a code that was not scanned', () => {
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
  const made = () => server.scenes.length;

  test('is followed by the next one, without a flicker', async () => {
    await start();
    await page.evaluate(`
      held.empty = 0;
      const look = () => {
        const pictures = document.querySelectorAll('#pictures img');
        if (!pictures.length || !pictures[0].complete || !document.querySelector('#overlay').hidden) held.empty += 1;
        requestAnimationFrame(look);
      };
      look();
    `);
    server.scene.move('expired');
    await expect.poll(made, soon).toBe(2);
    await expect.poll(() => page.locator('#pictures img').count(), soon).toBe(1);
    expect(await page.evaluate('held.empty')).toBe(0);
    expect(await blemishes(page)).toEqual({ shifts: 0, violations: [] });
  });

  test('is the last after five, until somebody clicks', async () => {
    server.ttl = 300;
    await page.goto(server.loginUrl());
    await expect.poll(phase, soon).toBe('paused');
    expect(made()).toBe(5);
    await page.reload();
    await expect.poll(phase, soon).toBe('paused');
    expect(made()).toBe(5);
    server.ttl = 60_000;
    await page.getByText('Click to continue').click();
    await expect.poll(made, soon).toBe(6);
    await expect.poll(phase, soon).toBe('waiting');
  });

  test('counts anew after a scan', async () => {
    await start();
    for (let round = 1; round <= 6; round += 1) {
      await expect.poll(() => server.scenes[round - 1]?.socket, soon).toBeTruthy();
      if (round === 3) server.scene.scan(null);
      server.scene.move('expired');
      await expect.poll(made, soon).toBe(round + 1);
    }
    expect(await phase()).not.toBe('paused');
  });

  test('has no successor while nobody sees the page', async () => {
    await start();
    await setHidden(page, true);
    server.scene.move('expired');
    await expect.poll(phase, soon).toBe('preparing');
    await page.waitForTimeout(300);
    expect(made()).toBe(1);
    await setHidden(page, false);
    await expect.poll(made, soon).toBe(2);
  });

  test('stays over a reload, with its result', async () => {
    await start();
    server.scene.scan('Ming');
    await page.reload();
    await expect.poll(() => page.textContent('#overlay-title'), soon).toBe('Ming');
    await page.goto('about:blank');
    server.scene.confirm();
    await page.goto(server.loginUrl());
    await page.waitForURL('**/back*');
    expect(made()).toBe(1);
  });

  test('stays over a reload on the way to the site', async () => {
    await start();
    await page.route('**/back*', (route) => route.fulfill({ status: 204 }));
    server.scene.scan(null);
    server.scene.confirm();
    await expect.poll(phase, soon).toBe('done');
    await page.waitForTimeout(500);
    await page.unroute('**/back*');
    await page.reload();
    await page.waitForURL('**/back*');
    expect(made()).toBe(1);
  });

  test('gives way to a new one when the page comes back from the browser’s cache', async () => {
    await start();
    await page.route('**/back*', (route) => route.fulfill({ status: 204 }));
    server.scene.scan(null);
    server.scene.confirm();
    await expect.poll(phase, soon).toBe('done');
    await page.waitForTimeout(500);
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
    await expect.poll(made, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
  });

  test('is not shown again to who comes back from the site', async () => {
    await start();
    server.scene.scan(null);
    server.scene.confirm();
    await page.waitForURL('**/back*');
    await page.goto(server.loginUrl());
    await expect.poll(made, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
    expect(server.landings).toHaveLength(1);
  });

  test('that ended while the page was away makes room for a new one', async () => {
    await start();
    await page.goto('about:blank');
    server.scene.move('cancelled');
    await page.goto(server.loginUrl());
    await expect.poll(made, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
  });

  test.each([
    { state: 'denied', reason: undefined, says: 'Sign-in declined' },
    { state: 'cancelled', reason: 'too_many_scanners', says: 'Several people scanned this code' },
    { state: 'cancelled', reason: 'operator', says: 'Nobody was signed in' },
  ] as const)('$state ($reason) is told, and a new one offered', async ({ state, reason, says }) => {
    await start();
    server.scene.move(state, reason && { reason });
    await expect.poll(() => page.textContent('#overlay'), soon).toContain(says);
    expect(made()).toBe(1);
    await page.getByText('Get a new code').click();
    await expect.poll(made, soon).toBe(2);
  });

  const losses = {
    'that the server knows no longer': () => server.scene.close(closeCodes.sceneGone.code),
    'of which the server lost the rest': () => server.scene.move('cancelled', { reason: 'state_lost' }),
  };

  test.each(Object.entries(losses))('%s is replaced by itself', async (_, lose) => {
    await start();
    await watchPhases();
    lose();
    await expect.poll(made, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
    expect(await page.evaluate('held.phases')).toEqual(['preparing', 'waiting']);
    expect(await blemishes(page)).toEqual({ shifts: 0, violations: [] });
  });

  test.each(Object.entries(losses))('%s does not flash up again after its scan', async (_, lose) => {
    await start();
    server.scene.scan('Ming');
    await expect.poll(phase, soon).toBe('scanned');
    await page.waitForTimeout(700);
    await page.evaluate('Math.random = () => 0.2');
    await watchPhases();
    lose();
    await expect.poll(phase, soon).toBe('preparing');
    expect(await page.textContent('#overlay-title')).toBe('');
    const opacity = await page.evaluate(`getComputedStyle(document.querySelector('#pictures img')).opacity`);
    expect(Number(opacity)).toBeLessThan(0.2);
    await expect.poll(made, soon).toBe(2);
    await expect.poll(phase, soon).toBe('waiting');
    expect(await page.evaluate('held.phases')).toEqual(['preparing', 'waiting']);
  });

  const watchPhases = () =>
    page.evaluate(`
      held.phases = [];
      new MutationObserver(() => {
        const phase = document.querySelector('#login').dataset.phase;
        if (held.phases.at(-1) !== phase) held.phases.push(phase);
      }).observe(document.querySelector('#login'), { attributes: true, attributeFilter: ['data-phase'] });
    `);
});
