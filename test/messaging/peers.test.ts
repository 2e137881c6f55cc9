import { describe, expect, test } from 'vitest';
import { verdictOf } from '../site/support.ts';
import { come, onBothStores, post, posted, somebody } from './stage.ts';

const site = (id: string, messaging?: object) => ({
  id,
  secret: `canary-${id}-secret-0123456789`,
  origins: [`https://${id}.example`],
  ...(messaging && { messaging }),
});

const sites = [
  site('shop', { peers: true }),
  site('bank'),
  site('strict', { peers: true, inboxPerSender: 3 }),
  site('lenient', { peers: true, inboxPerSender: 3, beyondPerSender: 'drop' }),
];

onBothStores({ sites, config: { messaging: { inboxPerUser: 10 } } }, (stage) => {
  test('one user writes to another at another node, who learns from the server who it was', async () => {
    const [alice, bob] = [somebody(), somebody()];
    const from = await come(stage.near, alice);
    const to = await come(stage.far, bob);
    from.send({
      type: 'send',
      to: bob,
      body: { text: 'Lunch?' },
      id: 'm-1',
      from: bob,
      openid: bob,
      sentAt: 1,
    });
    expect(await from.answer('m-1')).toEqual({ type: 'sent', id: 'm-1', status: 'delivered' });
    const [message] = await to.receive(1);
    expect(message).toEqual({
      type: 'message',
      id: 'm-1',
      from: alice,
      body: { text: 'Lunch?' },
      sentAt: expect.any(Number),
    });
    expect(Math.abs(message!.sentAt - Date.now())).toBeLessThan(60_000);
  });

  test('sent again with its id, on another socket too, it is the same message', async () => {
    const [alice, bob] = [somebody(), somebody()];
    const first = await come(stage.near, alice);
    const second = await come(stage.far, alice);
    for (const socket of [first, second]) {
      socket.send({ type: 'send', to: bob, body: 1, id: 'once' });
      expect(await socket.answer('once')).toEqual({ type: 'sent', id: 'once', status: 'queued' });
    }
    const reader = await come(stage.near, bob);
    expect(await reader.first('welcome')).toMatchObject({ waiting: 1 });
  });

  /** Two users sent a third one a message each, and both chose the same id. */
  async function twoOfOneId() {
    const [alice, bob, carol] = [somebody(), somebody(), somebody()];
    for (const sender of [alice, bob]) {
      const socket = await come(stage.near, sender);
      socket.send({ type: 'send', to: carol, body: sender, id: '1' });
      await socket.answer('1');
    }
    const reader = await come(stage.far, carol);
    await reader.receive(2);
    return { alice, bob, carol, reader };
  }

  test('of two users who chose one id there are two messages, and two acknowledgements', async () => {
    const { alice, bob, carol, reader } = await twoOfOneId();
    expect(reader.messages.map(({ id, from }) => [id, from])).toEqual([
      ['1', alice],
      ['1', bob],
    ]);
    reader.ack({ id: '1' });
    await expect.poll(() => waitingFor(carol)).toBe(1);
    reader.ack({ id: '1' });
    await expect.poll(() => waitingFor(carol)).toBe(0);
  });

  test('an acknowledgement may say whose message it is', async () => {
    const { alice, bob, carol, reader } = await twoOfOneId();
    for (const from of [somebody(), null, bob]) reader.send({ type: 'ack', id: '1', from });
    await expect.poll(() => waitingFor(carol)).toBe(1);
    const again = await come(stage.near, carol);
    expect(await again.receive(1)).toMatchObject([{ from: alice }]);
  });

  test('other users fill half of an inbox, however many they are, and the site has the rest', async () => {
    const bob = somebody();
    for (let n = 0; n < 5; n++) {
      const socket = await come(stage.near, somebody());
      socket.send({ type: 'send', to: bob, body: n, id: 'a' });
      expect(await socket.answer('a')).toMatchObject({ status: 'queued' });
    }
    const socket = await come(stage.far, somebody());
    socket.send({ type: 'send', to: bob, body: 5, id: 'a' });
    expect(await socket.answer('a')).toMatchObject({ type: 'refused', error: 'inbox_full' });
    for (let n = 0; n < 5; n++) await posted(stage.far, { to: bob });
    expect(await verdictOf(post(stage.far, { to: bob }))).toBe('429 inbox_full');
  });

  test('at a site that does not allow it, it is refused, and the socket stays', async () => {
    const socket = await come(stage.near, somebody(), 'bank');
    socket.send({ type: 'send', to: somebody(), body: 1, id: 'x' });
    const answer = await socket.answer('x');
    expect(answer).toMatchObject({ type: 'refused', id: 'x', error: 'peers_not_allowed' });
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
  });

  test('nobody writes across sites', async () => {
    const [alice, bob] = [somebody(), somebody()];
    const atShop = await come(stage.near, alice);
    const atBank = await come(stage.far, bob, 'bank');
    atShop.send({ type: 'send', to: bob, body: 1, id: 'x', site: 'bank' });
    expect(await atShop.answer('x')).toMatchObject({ status: 'queued' });
    await posted(stage.near, { to: bob, id: 'own' }, 'bank');
    await atBank.receive(1);
    expect(atBank.ids).toEqual(['own']);
  });

  test('what is too long once it was read is refused', async () => {
    const socket = await come(stage.near, somebody());
    socket.raw.send(`{"type":"send","to":"oBob","id":"x","body":[${Array(300).fill('1e20').join()}]}`);
    expect(await socket.answer('x')).toMatchObject({ type: 'refused', error: 'message_too_large' });
  });

  describe('of one sender, while the user is away', () => {
    test('the fourth is refused', async () => {
      const [alice, bob] = [somebody(), somebody()];
      const socket = await come(stage.near, alice, 'strict');
      expect(await sendFour(socket, bob)).toEqual(['queued', 'queued', 'queued', 'inbox_full']);
      const other = await come(stage.far, somebody(), 'strict');
      other.send({ type: 'send', to: bob, body: 'mine', id: 'other' });
      expect(await other.answer('other')).toMatchObject({ status: 'queued' });
      const reader = await come(stage.far, bob, 'strict');
      await reader.receive(4);
      expect(reader.messages.map(({ body }) => body)).toEqual([1, 2, 3, 'mine']);
      // Whoever is there has no such limit.
      socket.send({ type: 'send', to: bob, body: 5, id: '5' });
      expect(await socket.answer('5')).toMatchObject({ status: 'delivered' });
    });

    test('or dropped', async () => {
      const [alice, bob] = [somebody(), somebody()];
      const socket = await come(stage.near, alice, 'lenient');
      expect(await sendFour(socket, bob)).toEqual(['queued', 'queued', 'queued', 'dropped']);
      const reader = await come(stage.far, bob, 'lenient');
      expect(await reader.first('welcome')).toMatchObject({ waiting: 3 });
      await reader.receive(3);
      expect(reader.messages.map(({ body }) => body)).toEqual([1, 2, 3]);
    });

    test('the site is a sender too', async () => {
      const bob = somebody();
      for (let n = 0; n < 3; n++) await posted(stage.near, { to: bob }, 'strict');
      expect(await verdictOf(post(stage.far, { to: bob }, 'strict'))).toBe('429 inbox_full');
      expect((await posted(stage.far, { to: somebody() }, 'strict')).status).toBe('queued');
    });
  });

  test('no more than so many wait for one user, whoever sent them and whether he is there or not', async () => {
    const bob = somebody();
    const socket = await come(stage.near, bob);
    for (let n = 0; n < 10; n++) await posted(stage.far, { to: bob });
    expect(await verdictOf(post(stage.far, { to: bob }))).toBe('429 inbox_full');
    const [first] = await socket.receive(10);
    socket.ack(first!);
    await expect.poll(async () => (await post(stage.far, { to: bob })).status).toBe(202);
    expect(await verdictOf(post(stage.far, { to: bob }))).toBe('429 inbox_full');
  });

  async function waitingFor(user: string): Promise<number> {
    const socket = await come(stage.near, user);
    const { waiting } = await socket.first('welcome');
    socket.raw.terminate();
    return waiting;
  }
});

/** What became of each. */
async function sendFour(socket: Awaited<ReturnType<typeof come>>, to: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (let n = 1; n <= 4; n++) {
    socket.send({ type: 'send', to, body: n, id: String(n) });
    const answer = await socket.answer(String(n));
    outcomes.push(answer.type === 'sent' ? answer.status : answer.error);
  }
  return outcomes;
}
