import { describe, expect, onTestFinished, test } from 'vitest';
import type { NodeInfo, NodeRegistry } from '../../src/realtime/registry.ts';

export interface OpenedNodeRegistry {
  nodes: NodeRegistry;
  /** Resolves once so much of the registry's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

/** After how long a silence a node counts as dead; short enough to be waited for, ms. */
const silentFor = 1_200;

export function info(node: string, rest: Partial<NodeInfo> = {}): NodeInfo {
  return { node, version: '1.2.3', startedAt: 1_700_000_000_000, sockets: 0, ...rest };
}

/** What every registry of nodes promises, whatever it is made of. Opened, it is empty. */
export function conformNodeRegistry(
  name: string,
  open: (silentFor: number) => Promise<OpenedNodeRegistry>,
): void {
  async function begin() {
    const { nodes, pass, close } = await open(silentFor);
    onTestFinished(async () => close());
    const names = async () => (await nodes.list()).map(({ node }) => node);
    return { nodes, names, pass };
  }

  describe(`${name}:`, () => {
    test('is empty at first', async () => {
      const { nodes } = await begin();
      expect(await nodes.list()).toEqual([]);
    });

    test('a node is listed with what it says of itself, as it said it last', async () => {
      const { nodes } = await begin();
      await nodes.beat(info('a', { sockets: 3 }));
      expect(await nodes.list()).toStrictEqual([info('a', { sockets: 3 })]);
      await nodes.beat(info('a', { sockets: 12_000, version: '2.0.0-rc.1' }));
      expect(await nodes.list()).toStrictEqual([info('a', { sockets: 12_000, version: '2.0.0-rc.1' })]);
    });

    test('what it says of its accounts and figures is handed on as it is', async () => {
      const { nodes } = await begin();
      const accounts = [
        {
          account: 'constructor',
          token: { state: 'valid' as const, expiresAt: 1_700_000_007_200, at: 1_700_000_000_000 },
          fault: { errcode: 40164, remedy: 'Add the address…', at: 1_700_000_000_000 },
        },
      ];
      const about = { messageSockets: 7, lagP99Seconds: 0.0125, accounts };
      await nodes.beat(info('a', about));
      expect(await nodes.list()).toStrictEqual([info('a', about)]);
    });

    test('one that leaves is listed no longer, and the others are', async () => {
      const { nodes, names } = await begin();
      await nodes.beat(info('a'));
      await nodes.beat(info('b'));
      await nodes.leave('a');
      await nodes.leave('a');
      await nodes.leave('never there');
      expect(await names()).toEqual(['b']);
    });

    test('one that is silent is listed no longer, one that goes on is', async () => {
      const { nodes, names, pass } = await begin();
      await nodes.beat(info('silent'));
      await nodes.beat(info('lively'));
      await pass(silentFor * 0.6);
      await nodes.beat(info('lively'));
      expect(await names()).toEqual(['lively', 'silent']);
      await pass(silentFor * 0.6);
      expect(await names()).toEqual(['lively']);
      await nodes.beat(info('new'));
      expect(await names()).toEqual(['lively', 'new']);
    });

    test('one that was silent and speaks again is back', async () => {
      const { nodes, pass } = await begin();
      await nodes.beat(info('a'));
      await pass(silentFor * 1.5);
      expect(await nodes.list()).toEqual([]);
      await nodes.beat(info('a', { sockets: 1 }));
      expect(await nodes.list()).toEqual([info('a', { sockets: 1 })]);
    });

    test('the oldest comes first, and of one age the names decide', async () => {
      const { nodes, names } = await begin();
      await nodes.beat(info('c', { startedAt: 2_000 }));
      await nodes.beat(info('b', { startedAt: 3_000 }));
      await nodes.beat(info('z', { startedAt: 1_000 }));
      await nodes.beat(info('a', { startedAt: 3_000 }));
      await nodes.beat(info('c', { startedAt: 2_000 }));
      expect(await names()).toEqual(['z', 'c', 'a', 'b']);
    });

    test.each(['__proto__', 'constructor', '', '*', 'a:b', '{a}', ' ', '节点', '"\\', '\n', 'x'.repeat(500)])(
      '"%s" is a name like any other',
      async (node) => {
        const { nodes, names } = await begin();
        await nodes.beat(info('other', { startedAt: 1 }));
        await nodes.beat(info(node));
        expect(await names()).toEqual(['other', node]);
        await nodes.leave(node);
        expect(await names()).toEqual(['other']);
      },
    );

    test('50 at once are all there', async () => {
      const { nodes, names } = await begin();
      const all = Array.from({ length: 50 }, (_, index) => `node-${String(index).padStart(2, '0')}`);
      await Promise.all(all.map((node) => nodes.beat(info(node))));
      expect(await names()).toEqual(all);
      await Promise.all(all.slice(10).map((node) => nodes.leave(node)));
      expect(await names()).toEqual(all.slice(0, 10));
    });
  });
}
