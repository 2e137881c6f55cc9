import { expect, test } from 'vitest';
import { sha256 } from '../../../src/kit/id.ts';
import { added, boxId } from './stage.ts';
import type { Stage } from './stage.ts';

export function telling(stage: Stage): void {
  test('a message is told once, however many seats there are, with the place of the one before', async () => {
    const { box, post, join, heard } = await stage();
    const waiting = added(await post());
    for (const id of ['a', 'b', 'c']) await join({ id });
    const messages = [];
    for (let i = 0; i < 10; i++)
      messages.push(added(await post({ body: `${i}`, from: 'oA' }, { perSender: 1 })));
    await expect.poll(() => heard.mails).toHaveLength(10);
    const befores = [waiting, ...messages].map(({ seq }) => seq);
    expect(heard.mails).toStrictEqual(
      messages.map((message, index) => ({ box, message, before: befores[index] })),
    );
  });

  test('nothing is told of whoever is not there, and nothing to whoever left', async () => {
    const { mailboxes, box, post, join, pass, heard } = await stage();
    await post();
    await join({ id: 'a' });
    await post({}, {}, boxId());
    await mailboxes.leave(box, 'a');
    await post();
    await pass(200);
    expect(heard).toMatchObject({ mails: [], replacements: [], ends: [], broadcasts: [] });
  });

  test('a repeat and what is refused are not told', async () => {
    const { post, join, pass, heard } = await stage();
    await join();
    await post({ id: 'a' });
    await post({ id: 'a' });
    await post({ id: 'b' }, { perUser: 1 });
    await pass(200);
    expect(heard.mails).toHaveLength(1);
  });

  test('the end of a session is told to whoever sits there with it', async () => {
    const { mailboxes, box, join, pass, heard } = await stage();
    const [mine, other] = [sha256('mine'), sha256('other')];
    await join({ session: mine });
    await join({ session: mine });
    await join({ session: null });
    await mailboxes.endSession(box, other);
    await mailboxes.endSession(boxId(), mine);
    await mailboxes.endSession(box, mine);
    await expect.poll(() => heard.ends).toStrictEqual([[box, mine]]);
    await pass(200);
    expect(heard.ends).toHaveLength(1);
    // Whoever holds the seats leaves them.
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 3 });
  });
}
