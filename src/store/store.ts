/** Owns which implementation stands behind each room's port; the rooms know the ports only. */
import type { ReplayMemory } from '../channel/replay.ts';
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { SceneStore } from '../scene/store.ts';
import type { TokenStore } from '../wechat/access-token.ts';
import { MemoryReplayMemory } from './memory/replay-memory.ts';
import { MemorySceneStore } from './memory/scene-store.ts';
import { MemoryTokenStore } from './memory/token-store.ts';

export interface Store {
  scenes: SceneStore;
  replays: ReplayMemory;
  tokens: TokenStore;
  close(): void;
}

/** Everything in this process; a restart forgets it all. */
export function openMemoryStore(clock: Clock, maxPending: number): Store {
  const scenes = new MemorySceneStore({ clock, maxPending, settings: settings.scene });
  const replays = new MemoryReplayMemory(clock, settings.webhook.rememberedDigests);
  return {
    scenes,
    replays,
    tokens: new MemoryTokenStore(clock),
    close() {
      scenes.close();
      replays.close();
    },
  };
}
