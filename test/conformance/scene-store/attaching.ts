import { expect, test } from 'vitest';
import { sha256 } from '../../../src/kit/id.ts';
import { change, moved, states, together } from './stage.ts';
import type { Stage } from './stage.ts';

const moveNames = ['scan', 'cancel', 'expire'] as const;

export function attaching(stage: Stage): void {
  test('the first time is told, and changes neither state nor version', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    const outcome = await store.attach(scene.id, scene.claimHash, 'node-a');
    const attended = { ...scene, node: 'node-a', attended: true };
    expect(outcome).toStrictEqual({ scene: attended, moved: true });
    expect(await store.find(scene.id)).toStrictEqual(attended);
  });

  test('the next times are not, and the last node has the socket', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    expect(await store.attach(id, claimHash, 'node-a')).toMatchObject({ moved: false });
    const outcome = await store.attach(id, claimHash, 'node-b');
    expect(outcome).toMatchObject({ moved: false, scene: { node: 'node-b', version: 1 } });
    expect(await store.find(id)).toStrictEqual(outcome?.scene);
  });

  test('a browser without a socket is there too', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    const first = await store.attach(scene.id, scene.claimHash, null);
    expect(first).toStrictEqual({ scene: { ...scene, node: null, attended: true }, moved: true });
    expect(await store.attach(scene.id, scene.claimHash, 'node-a')).toMatchObject({
      moved: false,
      scene: { node: 'node-a' },
    });
  });

  test('a look without a socket takes the socket from nobody', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    expect(await store.attach(id, claimHash, null)).toMatchObject({ scene: { node: 'node-a' } });
    expect(await store.find(id)).toMatchObject({ node: 'node-a' });
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
    expect(outcome).toStrictEqual({ scene: { ...scene, node: 'node-a', attended: true }, moved: true });
  });

  test.each(moveNames)('a %s leaves the socket where it is', async (move) => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    expect(moved(await store.move(id, change(move)))).toMatchObject({ node: 'node-a', attended: true });
  });

  test('detach: the node has it no longer, but the browser was there', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    await store.attach(scene.id, scene.claimHash, 'node-a');
    await store.detach(scene.id, 'node-a');
    expect(await store.find(scene.id)).toStrictEqual({ ...scene, node: null, attended: true });
    expect(await store.attach(scene.id, scene.claimHash, 'node-b')).toMatchObject({ moved: false });
  });

  test('detach: a node that was replaced takes nothing from the newer', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    const { scene } = (await store.attach(id, claimHash, 'node-b'))!;
    await store.detach(id, 'node-a');
    expect(await store.find(id)).toStrictEqual(scene);
  });

  test('detach: of nobody, it does nothing', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    await store.detach(scene.id, 'node-a');
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });

  test('of 50 attaches at once one is the first, and one node has the socket', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    const outcomes = await together(50, (i) => store.attach(scene.id, scene.claimHash, `node-${i}`));
    expect(outcomes.filter((outcome) => outcome?.moved)).toHaveLength(1);
    const { node } = (await store.find(scene.id))!;
    expect(await store.find(scene.id)).toStrictEqual({ ...scene, attended: true, node });
    expect(outcomes.map((outcome) => outcome?.scene.node)).toContain(node);
  });

  test('of a newer attach and 50 late detaches the attach stands', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    await together(51, async (i) => {
      if (i === 25) await store.attach(id, claimHash, 'node-b');
      else await store.detach(id, 'node-a');
    });
    expect(await store.find(id)).toMatchObject({ node: 'node-b' });
  });
}
