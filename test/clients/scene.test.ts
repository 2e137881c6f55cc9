import { expect, test } from 'vitest';
import { sceneFromLaunch } from './saoma.ts';

const sceneId = 'Gm2Gv3kGTYKBgqHCFp1R-_';

test.each([
  { name: 'what a page gets', launch: { scene: sceneId }, found: sceneId },
  {
    name: 'percent-encoded',
    launch: { scene: encodeURIComponent(sceneId).replace('-', '%2D') },
    found: sceneId,
  },
  { name: 'what the mini program gets', launch: { scene: 1047, query: { scene: sceneId } }, found: sceneId },
  { name: 'opened from a chat', launch: { scene: 1001, query: {} }, found: null },
  { name: 'without a query', launch: { scene: 1047 }, found: null },
  { name: 'a code of something else', launch: { scene: 'id=7' }, found: null },
  { name: 'half an escape', launch: { scene: '%E4%BD' }, found: null },
  { name: 'a path in it', launch: { scene: '..%2F..%2Flogout%2Fxxxxxxxx' }, found: null },
  { name: 'nothing', launch: {}, found: null },
])('$name', ({ launch, found }) => {
  expect(sceneFromLaunch(launch)).toBe(found);
});
