import { expect, test } from 'vitest';
import { appOfTest, basic, secretOf, verdictOf } from '../site/support.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime } from '../support/pass-time.ts';
import { MailSocket } from './mail-socket.ts';
import { come, onBothStores, posted, presence, somebody, tokenFor } from './stage.ts';

onBothStores({ config: { messaging: { socketsPerUser: 3 } } }, (stage) => {
  test('who was never there is not there', async () => {
    expect(await presence(stage.near, somebody())).toEqual({
      online: false,
      connections: 0,
      lastSeenAt: null,
    });
  });

  test('sockets are counted over all nodes, and at this site only', async () => {
    const user = somebody();
    const sockets = [await come(stage.near, user), await come(stage.far, user)];
    await come(stage.far, user, 'bank');
    for (const node of stage.nodes) {
      const seen = await presence(node, user);
      expect(seen).toMatchObject({ online: true, connections: 2 });
      expect(Math.abs(Date.now() - seen.lastSeenAt!)).toBeLessThan(5_000);
    }
    sockets[0]!.raw.close();
    await expect.poll(() => presence(stage.far, user)).toMatchObject({ online: true, connections: 1 });
    sockets[1]!.raw.terminate();
    await expect.poll(() => presence(stage.near, user)).toMatchObject({ online: false, connections: 0 });
    expect((await presence(stage.near, user)).lastSeenAt).toEqual(expect.any(Number));
    expect(await presence(stage.near, user, 'bank')).toMatchObject({ online: true, connections: 1 });
  });

  test('beyond the limit the oldest socket is told to stop, at whichever node it is', async () => {
    const user = somebody();
    const sockets = [];
    for (const node of [stage.near, stage.far, stage.near, stage.far, stage.far])
      sockets.push(await come(node, user));
    expect(await sockets[0]!.closed).toBe(4409);
    expect(await sockets[1]!.closed).toBe(4409);
    await expect.poll(() => presence(stage.near, user)).toMatchObject({ connections: 3 });
    await posted(stage.near, { to: user, id: 'on' });
    for (const socket of sockets.slice(2)) await socket.receive(1);
    expect(sockets.slice(2).map(({ raw }) => raw.readyState)).toEqual([1, 1, 1]);
    // Other users and sites have their own.
    for (let n = 0; n < 3; n++) await come(stage.near, user, 'bank');
    expect(await presence(stage.far, user)).toMatchObject({ connections: 3 });
  });

  test('a wrong secret sees nobody, nor does that of another site, nor none', async () => {
    const user = somebody();
    await come(stage.near, user);
    const attempts: Record<string, string>[] = [
      { authorization: basic('shop', 'wrong') },
      { authorization: basic('shop', secretOf(stage.near, 'bank')) },
      {},
    ];
    for (const headers of attempts) {
      const answer = await fetch(`${stage.near.url}/api/users/${user}/presence`, { headers });
      expect(await verdictOf(answer)).toBe('401 invalid_client');
    }
    expect(await presence(stage.near, user, 'bank')).toMatchObject({ online: false });
  });

  test('what is no openid is a fault, and no log names a user', async () => {
    const user = somebody();
    await presence(stage.near, user);
    const headers = { authorization: basic('shop', secretOf(stage.near, 'shop')) };
    for (const path of ['a%20b', '%E4%BD%A0', 'x'.repeat(65), '..%2f'])
      expect(await verdictOf(fetch(`${stage.near.url}/api/users/${path}/presence`, { headers }))).toBe(
        '400 invalid_request',
      );
    expect(stage.near.logged.join('')).toContain('/api/users/…/presence');
    expect(stage.near.logged.join('')).not.toContain(user);
  });
});

test('a socket that answers no ping is given up, and its user is gone', async () => {
  const clock = new FakeClock();
  const app = await appOfTest({ clock });
  const user = somebody();
  const token = tokenFor(app, user, 'shop', clock.now());
  const silent = await (await MailSocket.open(app.url)).hello(token);
  const alive = await (await MailSocket.open(app.url)).hello(token);
  silent.raw.pause();
  await passTime(clock, 40_000, alive);
  expect(await presence(app, user)).toMatchObject({ connections: 2 });
  await passTime(clock, 15_000, alive);
  await expect.poll(() => presence(app, user)).toMatchObject({ online: true, connections: 1 });
  expect(alive.raw.readyState).toBe(alive.raw.OPEN);
});
