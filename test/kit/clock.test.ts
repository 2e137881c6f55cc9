import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Those that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

describe('the clock of the system', () => {
  test('says the time, in whole milliseconds', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(Number.isSafeInteger(now)).toBe(true);
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('runs a task once, after its time', async () => {
    const start = performance.now();
    await new Promise<void>((resolve) => {
      systemClock.after(20, resolve);
    });
    expect(performance.now() - start).toBeGreaterThanOrEqual(19);
  });

  test('runs a task again and again, until it is called off', async () => {
    let rounds = 0;
    await new Promise<void>((resolve) => {
      const end = systemClock.every(2, () => {
        rounds += 1;
        if (rounds < 3) return;
        end();
        resolve();
      });
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(rounds).toBe(3);
  });

  test('runs nothing that was called off', async () => {
    let ran = false;
    const callOff = systemClock.after(1, () => {
      ran = true;
    });
    callOff();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(ran).toBe(false);
  });

  test('keeps no process alive', () => {
    const before = timers();
    const ends = [systemClock.after(600_000, () => {}), systemClock.every(600_000, () => {})];
    expect(timers()).toBe(before);
    for (const end of ends) end();
  });
});

/** Tests believe it, so it is tested too. */
describe('the clock that tests hold', () => {
  test('stands still until it is moved', () => {
    const clock = new FakeClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(0);
    clock.advance(250);
    expect(clock.now()).toBe(1250);
  });

  test('what falls due on the way runs in order, each at its own time', () => {
    const clock = new FakeClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}`);
    clock.after(30, note('late'));
    clock.after(10, note('early'));
    clock.every(15, note('round'));
    clock.after(31, note('not yet'));
    clock.advance(30);
    expect(ran).toStrictEqual(['early at 10', 'round at 15', 'late at 30', 'round at 30']);
    expect(clock.now()).toBe(30);
    clock.advance(1);
    expect(ran.at(-1)).toBe('not yet at 31');
  });

  test('what a task asks for on the way is part of it', () => {
    const clock = new FakeClock(0);
    const ran: number[] = [];
    clock.after(10, () => void clock.after(10, () => void ran.push(clock.now())));
    clock.advance(100);
    expect(ran).toStrictEqual([20]);
  });

  test('what was called off does not run, also when it is called off on the way', () => {
    const clock = new FakeClock(0);
    const ran: string[] = [];
    clock.after(10, () => void ran.push('never'))();
    const callOff = clock.after(30, () => void ran.push('never'));
    clock.after(20, callOff);
    const end = clock.every(5, () => {
      ran.push('once');
      end();
    });
    clock.advance(100);
    expect(ran).toStrictEqual(['once']);
  });
});
