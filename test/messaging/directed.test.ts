import { describe, expect, test } from 'vitest';
import { verdictOf } from '../site/support.ts';
import { MailSocket } from './mail-socket.ts';
import { come, onBothStores, posted, postText, somebody, tokenFor } from './stage.ts';

onBothStores({}, (stage) => {
  test('a message reaches each socket of its user, at whichever node, and nobody else', async () => {
    const [user, other] = [somebody(), somebody()];
    const sockets = await Promise.all([stage.near, stage.far, stage.near].map((node) => come(node, user)));
    const stranger = await come(stage.near, other);
    const elsewhere = await come(stage.far, user, 'bank');
    const receipt = await posted(stage.far, { to: user, body: { text: '你好', list: [1, null] } });
    expect(receipt.status).toBe('delivered');
    for (const socket of sockets) {
      const [message] = await socket.receive(1);
      expect(message).toEqual({
        type: 'message',
        id: receipt.id,
        from: null,
        body: { text: '你好', list: [1, null] },
        sentAt: expect.any(Number),
      });
    }
    await posted(stage.near, { to: other });
    await stranger.receive(1);
    expect([stranger.messages.length, elsewhere.messages.length]).toEqual([1, 0]);
  });

  test('what is sent one after the other comes in that order', async () => {
    const user = somebody();
    const socket = await come(stage.near, user);
    const ids: string[] = [];
    for (let n = 0; n < 60; n++)
      ids.push((await posted(stage.nodes[n % stage.nodes.length]!, { to: user })).id);
    await socket.receive(60);
    expect(socket.ids).toEqual(ids);
  });

  test('what came while nobody was there comes at the next hello, in order, and before what is new', async () => {
    const user = somebody();
    const ids: string[] = [];
    for (let n = 0; n < 45; n++) {
      const { id, status } = await posted(stage.far, { to: user, body: n });
      expect(status).toBe('queued');
      ids.push(id);
    }
    const socket = await MailSocket.open(stage.near.url);
    socket.send({ type: 'hello', token: tokenFor(stage.near, user) });
    const during = Promise.all([50, 51, 52].map((body) => posted(stage.far, { to: user, body })));
    await socket.receive(48);
    expect(await socket.first('welcome')).toMatchObject({ type: 'welcome' });
    expect(socket.ids.slice(0, 45)).toEqual(ids);
    expect(socket.ids.slice(45).sort()).toEqual((await during).map(({ id }) => id).sort());
    expect(socket.frames[0]?.type).toBe('welcome');
  });

  test('the welcome says how many wait', async () => {
    const user = somebody();
    for (let n = 0; n < 30; n++) await posted(stage.far, { to: user });
    const socket = await come(stage.near, user);
    expect(await socket.first('welcome')).toEqual({ type: 'welcome', waiting: 30 });
    expect(await (await come(stage.near, somebody())).first('welcome')).toEqual({
      type: 'welcome',
      waiting: 0,
    });
  });

  test('what is acknowledged is gone, for the other sockets too; all else comes again with the same id', async () => {
    const user = somebody();
    const first = await come(stage.near, user);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await posted(stage.far, { to: user, body: n })).id);
    await first.receive(3);
    first.ack({ id: ids[1]! });
    await gone(stage.far, user, 2);
    first.raw.close();
    const second = await come(stage.far, user);
    await second.receive(2);
    expect(second.ids).toEqual([ids[0], ids[2]]);
    for (const id of second.ids) second.ack({ id });
    await gone(stage.near, user, 0);
  });

  test('each acknowledges as many as it was sent, in one breath; of other ids an acknowledgement means nothing', async () => {
    const user = somebody();
    for (let n = 0; n < 60; n++) await posted(stage.far, { to: user });
    const socket = await come(stage.near, user);
    await socket.receive(60);
    for (const message of socket.messages) socket.ack(message);
    await gone(stage.far, user, 0);
    for (let n = 0; n < 15; n++) socket.ack({ id: `never-sent-${n}` });
    await posted(stage.far, { to: user, id: 'after' });
    await socket.receive(61);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    for (let n = 0; n < 10; n++) socket.ack({ id: `never-sent-${n}` });
    expect(await socket.closed).toBe(4429);
  });

  test('with an id it is the same message again, whoever takes it; without one it is another', async () => {
    const user = somebody();
    const once = await posted(stage.near, { to: user, id: 'order-1', body: 'first' });
    const again = await posted(stage.far, { to: user, id: 'order-1', body: 'second' });
    expect([once, again]).toEqual([
      { id: 'order-1', status: 'queued' },
      { id: 'order-1', status: 'queued' },
    ]);
    const socket = await come(stage.near, user);
    await posted(stage.far, { to: user, body: 'third' });
    await posted(stage.far, { to: user, body: 'third' });
    await socket.receive(3);
    expect(socket.messages.map(({ body }) => body)).toEqual(['first', 'third', 'third']);
    await posted(stage.far, { to: somebody(), id: 'order-1' });
    expect((await posted(stage.near, { to: user, id: 'order-1' })).status).toBe('queued');
  });

  test('of one id many at once are one message', async () => {
    const user = somebody();
    const socket = await come(stage.near, user);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        posted(stage.nodes[n % stage.nodes.length]!, { to: user, id: 'once' }),
      ),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['delivered']));
    await posted(stage.near, { to: user, id: 'last' });
    await socket.receive(2);
    expect(socket.ids).toEqual(['once', 'last']);
  });

  test('after its ttl it is gone; with none it is for those only who are there', async () => {
    const user = somebody();
    expect(await posted(stage.far, { to: user, id: 'none', ttlSeconds: 0 })).toEqual({
      id: 'none',
      status: 'dropped',
    });
    await posted(stage.far, { to: user, id: 'short', ttlSeconds: 1 });
    await posted(stage.far, { to: user, id: 'long', ttlSeconds: 60 });
    await new Promise((resolve) => {
      setTimeout(resolve, 1_100);
    });
    const socket = await come(stage.near, user);
    expect(await posted(stage.far, { to: user, id: 'now', ttlSeconds: 0 })).toEqual({
      id: 'now',
      status: 'delivered',
    });
    await socket.receive(2);
    expect(socket.ids).toEqual(['long', 'now']);
    const later = await come(stage.far, user);
    expect(await later.first('welcome')).toMatchObject({ waiting: 1 });
    await later.receive(1);
    expect(later.ids).toEqual(['long']);
  });
});

