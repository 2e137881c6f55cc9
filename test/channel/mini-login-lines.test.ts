import { beforeEach, describe, expect, test } from 'vitest';
import { LoginLines } from '../../src/channel/mini-program-login-lines.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { miniProgram: figures, wechat, http } = settings;
const places = wechat.loginCallsInFlight;

let clock: FakeClock;
let lines: LoginLines;
/** Addresses of the codes at WeChat, in the order in which they came there. */
let atWechat: { address: string; answer: () => void }[];
/** What became of each. */
let told: Record<string, string[]>;

beforeEach(() => {
  clock = new FakeClock();
  lines = new LoginLines(clock);
  [atWechat, told] = [[], {}];
});

async function come(address: string, codes = 1): Promise<void> {
  const attempt = () => new Promise<void>((answer) => void atWechat.push({ address, answer }));
  for (let i = 0; i < codes; i++)
    lines.run(address, attempt).then(
      () => void (told[address] ??= []).push('answered'),
      (error: { code: string; retryAfter: number }) =>
        void (told[address] ??= []).push(`${error.code} ${error.retryAfter}`),
    );
  await turns();
}

/** WeChat answers those that came first. @returns of which addresses */
async function answers(codes: number): Promise<string[]> {
  const done = atWechat.splice(0, codes);
  for (const { answer } of done) answer();
  await turns();
  return done.map(({ address }) => address);
}

const turns = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const count = (address: string): number => atWechat.filter((each) => each.address === address).length;
const refusal = `rate_limited ${http.retryAfterSeconds}`;

describe('the codes of one address', () => {
  test('are so many at once, in the order in which they came, and all pass', async () => {
    await come('crowd', 100);
    expect(atWechat).toHaveLength(figures.loginsAtOnce);
    for (let left = 100; left > 0; left -= figures.loginsAtOnce) await answers(figures.loginsAtOnce);
    expect(told['crowd']).toEqual(Array.from({ length: 100 }, () => 'answered'));
    expect(clock.alarms).toBe(0);
  });

  test('leave places to other addresses, and are less than all of them', async () => {
    expect(figures.loginsAtOnce).toBeLessThanOrEqual(places / 3);
    await come('crowd', 100);
    await come('other');
    expect(count('other')).toBe(1);
  });

  test('are tried one at a time while it is slow, and as before when that is over', async () => {
    await come('crowd', 100);
    lines.slowDown('crowd', 60_000);
    await answers(figures.loginsAtOnce - 1);
    expect(atWechat).toHaveLength(1);
    for (let i = 0; i < 5; i++) {
      await answers(1);
      expect(atWechat).toHaveLength(1);
    }
    clock.advance(figures.loginPatience);
    await come('crowd', 100);
    clock.advance(60_000 - figures.loginPatience - 1);
    await come('crowd', 100);
    expect(atWechat).toHaveLength(1);
    clock.advance(1);
    expect(atWechat).toHaveLength(1);
    await turns();
    expect(atWechat).toHaveLength(figures.loginsAtOnce);
  });

  test('do not make the slow time longer', async () => {
    lines.slowDown('crowd', 60_000);
    clock.advance(30_000);
    lines.slowDown('crowd', 60_000);
    clock.advance(30_000);
    await come('crowd', 100);
    expect(atWechat).toHaveLength(figures.loginsAtOnce);
  });

  test('wait for so long; whoever comes then has to come again', async () => {
    await come('crowd', figures.loginsAtOnce + 3);
    clock.advance(figures.loginPatience - 1);
    await turns();
    expect(told).toEqual({});
    clock.advance(1);
    await turns();
    expect(told['crowd']).toEqual([refusal, refusal, refusal]);
    await answers(figures.loginsAtOnce);
    await come('crowd');
    expect(atWechat).toHaveLength(1);
  });

  test('that wait are so many, and one more is told at once', async () => {
    await come('crowd', figures.loginsAtOnce + figures.loginsWaitingEach + 1);
    expect(told['crowd']).toEqual([refusal]);
    await come('other');
    expect(count('other')).toBe(1);
  });

  test('that fail leave their place', async () => {
    const failing = lines.run('crowd', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await come('crowd', figures.loginsAtOnce);
    expect(atWechat).toHaveLength(figures.loginsAtOnce);
  });
});

describe('many addresses', () => {
  const flood = Array.from({ length: 8 }, (_, i) => `flood ${i}`);

  test('have as many codes at WeChat as there are places', async () => {
    for (const address of flood) await come(address, 98);
    expect(atWechat).toHaveLength(places);
  });

  test('take turns: who comes last goes before the next of each that waits already', async () => {
    for (const address of flood) await come(address, 98);
    await come('other', 2);
    await answers(flood.length + 1);
    expect(count('other')).toBe(1);
    await answers(flood.length + 1);
    await answers(flood.length + 1);
    expect((await answers(places)).filter((address) => address === 'other').length).toBeGreaterThan(0);
    expect(told['other']?.length).toBe(2);
  });

  test('that are slow leave most places free', async () => {
    for (const address of flood) lines.slowDown(address, 60_000);
    for (const address of flood) await come(address, 98);
    expect(atWechat).toHaveLength(flood.length);
    await come('other', figures.loginsAtOnce);
    expect(count('other')).toBe(figures.loginsAtOnce);
  });

  test('that fill all lines keep nobody else out of his own', async () => {
    const few = Math.ceil(figures.loginsWaiting / 2 / figures.loginsWaitingEach) + 4;
    for (let i = 0; i < few; i++) await come(`flood ${i}`, figures.loginsWaitingEach + figures.loginsAtOnce);
    expect(Object.values(told).flat()).toContain(refusal);
    await come('other', 2);
    expect(told['other']).toEqual([refusal]);
    for (let round = 0; round < 3; round++) await answers(places);
    expect(told['other']).toEqual([refusal, 'answered']);
  });

  test('are not more than may wait in all', async () => {
    for (let i = 0; i < figures.loginsWaiting + places; i++) await come(`one of many ${i}`);
    expect(told).toEqual({});
    await come('one more');
    expect(told).toEqual({ 'one more': [refusal] });
    await answers(1);
    await come('another');
    expect(told['another']).toBeUndefined();
  });
});
