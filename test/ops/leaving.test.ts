import { afterEach, beforeEach, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RawConnection, upgradeRequest } from '../support/raw-connection.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await new Stage({ clock: new FakeClock() }).listen();
});
afterEach(() => stage.close());

/** The close frame of 1012, as a server sends it. */
const restart = new RegExp(String.fromCharCode(0x88, 0x02, 0x03, 0xf4));

test('a dashboard that does not answer the farewell is cut off after 5 s', async () => {
  const viewer = await RawConnection.open(stage.url);
  const cookie = await stage.cookie();
  viewer.send(upgradeRequest('/ws/ops', stage.origin).replace(/\r\n$/, `Cookie: ${cookie}\r\n\r\n`));
  await viewer.answer(/"overview"/);
  const begun = performance.now();
  stage.ops.close();
  await viewer.answer(restart);
  await viewer.rest();
  const took = performance.now() - begun;
  expect(took).toBeGreaterThan(settings.socket.closeWithin - 500);
  expect(took).toBeLessThan(settings.socket.closeWithin + 2_000);
});
