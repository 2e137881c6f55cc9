import { describe } from 'vitest';
import { adding } from './scene-store/adding.ts';
import { attaching } from './scene-store/attaching.ts';
import { detaching } from './scene-store/detaching.ts';
import { ends } from './scene-store/ends.ts';
import { expiry } from './scene-store/expiry.ts';
import { listing } from './scene-store/listing.ts';
import { kinds } from './scene-store/kinds.ts';
import { moving } from './scene-store/moving.ts';
import { races } from './scene-store/races.ts';
import { stageOf } from './scene-store/stage.ts';
import type { OpenSceneStore } from './scene-store/stage.ts';
import { strangers } from './scene-store/strangers.ts';
import { telling } from './scene-store/telling.ts';
import { theMillisecond, times } from './scene-store/times.ts';
import { values } from './scene-store/values.ts';

export type { OpenedSceneStore, OpenSceneStore, SceneStoreOptions } from './scene-store/stage.ts';

const parts = {
  'add and find': adding,
  attach: attaching,
  detach: detaching,
  move: moving,
  times,
  expiry,
  countStranger: strangers,
  'news, remind and now': telling,
  'list and counts': listing,
  'list by kind': kinds,
  'ends by time': ends,
  'a scene is a value': values,
  races,
};

/**
 * What every scene store promises, whatever it is made of.
 * @param clock `held`: the store's time stands still unless `pass` moves it; `running`: what needs a held clock is no part of it,
 * and `pass` may just wait, since lifetimes are short where time has to pass
 */
export function conformSceneStore(
  name: string,
  open: OpenSceneStore,
  clock: 'held' | 'running' = 'held',
): void {
  const stage = stageOf(open);
  describe(`${name}:`, () => {
    describe.each(Object.entries(parts))('%s', (_, part) => {
      part(stage);
    });
    // What the memory store's clock, which the test holds, shows exactly, no other can.
    const onlyHeld = clock === 'held' ? describe : () => undefined;
    onlyHeld('to the millisecond', () => theMillisecond(stage));
  });
}