describe('any JSON is a body', () => {
  onBothStores({}, (stage) => {
    test.each([
      null,
      false,
      0,
      -1.5e-7,
      '',
      '"}{\u2028\u0000𐍈',
      [],
      {},
      { from: 'oSomebodyElse', type: 'welcome', ['__proto__']: 1 },
      'x'.repeat(4094),
      '文'.repeat(1364),
    ])('%j', async (body) => {
      const user = somebody();
      const socket = await come(stage.near, user);
      await posted(stage.far, { to: user, body });
      const [message] = await socket.receive(1);
      expect(message).toMatchObject({ type: 'message', from: null });
      expect(message!.body).toStrictEqual(JSON.parse(JSON.stringify(body)));
    });

    test.each([
      { name: 'one byte more than 4096', body: JSON.stringify('x'.repeat(4095)) },
      { name: 'short when written, long when read', body: `[${Array(300).fill('1e20').join()}]` },
      { name: 'lists in lists', body: `${'['.repeat(12_000)}${']'.repeat(12_000)}` },
    ])('but not $name', async ({ body }) => {
      const answer = await postText(stage.near, `{"to":"${somebody()}","body":${body}}`);
      expect(await verdictOf(answer)).toBe('413 message_too_large');
    });
  });
});

/** Until so many messages of the user are left. */
async function gone(node: Parameters<typeof come>[0], user: string, left: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const socket = await come(node, user);
        const { waiting } = await socket.first('welcome');
        socket.raw.terminate();
        return waiting;
      },
      { interval: 50 },
    )
    .toBe(left);
}
