import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const clock = new FakeClock();
let app: TestApp;
let gone: OpenedScene;
let open: OpenedScene;
let another: OpenedScene;
beforeAll(async () => {
  app = await startApp({ clock });
  gone = await app.browser().open('shop');
  clock.advance(181_000);
  open = await app.browser().open('shop');
  another = await app.browser().open('shop');
});
afterAll(() => app.close());

const unknown = 'A'.repeat(22);
const wrong = 'B'.repeat(43);

const cases: { name: string; sceneId: () => string; claim: () => string; origin?: string }[] = [
  { name: 'a scene that never was', sceneId: () => unknown, claim: () => wrong },
  { name: 'a scene that is gone', sceneId: () => gone.sceneId, claim: () => gone.claim },
  { name: 'a wrong claim', sceneId: () => open.sceneId, claim: () => wrong },
  { name: "another scene's claim", sceneId: () => open.sceneId, claim: () => another.claim },
  { name: 'the scene id as claim', sceneId: () => open.sceneId, claim: () => open.sceneId },
  { name: 'an empty claim', sceneId: () => open.sceneId, claim: () => '' },
  { name: 'a claim cut short', sceneId: () => open.sceneId, claim: () => open.claim.slice(0, 42) },
  { name: 'a claim and more', sceneId: () => open.sceneId, claim: () => `${open.claim}A` },
  { name: 'a claim with a space', sceneId: () => open.sceneId, claim: () => ` ${open.claim}` },
  {
    name: "the right claim from another site's page",
    sceneId: () => open.sceneId,
    claim: () => open.claim,
    origin: 'https://bank.example',
  },
];

describe('whoever may not see a scene learns nothing of why', () => {
  test.each(cases)('socket: $name', async ({ sceneId, claim, origin }) => {
    expect(await endOfSocket(sceneId(), claim(), origin)).toEqual({ code: 4401, reason: '', frames: 0 });
  });

  test.each(cases)('GET: $name', async ({ sceneId, claim, origin }) => {
    const response = await app.browser(origin).view({ sceneId: sceneId(), claim: claim() });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'scene_not_found', message: 'No such scene.' });
  });

  test.each(cases)('POST cancel: $name', async ({ sceneId, claim, origin }) => {
    const headers = { authorization: `Bearer ${claim()}` };
    const response = await app.browser(origin).post(`/api/scenes/${sceneId()}/cancel`, {}, headers);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'scene_not_found', message: 'No such scene.' });
    expect(await (await app.browser().view(open)).json()).toMatchObject({ state: 'pending' });
  });
});

test('the answer takes no longer for a scene that exists than for one that does not', async () => {
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  for (let round = 0; round < 40; round++) {
    times.known.push(await msUntilRefused(open.sceneId));
    times.unknown.push(await msUntilRefused(unknown));
  }
  expect(Math.abs(median(times.known) - median(times.unknown))).toBeLessThan(5);
});

async function endOfSocket(sceneId: string, claim: string, origin?: string): Promise<object> {
  const socket = await app.browser(origin).connect(`/ws/scenes/${sceneId}`);
  let reason: string | undefined;
  socket.raw.on('close', (_code, text) => {
    reason = text.toString();
  });
  socket.send({ type: 'attach', claim });
  return { code: await socket.closed, reason, frames: socket.snapshots.length };
}

async function msUntilRefused(sceneId: string): Promise<number> {
  const socket = await app.browser().connect(`/ws/scenes/${sceneId}`);
  const start = performance.now();
  socket.send({ type: 'attach', claim: wrong });
  await socket.closed;
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
