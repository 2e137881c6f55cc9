import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { AuditStage, cancelledBy, forged } from './audit-stage.ts';

const { retryEvery } = settings.audit;

/** Events that are not alike. */
function different(count: number) {
  return Array.from({ length: count }, (_, i) => forged({ reason: `reason-${i}` }));
}

describe('the way to the store', () => {
  test('is taken at once, and what comes meanwhile goes together', async () => {
    const stage = new AuditStage();
    different(51).forEach((event) => stage.log.note(event));
    expect(stage.trail.calls).toEqual([1]);
    expect(await stage.entries()).toHaveLength(51);
    expect(stage.trail.calls).toEqual([1, 50]);
  });

  test('is taken by no more than a batch at once', async () => {
    const stage = new AuditStage();
    for (let i = 0; i < 251; i++) stage.log.note(cancelledBy(`operator-${i}`));
    const found = await stage.entries();
    expect(stage.trail.calls).toEqual([1, 100, 100, 50]);
    expect(found.map(({ actor }) => actor)).toEqual(Array.from({ length: 251 }, (_, i) => `operator-${i}`));
  });
});

describe('while the store is away', () => {
  test('entries wait, and come in the order and with the time in which they happened', async () => {
    const stage = new AuditStage();
    const begun = stage.clock.now();
    stage.trail.isAway = true;
    stage.log.note(forged());
    await stage.pass(500);
    stage.log.note(cancelledBy('a'));
    await stage.pass(500);
    stage.log.note(forged({ reason: 'seal' }));
    expect(await stage.entries()).toEqual([]);
    stage.trail.isAway = false;
    await stage.pass(retryEvery);
    const found = (await stage.entries()).map(({ kind, at }) => [kind, at - begun]);
    expect(found).toEqual([
      ['webhook_forged', 0],
      ['scene_cancelled', 500],
      ['webhook_forged', 1000],
    ]);
    expect(stage.lost).toBe(0);
  });

  test('it is asked again once a second, whatever happens', async () => {
    const stage = new AuditStage();
    stage.trail.isAway = true;
    for (let i = 0; i < 500; i++) stage.log.note(cancelledBy('a'));
    await stage.pass(10 * retryEvery);
    expect(stage.trail.calls.length).toBeLessThanOrEqual(11);
  });

  test('so many wait, and as many acts; more are lost, counted, and told of once', async () => {
    const stage = new AuditStage({ waiting: 10, burst: 1000 });
    stage.trail.isAway = true;
    different(100).forEach((event) => stage.log.note(event));
    expect(stage.lost).toBe(89);
    for (let i = 0; i < 10; i++) stage.log.note(cancelledBy('a'));
    expect(stage.lost).toBe(89);
    stage.log.note(cancelledBy('one too many'));
    expect(stage.lost).toBe(90);
    expect(stage.lines.filter((line) => line.includes('are lost'))).toHaveLength(1);
    stage.trail.isAway = false;
    await stage.pass(retryEvery);
    const found = await stage.entries();
    expect(found.filter(({ kind }) => kind === 'scene_cancelled')).toHaveLength(10);
    expect(found).toHaveLength(21);
    expect(stage.lines.join('')).toMatch(/"lost":90,.*again/);
  });

  test('an end waits for nobody, and counts what is lost by it', async () => {
    const stage = new AuditStage();
    stage.trail.isAway = true;
    different(5).forEach((event) => stage.log.note(event));
    await stage.pass(100);
    await stage.log.close();
    expect(stage.lost).toBe(5);
  });

  test('an end that finds it there again loses nothing', async () => {
    const stage = new AuditStage();
    stage.trail.isAway = true;
    different(5).forEach((event) => stage.log.note(event));
    await stage.pass(100);
    stage.trail.isAway = false;
    await stage.log.close();
    expect(await stage.entries()).toHaveLength(5);
    expect(stage.lost).toBe(0);
  });
});

test('what the store will never take is not tried again, and does not stop the others', async () => {
  const stage = new AuditStage();
  stage.trail.fault = new Error('NOPERM');
  stage.log.note(forged());
  await stage.pass(0);
  stage.trail.fault = undefined;
  stage.log.note(cancelledBy('a'));
  expect((await stage.entries()).map(({ kind }) => kind)).toEqual(['scene_cancelled']);
  expect(stage.lost).toBe(1);
});
