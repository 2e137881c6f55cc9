import { expect, test } from 'vitest';
import { change, draft, long, moved } from './stage.ts';
import type { Stage } from './stage.ts';

const awkward = '"\'\\ \n\t\u0000 \u2028 ]]> <b> {} $1 %s 小扫 👨‍👩‍👧 nil';

export function values(stage: Stage): void {
  test('what was handed out stays what it was', async () => {
    const { store, begin } = await stage();
    const added = await begin();
    const { id, claimHash } = added;
    const handedOut = [
      added,
      (await store.find(id))!,
      (await store.attach(id, claimHash, 'node-a'))!.scene,
      moved(await store.move(id, change('scan'))),
      (await store.countStranger(id, 'oStranger', 5, change('crowd')))!.scene,
      ...(await store.list({ limit: 1 })).scenes,
    ];
    const before = structuredClone(handedOut);
    await store.detach(id, 'node-a', 1);
    await store.attach(id, claimHash, 'node-b');
    await store.countStranger(id, 'oAnother', 5, change('crowd'));
    await store.move(id, change('confirm', { set: { user: null }, codeLives: 1000 }));
    await store.move(id, change('consume'));
    expect(handedOut).toStrictEqual(before);
  });

  test('whatever a browser, a site or WeChat wrote comes back unchanged', async () => {
    const { store } = await stage();
    const browser = { ip: '2001:db8::7', userAgent: awkward, origin: 'https://shop.example' };
    const given = draft({ browser, siteState: awkward, codeChallenge: awkward });
    const { id } = await store.add(given, long);
    const user = {
      nickname: awkward,
      avatarUrl: '',
      subscribed: false,
      subscribedAt: 1_700_000_000_123,
      language: null,
    };
    const openid = 'o-_Aa"\\';
    moved(await store.move(id, change('scan', { set: { openid, user, unionid: '' } })));
    await store.countStranger(id, awkward, 5, change('crowd'));
    expect(await store.find(id)).toMatchObject({ ...given, openid, user, unionid: '', strangers: [awkward] });
  });

  test('an empty list of strangers stays a list, and no number loses a digit', async () => {
    const { store, reach } = await stage();
    const scene = await reach('confirmed', { codeLives: 59_999 });
    const found = await store.find(scene.id);
    expect(found).toStrictEqual(scene);
    expect(found?.strangers).toStrictEqual([]);
    expect(found?.expiresAt).toBe(found!.confirmedAt! + 59_999);
  });
}
