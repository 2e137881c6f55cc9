import { expect, test } from 'vitest';
import { sha256 } from '../../../src/kit/id.ts';
import { change, moved, states, together } from './stage.ts';
import type { Stage } from './stage.ts';

const moveNames = ['scan', 'cancel', 'expire'] as const;

export function attaching(stage: Stage): void {
  test('the first time is told, and changes neither state nor version', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    expect(scene.attachment).toBe(0);
    const outcome = await store.attach(scene.id, scene.claimHash, 'node-a');
    const attended = { ...scene, node: 'node-a', attachment: 1, attended: true };
    expect(outcome).toStrictEqual({ scene: attended, moved: true });
    expect(await store.find(scene.id)).toStrictEqual(attended);
  });

  test('the next times are not, the last node has the socket, and each socket counts', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    const again = await store.attach(id, claimHash, 'node-a');
    expect(again).toMatchObject({ moved: false, scene: { node: 'node-a', attachment: 2 } });
    const outcome = await store.attach(id, claimHash, 'node-b');
    expect(outcome).toMatchObject({ moved: false, scene: { node: 'node-b', attachment: 3, version: 1 } });
    expect(await store.find(id)).toStrictEqual(outcome?.scene);
  });

  test('a browser without a socket is there too', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    const first = await store.attach(scene.id, scene.claimHash, null);
    expect(first).toStrictEqual({ scene: { ...scene, node: null, attended: true }, moved: true });
    expect(await store.attach(scene.id, scene.claimHash, 'node-a')).toMatchObject({
      moved: false,
      scene: { node: 'node-a', attachment: 1 },
    });
  });

  test('a look without a socket takes the socket from nobody, and is none that counts', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    const look = await store.attach(id, claimHash, null);
    expect(look).toMatchObject({ scene: { node: 'node-a', attachment: 1 } });
    expect(await store.find(id)).toMatchObject({ node: 'node-a', attachment: 1 });
  });

  test.each([
    { claim: 'another', claimHash: sha256('another claim') },
    { claim: 'an empty', claimHash: '' },
    { claim: "the code's", claimHash: sha256('the code') },
  ])('$claim claim attaches to nothing, and leaves no trace', async ({ claimHash }) => {
    const { store, begin } = await stage();
    const scene = await begin();
    expect(await store.attach(scene.id, claimHash, 'node-a')).toBeUndefined();
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });

  test.each(states)('a browser attaches to a %s scene and sees it as it stands', async (state) => {
    const { store, reach } = await stage();
    const scene = await reach(state);
    const outcome = await store.attach(scene.id, scene.claimHash, 'node-a');
    const attended = { ...scene, node: 'node-a', attachment: 1, attended: true };
    expect(outcome).toStrictEqual({ scene: attended, moved: true });
  });

  test.each(moveNames)('a %s leaves the socket where it is', async (move) => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    const scene = moved(await store.move(id, change(move)));
    expect(scene).toMatchObject({ node: 'node-a', attachment: 1, attended: true });
  });

  test('of 50 attaches at once one is the first, each has its own number, and the last has the socket', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    const outcomes = await together(50, (i) => store.attach(scene.id, scene.claimHash, `node-${i}`));
    expect(outcomes.filter((outcome) => outcome?.moved)).toHaveLength(1);
    const attached = outcomes.map((outcome) => outcome!.scene).sort((a, b) => a.attachment - b.attachment);
    expect(attached.map(({ attachment }) => attachment)).toStrictEqual(outcomes.map((_, i) => i + 1));
    expect(await store.find(scene.id)).toStrictEqual(attached.at(-1));
  });
}
