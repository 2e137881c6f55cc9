import { expect, test } from 'vitest';
import { come, onBothStores, posted, somebody } from './stage.ts';

const toAll = { all: true } as const;

/** One for each test: no other's users are there. */
const sites = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'other'].map((id) => ({
  id,
  secret: `canary-${id}-secret-0123456789`,
  origins: [`https://${id}.example`],
}));

onBothStores({ sites }, (stage) => {
  test('what goes to all reaches each socket of the site once, at every node, and no other site', async () => {
    const people = Array.from({ length: 6 }, somebody);
    const sockets = await Promise.all(
      people.map((person, n) => come(stage.nodes[n % stage.nodes.length]!, person, 'first')),
    );
    const other = await come(stage.near, somebody(), 'other');
    const receipt = await posted(stage.far, { to: toAll, body: { news: 1 } }, 'first');
    expect(receipt.status).toBe('delivered');
    const [message] = await sockets[0]!.receive(1);
    expect(message).toEqual({
      type: 'message',
      id: receipt.id,
      from: null,
      to: 'all',
      body: { news: 1 },
      sentAt: expect.any(Number),
    });
    for (let n = 0; n < 30; n++) await posted(stage.far, { to: toAll, body: n, id: `b-${n}` }, 'first');
    for (const socket of sockets) {
      await socket.receive(31);
      expect(socket.ids).toEqual([receipt.id, ...Array.from({ length: 30 }, (_, n) => `b-${n}`)]);
    }
    await posted(stage.near, { to: toAll, id: 'own' }, 'other');
    await other.receive(1);
    expect(other.ids).toEqual(['own']);
    expect(sockets.map(({ messages }) => messages.length)).toEqual([31, 31, 31, 31, 31, 31]);
  });

  test('with nobody there it reaches nobody, then or later', async () => {
    const { status } = await posted(stage.far, { to: toAll, id: 'unheard' }, 'second');
    expect(status).toBe('dropped');
    const socket = await come(stage.near, somebody(), 'second');
    expect((await posted(stage.far, { to: toAll, id: 'heard' }, 'second')).status).toBe('delivered');
    await socket.receive(1);
    expect(socket.ids).toEqual(['heard']);
  });

  test('with a ttl it reaches those too who come within it, each until he has it', async () => {
    expect((await posted(stage.far, { to: toAll, id: 'sale', ttlSeconds: 60 }, 'third')).status).toBe(
      'queued',
    );
    await posted(stage.far, { to: toAll, id: 'brief', ttlSeconds: 1 }, 'third');
    await new Promise((resolve) => {
      setTimeout(resolve, 1_100);
    });
    const user = somebody();
    const first = await come(stage.near, user, 'third');
    await first.receive(1);
    expect(first.ids).toEqual(['sale']);
    const second = await come(stage.far, user, 'third');
    await second.receive(1);
    second.ack({ id: 'sale' });
    await expect.poll(() => heardAtHello(user)).toEqual(['end']);
    expect(await heardAtHello(somebody())).toEqual(['sale', 'end']);
  });

  test('one that was not acknowledged comes again, though a later one was', async () => {
    const user = somebody();
    const first = await come(stage.near, user, 'fifth');
    for (const id of ['a', 'b', 'c', 'd'])
      await posted(stage.far, { to: toAll, id, ttlSeconds: 60 }, 'fifth');
    await first.receive(4);
    for (const id of ['a', 'c', 'd']) first.ack({ id });
    // Whoever comes anew finds what the store knows by then.
    await expect.poll(() => heardAtHello(user, 'fifth')).toEqual(['b', 'c', 'd', 'end']);
    first.ack({ id: 'b' });
    await expect.poll(() => heardAtHello(user, 'fifth')).toEqual(['end']);
  });

  test('what waits for a user comes before what is said to all meanwhile', async () => {
    const user = somebody();
    await come(stage.near, somebody(), 'sixth');
    for (let n = 0; n < 90; n++) await posted(stage.far, { to: user, id: `w-${n}` }, 'sixth');
    const hello = come(stage.near, user, 'sixth');
    for (let n = 0; n < 5; n++) await posted(stage.near, { to: toAll, id: `live-${n}` }, 'sixth');
    const socket = await hello;
    await socket.receive(90);
    await posted(stage.near, { to: toAll, id: 'last' }, 'sixth');
    await socket.until(() => socket.ids.includes('last'), 'the last');
    expect(socket.ids.slice(0, 90)).toEqual(Array.from({ length: 90 }, (_, n) => `w-${n}`));
  });

  test('of one id there is one', async () => {
    const socket = await come(stage.near, somebody(), 'fourth');
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        posted(stage.nodes[n % stage.nodes.length]!, { to: toAll, id: 'just-once' }, 'fourth'),
      ),
    );
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(['just-once']));
    await posted(stage.far, { to: toAll, id: 'the-next' }, 'fourth');
    await socket.receive(2);
    expect(socket.ids).toEqual(['just-once', 'the-next']);
  });

  /** What a socket is sent up to a broadcast that is sent once it is there. */
  async function heardAtHello(user: string, site = 'third'): Promise<string[]> {
    const socket = await come(stage.near, user, site);
    await posted(stage.far, { to: toAll, body: 'end' }, site);
    await socket.until(() => socket.messages.at(-1)?.body === 'end', 'the end');
    socket.raw.terminate();
    return socket.messages.map(({ id, body }) => (body === 'end' ? 'end' : id));
  }
});
