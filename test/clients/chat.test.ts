import { describe, expect, test } from 'vitest';
import type { Saoma } from './saoma.ts';
import { openStage } from './stage.ts';
import type { Phone } from './stage.ts';

type Message = Parameters<Parameters<Saoma['connect']>[0]['onMessage']>[0];

const soon = { timeout: 15_000, interval: 10 };

/** A person whose mini program is open, and what it saw. */
function openChat({ saoma, wx, openid }: Phone) {
  const taken: Message[] = [];
  const states: string[] = [];
  const connection = saoma.connect({
    onMessage: (message) => void taken.push(message),
    onState: (state, reason) => states.push(reason ?? state),
  });
  const online = async (): Promise<void> => {
    await expect.poll(() => states.at(-1), soon).toBe('open');
  };
  const bodies = (): unknown[] => taken.map(({ body }) => body);
  return { connection, taken, bodies, states, online, wx, openid };
}

describe('two people', () => {
  test('write to each other', async () => {
    const { phone } = await openStage();
    const [ann, ben] = [openChat(await phone()), openChat(await phone())];
    await Promise.all([ann.online(), ben.online()]);
    const body = { text: '你好 <b>' };
    const sent = await ann.connection.send(ben.openid, body);
    expect(sent.status).toBe('delivered');
    await expect.poll(() => ben.taken, soon).toMatchObject([{ id: sent.id, from: ann.openid, body }]);
    await ben.connection.send(ann.openid, 2);
    await expect.poll(ann.bodies, soon).toEqual([2]);
  });

  test('one goes away, and finds what was written meanwhile, in order and once', async () => {
    const { phone } = await openStage();
    const [annsPhone, bensPhone] = [await phone(), await phone()];
    const [ann, ben] = [openChat(annsPhone), openChat(bensPhone)];
    await Promise.all([ann.online(), ben.online()]);
    ben.connection.close();
    await expect.poll(async () => (await ann.connection.send(ben.openid, 0)).status, soon).toBe('queued');
    for (const body of [1, 2, 3]) await ann.connection.send(ben.openid, body);
    const back = openChat(bensPhone);
    await expect.poll(() => back.bodies().slice(-3), soon).toEqual([1, 2, 3]);
    back.connection.close();
    const again = openChat(bensPhone);
    await again.online();
    await ann.connection.send(ben.openid, 4);
    await expect.poll(again.bodies, soon).toContain(4);
    expect(again.bodies()).toEqual([4]);
  });

  test('more messages than the server hears at once all arrive, in order', async () => {
    const { phone } = await openStage();
    const [ann, ben] = [openChat(await phone()), openChat(await phone())];
    await Promise.all([ann.online(), ben.online()]);
    const numbers = Array.from({ length: 25 }, (_, index) => index);
    await Promise.all(numbers.map((body) => ann.connection.send(ben.openid, body)));
    await expect.poll(ben.bodies, soon).toEqual(numbers);
    expect(ann.states).toEqual(['connecting', 'open']);
  });
});

test('the site writes to one person, and to everybody', async () => {
  const { app, phone } = await openStage();
  const ann = openChat(await phone());
  await ann.online();
  const { id, secret } = app.site;
  const post = (to: unknown, body: unknown): Promise<Response> =>
    fetch(`${app.url}/api/messages`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ to, body }),
    });
  expect((await post(ann.openid, 'to you')).status).toBe(202);
  expect((await post({ all: true }, 'to all')).status).toBe(202);
  await expect.poll(() => ann.taken.length, soon).toBe(2);
  expect(ann.taken).toMatchObject([
    { from: null, body: 'to you' },
    { from: null, body: 'to all', to: 'all' },
  ]);
});

test('a session that ends at the server is replaced, and the connection goes on', async () => {
  const { app, phone } = await openStage();
  const anns = await phone();
  const ann = openChat(anns);
  await ann.online();
  const [token = ''] = anns.wx.storage.values();
  await fetch(`${app.url}/miniprogram/mini/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  await expect.poll(() => ann.states, soon).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  expect(anns.wx.logins).toBe(2);
});

test('a lost network loses no message', async () => {
  const { phone } = await openStage();
  const [anns, bens] = [await phone(), await phone()];
  const [ann, ben] = [openChat(anns), openChat(bens)];
  await Promise.all([ann.online(), ben.online()]);
  anns.wx.online = false;
  anns.wx.sockets.at(-1)?.terminate();
  const sent = ann.connection.send(ben.openid, 'from the tunnel');
  await expect.poll(() => ann.states.at(-1), soon).toBe('waiting');
  anns.wx.setOnline(true);
  expect((await sent).status).toBe('delivered');
  await expect.poll(ben.bodies, soon).toEqual(['from the tunnel']);
});
