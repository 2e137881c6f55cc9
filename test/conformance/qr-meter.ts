import { describe, expect, onTestFinished, test } from 'vitest';
import type { QrMeter } from '../../src/wechat/qr-code.ts';

export interface OpenedQrMeter {
  meter: QrMeter;
  close: () => void | Promise<void>;
}

const [today, tomorrow] = ['2026-11-21', '2026-11-22'];

/** What every meter of QR codes promises, whatever it is made of. Opened, it has counted nothing. */
export function conformQrMeter(name: string, open: () => Promise<OpenedQrMeter>): void {
  async function beginBoth(): Promise<QrMeter> {
    const { meter, close } = await open();
    onTestFinished(async () => close());
    return meter;
  }

  /** Of codes that were made only. */
  async function begin(): Promise<(appId: string, day: string) => Promise<number>> {
    const meter = await beginBoth();
    return async (appId, day) => (await meter.count(appId, day)).made;
  }

  describe(`${name}:`, () => {
    test('tells how many there are with this one', async () => {
      const count = await begin();
      expect([await count('wx1', today), await count('wx1', today), await count('wx1', today)]).toEqual([
        1, 2, 3,
      ]);
    });

    test('each account has its own count', async () => {
      const count = await begin();
      await count('wx1', today);
      expect([await count('wx2', today), await count('wx1', today)]).toEqual([1, 2]);
    });

    test('each day begins anew, and a late one of the day before still belongs to that', async () => {
      const count = await begin();
      await count('wx1', today);
      expect([await count('wx1', tomorrow), await count('wx1', today), await count('wx1', tomorrow)]).toEqual(
        [1, 2, 2],
      );
    });

    test.each(['__proto__', 'constructor', '*', '{wx}', ' ', 'wx:1'])('"%s" is an account', async (appId) => {
      const count = await begin();
      expect([await count(appId, today), await count(appId, today)]).toEqual([1, 2]);
    });

    test('tells of those that were given to nobody, with each of either', async () => {
      const meter = await beginBoth();
      expect(await meter.count('wx1', today)).toEqual({ made: 1, unused: 0 });
      expect(await meter.countUnused('wx1', today, 3)).toEqual({ made: 1, unused: 3 });
      expect(await meter.count('wx1', today)).toEqual({ made: 2, unused: 3 });
      expect(await meter.countUnused('wx1', today, 64)).toEqual({ made: 2, unused: 67 });
    });

    test('they too are counted by account and day', async () => {
      const meter = await beginBoth();
      await meter.countUnused('wx1', today, 2);
      expect(await meter.countUnused('wx2', today, 1)).toEqual({ made: 0, unused: 1 });
      expect(await meter.countUnused('wx1', tomorrow, 1)).toEqual({ made: 0, unused: 1 });
      expect(await meter.countUnused('wx1', today, 1)).toEqual({ made: 0, unused: 3 });
    });

    test('tells how many there are, and counts none by that', async () => {
      const meter = await beginBoth();
      expect(await meter.read('wx1', today)).toEqual({ made: 0, unused: 0 });
      await meter.count('wx1', today);
      await meter.countUnused('wx1', today, 3);
      expect(await meter.read('wx1', today)).toEqual({ made: 1, unused: 3 });
      expect(await meter.read('wx1', today)).toEqual({ made: 1, unused: 3 });
      expect(await meter.read('wx1', tomorrow)).toEqual({ made: 0, unused: 0 });
      expect(await meter.read('wx2', today)).toEqual({ made: 0, unused: 0 });
    });

    test('of 50 at once none is lost, and none told twice', async () => {
      const count = await begin();
      const counts = await Promise.all(Array.from({ length: 50 }, () => count('wx1', today)));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });
  });
}
