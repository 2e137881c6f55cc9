import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { conformSceneStore } from '../conformance/scene-store.ts';
import type { SceneStoreOptions } from '../conformance/scene-store.ts';
import { change, draft, together } from '../conformance/scene-store/stage.ts';
import { FakeClock } from '../support/fake-clock.ts';

const keptAtMost = 20;

function openMemory({ maxPending, keepFinal }: SceneStoreOptions) {
  const clock = new FakeClock();
  const own = { ...settings.scene, keepFinal, keptAtMost };
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
    await expect(openAndCancel(opened, keptAtMost)).resolves.toBeUndefined();
    opened.close();
  });

  test('a closed store sweeps no more', async () => {
    const opened = openMemory({ maxPending: 10, keepFinal: 60_000 });
    await openAndCancel(opened, keptAtMost);
    opened.close();
    opened.clock.advance(120_000);
    await expect(openAndCancel(opened, 1)).rejects.toMatchObject({ code: 'too_many_scenes' });
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
