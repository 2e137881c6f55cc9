import { settings } from '../../src/kit/settings.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { MemorySceneStore } from '../../src/store/memory/scene-store.ts';
import { MemoryReplayMemory } from '../../src/store/memory/replay-memory.ts';
import { conformSceneStore } from '../conformance/scene-store.ts';
import { conformReplayMemory } from '../conformance/replay-memory.ts';
const pass = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms); });
conformSceneStore('running', async ({ maxPending, keepFinal }) => {
  const store = new MemorySceneStore({ clock: systemClock, maxPending, settings: { ...settings.scene, keepFinal } });
  return { store, pass, close: () => store.close() };
}, 'running');
conformReplayMemory('running', async () => {
  const replays = new MemoryReplayMemory(systemClock, 1000);
  return { replays, now: Date.now, pass, close: () => replays.close() };
});
