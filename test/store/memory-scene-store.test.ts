import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { conformSceneStore } from '../conformance/scene-store.ts';
import type { SceneStoreOptions } from '../conformance/scene-store.ts';
import { change, draft, together } from '../conformance/scene-store/stage.ts';
import { FakeClock } from '../support/fake-clock.ts';

const keptAtMost = 20;

/** A clock that somebody sets. */
class AdjustableClock extends FakeClock {
  #shift = 0;

  override now(): number {
    return super.now() + this.#shift;
  }

  set(time: number): void {
    this.#shift += time - this.now();
  }
}

function openMemory({ maxPending, keepFinal }: SceneStoreOptions, rest: Partial<Settings['scene']> = {}) {
  const clock = new AdjustableClock();
  const own = { ...settings.scene, keepFinal, keptAtMost, ...rest };
  const store = new MemorySceneStore({ clock, maxPending, settings: own });
  return { clock, store, pass: async (ms: number) => clock.advance(ms), close: () => store.close() };
}

conformSceneStore('the memory scene store', async (options) => openMemory(options));

describe('of memory only', () => {
  type Opened = ReturnType<typeof openMemory>;

  async function openAndCancel({ store }: Opened, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const { id } = await store.add(draft(), 120_000);
      await store.move(id, change('cancel', { keep: 60_000 }));
    }
  }

  test('nobody fills the memory by opening and cancelling: what is kept is bounded too', async () => {
    const opened = openMemory({ maxPending: 10, keepFinal: 60_000 });
    await openAndCancel(opened, keptAtMost);
    await expect(openAndCancel(opened, 1)).rejects.toMatchObject({ code: 'too_many_scenes' });
    opened.close();
  });

  test('what is over is freed by the sweep, though nobody asks for it', async () => {
    const opened = openMemory({ maxPending: 10, keepFinal: 60_000 });
    await openAndCancel(opened, keptAtMost);
    opened.clock.advance(60_000 + settings.scene.sweepEvery);
    expect(opened.store.size).toBe(0);
    await expect(openAndCancel(opened, keptAtMost)).resolves.toBeUndefined();
    opened.close();
  });

  test('what is kept may be as much as may be pending', async () => {
    const opened = openMemory({ maxPending: keptAtMost + 5, keepFinal: 60_000 });
    await openAndCancel(opened, keptAtMost + 5);
    await expect(openAndCancel(opened, 1)).rejects.toMatchObject({ code: 'too_many_scenes' });
    opened.close();
  });

  test('a sweep settles so much and no more; the next goes on, and whoever asks still gets the truth', async () => {
    const { store, clock, close } = openMemory({ maxPending: 0, keepFinal: 60_000 }, { sweepAtMost: 3 });
    for (let n = 0; n < 10; n++) await store.add(draft(), 5000);
    clock.advance(5000);
    expect(await store.counts()).toMatchObject({ pending: 0, expired: 10 });
    clock.advance(60_000);
    expect(store.size).toBe(7);
    clock.advance(settings.scene.sweepEvery);
    expect(store.size).toBe(4);
    expect(await store.list({ limit: 10 })).toMatchObject({ scenes: [], total: 0 });
    expect(store.size).toBe(0);
    close();
  });

  test('a clock that is set back keeps nothing longer than its time', async () => {
    const { store, clock, close } = openMemory({ maxPending: 0, keepFinal: 1000 });
    const late = await store.add(draft(), 5000);
    clock.advance(4990);
    clock.set(clock.now() - 3_600_000);
    const early = await store.add(draft(), 50);
    expect((await store.list({ limit: 2 })).scenes).toStrictEqual([late, early]);
    clock.advance(50);
    expect(await store.counts()).toMatchObject({ pending: 1, expired: 1 });
    clock.advance(1000);
    expect(await store.counts()).toMatchObject({ pending: 1, expired: 0 });
    close();
  });

  test('a closed store sweeps no more', async () => {
    const opened = openMemory({ maxPending: 10, keepFinal: 60_000 });
    await openAndCancel(opened, keptAtMost);
    opened.close();
    opened.clock.advance(120_000);
    expect(opened.store.size).toBe(keptAtMost);
  });

  test('the bound is kept through any number of expiries and moves', async () => {
    const { store, clock, close } = openMemory({ maxPending: 10, keepFinal: 1000 });
    for (let round = 0; round < 20; round++) {
      const scenes = await together(10, () => store.add(draft(), 5000));
      await expect(store.add(draft(), 5000)).rejects.toMatchObject({ code: 'too_many_scenes' });
      const moves = ['scan', 'cancel', 'expire'] as const;
      await together(6, (i) => store.move(scenes[i]!.id, change(moves[i % 3]!, { keep: 1000 })));
      clock.advance(20_000);
    }
    expect(await store.counts()).toMatchObject({ pending: 0, scanned: 0, expired: 0, cancelled: 0 });
    close();
  });
});
