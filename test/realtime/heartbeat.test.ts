import { expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { Heartbeat } from '../../src/realtime/heartbeat.ts';
import type { NodeInfo, NodeRegistry } from '../../src/realtime/registry.ts';
import { FakeClock } from '../support/fake-clock.ts';

const about: NodeInfo = { node: 'node-a', version: '1', startedAt: 0, sockets: 7 };

function begin() {
  const clock = new FakeClock();
  const told: string[] = [];
  const stage = { clock, told, awayFor: 0, broken: false };
  const say = async (word: string): Promise<void> => {
    told.push(word);
    if (stage.broken) throw new AppError('store_unavailable');
  };
  const registry: NodeRegistry = {
    beat: ({ node, sockets }) => say(`${node} lives with ${sockets}`),
    leave: (node) => say(`${node} leaves`),
    list: async () => [],
  };
  const heartbeat = new Heartbeat({
    registry,
    about: () => about,
    awayFor: () => stage.awayFor,
    storeAway: () => void told.push('away'),
    clock,
    settings: settings.nodes,
  });
  return Object.assign(stage, { heartbeat });
}

test('a node says at once, and then again and again, that it lives, and at its end that it leaves', async () => {
  const { clock, told, heartbeat } = begin();
  clock.advance(2 * settings.nodes.beatEvery);
  await heartbeat.leave();
  clock.advance(10 * settings.nodes.beatEvery);
  expect(told).toEqual([...Array.from({ length: 3 }, () => 'node-a lives with 7'), 'node-a leaves']);
});

test('its word is heard again before it counts as dead, and a dead one is noticed in ten seconds', () => {
  const { beatEvery, silentFor, awayFor } = settings.nodes;
  expect(2 * beatEvery).toBeLessThan(silentFor);
  expect(silentFor + beatEvery).toBeLessThanOrEqual(10_000);
  expect(settings.redis.giveUpAfter + awayFor + beatEvery).toBeLessThanOrEqual(10_000);
});

test('with the store away for too long it lets go of its browsers, once for each time', () => {
  const stage = begin();
  const { clock, told } = stage;
  stage.broken = true;
  const pass = (awayFor: number): void => {
    stage.awayFor = awayFor;
    clock.advance(settings.nodes.beatEvery);
  };
  pass(settings.nodes.awayFor - 1);
  expect(told).not.toContain('away');
  pass(settings.nodes.awayFor);
  pass(settings.nodes.awayFor + settings.nodes.beatEvery);
  expect(told.filter((word) => word === 'away')).toHaveLength(1);
  pass(0);
  pass(settings.nodes.awayFor);
  expect(told.filter((word) => word === 'away')).toHaveLength(2);
});
