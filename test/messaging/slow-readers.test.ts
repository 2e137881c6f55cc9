import { expect, test } from 'vitest';
import { appOfTest } from '../site/support.ts';
import { come, posted, somebody } from './stage.ts';

/** More than the buffers of two systems take, and 256 KiB. */
const tooMuch = 64 * 1024 * 1024;
const body = 'x'.repeat(4000);

test('who does not read what goes to all is cut off at a bound, and nobody else is harmed', async () => {
  const app = await appOfTest();
  const slow = await come(app, somebody());
  const quick = await come(app, somebody());
  slow.raw.pause();
  let sent = 0;
  while (sent < tooMuch && (await sockets(app.url)) === 2)
    for (let n = 0; n < 100; n++, sent += body.length) await posted(app, { to: { all: true }, body });
  expect(sent).toBeLessThan(tooMuch);
  await quick.until(() => quick.messages.length >= sent / body.length, 'all of them');
  expect(quick.messages.length).toBe(sent / body.length);
  slow.raw.resume();
  expect(await slow.closed).toBe(1006);
});

test('who does not read his own messages is sent no more of them, until he reads on', async () => {
  const app = await appOfTest({ config: { messaging: { inboxPerUser: 1000 } } });
  const user = somebody();
  const slow = await come(app, user);
  slow.raw.pause();
  const ids: string[] = [];
  for (let n = 0; n < 1000; n++) ids.push((await posted(app, { to: user, body })).id);
  slow.raw.resume();
  await slow.receive(1000);
  expect(slow.ids).toEqual(ids);
  expect(slow.raw.readyState).toBe(slow.raw.OPEN);
});

async function sockets(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^saoma_message_sockets (\d+)$/m.exec(text)?.[1]);
}
