import { expect, test } from 'vitest';
import { together } from './stage.ts';
import type { Stage } from './stage.ts';

export function detaching(stage: Stage): void {
  test('the node has it no longer, but the browser was there, and the count goes on', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    await store.attach(scene.id, scene.claimHash, 'node-a');
    await store.detach(scene.id, 'node-a', 1);
    expect(await store.find(scene.id)).toStrictEqual({ ...scene, node: null, attachment: 1, attended: true });
    expect(await store.attach(scene.id, scene.claimHash, 'node-b')).toMatchObject({
      moved: false,
      scene: { node: 'node-b', attachment: 2 },
    });
  });

  test.each([
    { what: 'a node that was replaced', newer: 'node-b', node: 'node-a', attachment: 1 },
    { what: 'an older socket of the same node', newer: 'node-a', node: 'node-a', attachment: 1 },
    { what: 'a node that never had it, whatever it says,', newer: 'node-b', node: 'node-c', attachment: 2 },
    { what: 'a socket that is still to come', newer: 'node-b', node: 'node-b', attachment: 3 },
  ])('$what takes nothing from the newest', async ({ newer, node, attachment }) => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    await store.attach(id, claimHash, 'node-a');
    const { scene } = (await store.attach(id, claimHash, newer))!;
    await store.detach(id, node, attachment);
    expect(await store.find(id)).toStrictEqual(scene);
  });

  test.each([0, 1])('of nobody, it does nothing (%i)', async (attachment) => {
    const { store, begin } = await stage();
    const scene = await begin();
    await store.detach(scene.id, 'node-a', attachment);
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });

  test.each(['node-a', 'node-b'])(
    'of a newer attach by %s and 50 late detaches the attach stands',
    async (newer) => {
      const { store, begin } = await stage();
      const { id, claimHash } = await begin();
      await store.attach(id, claimHash, 'node-a');
      await together(51, async (i) => {
        if (i === 25) await store.attach(id, claimHash, newer);
        else await store.detach(id, 'node-a', 1);
      });
      expect(await store.find(id)).toMatchObject({ node: newer, attachment: 2 });
    },
  );
}
