import { expect, test } from 'vitest';
import { basic, secretOf, verdictOf } from '../site/support.ts';
import type { TestApp } from '../support/start-app.ts';
import { MailSocket } from './mail-socket.ts';
import { come, onBothStores, posted, presence, somebody, tokenFor } from './stage.ts';

onBothStores({}, (stage) => {
  test('a site ends the message tokens of its user: sockets close at every node, and no other', async () => {
    const user = somebody();
    const ended = await Promise.all([come(stage.near, user), come(stage.far, user)]);
    const stays = await Promise.all([come(stage.far, user, 'bank'), come(stage.near, somebody())]);
    expect((await end(stage.near, user)).status).toBe(204);
    expect(await Promise.all(ended.map(({ closed }) => closed))).toEqual([4401, 4401]);
    await expect.poll(() => presence(stage.far, user)).toMatchObject({ connections: 0 });
    expect(stays.map(({ raw }) => raw.readyState)).toEqual([1, 1]);
  });

  test('an ended token is none, a later one finds what waits', async () => {
    const user = somebody();
    const token = tokenFor(stage.near, user);
    await posted(stage.near, { to: user, id: 'waits' });
    await end(stage.far, user);
    const refused = await MailSocket.open(stage.near.url);
    refused.send({ type: 'hello', token });
    // Whatever it goes on to say is not its to say.
    refused.send({ type: 'send', to: user, body: 1, id: 'unheard' });
    expect(await refused.closed).toBe(4401);
    expect(refused.frames).toEqual([]);
    const later = await MailSocket.open(stage.far.url);
    await later.hello(tokenFor(stage.far, user, 'shop', Date.now() + 1_000));
    await later.receive(1);
    expect(later.ids).toEqual(['waits']);
  });

  test('nobody ends those of another site', async () => {
    const user = somebody();
    const socket = await come(stage.near, user);
    const wrong = basic('shop', secretOf(stage.near, 'bank'));
    expect(await verdictOf(end(stage.near, user, wrong))).toBe('401 invalid_client');
    expect((await end(stage.far, user, basic('bank', secretOf(stage.near, 'bank')))).status).toBe(204);
    await posted(stage.far, { to: user, id: 'on' });
    await socket.receive(1);
    expect(socket.raw.readyState).toBe(1);
  });
});

function end(
  app: TestApp,
  user: string,
  authorization = basic('shop', secretOf(app, 'shop')),
): Promise<Response> {
  const headers = { authorization };
  return fetch(`${app.url}/api/users/${user}/message-tokens`, { method: 'DELETE', headers });
}
