import { expect, test } from 'vitest';
import type { Bounds, Joined, Posted } from '../../../src/messaging/mailboxes.ts';
import { added, draft, idsOf, noBounds, together } from './stage.ts';
import type { Stage } from './stage.ts';

function countOf(kind: string, answers: readonly (Posted | Joined)[]): number {
  return answers.filter((answer) => answer.kind === kind).length;
}

export function races(stage: Stage): void {
  test('50 at once each have a place of their own, and those of one sender keep their order', async () => {
    const { post, waiting } = await stage();
    const posted = await together(50, (i) => post({ from: i % 2 ? 'oA' : null, body: `${i}` }));
    const places = posted.map((each) => added(each).seq);
    expect(new Set(places).size).toBe(50);
    const messages = await waiting();
    for (const from of ['oA', null]) {
      const numbers = messages.filter((message) => message.from === from).map(({ body }) => Number(body));
      expect(numbers).toHaveLength(25);
      expect(numbers).toStrictEqual([...numbers].sort((a, b) => a - b));
    }
  });

  test('of 50 with the same id at once one is stored, and one is told', async () => {
    const { post, join, waiting, pass, heard } = await stage();
    await join();
    const posted = await together(50, (i) => post({ id: 'a', from: 'oA', body: `${i}` }));
    expect([countOf('added', posted), countOf('repeated', posted)]).toStrictEqual([1, 49]);
    expect(await waiting()).toHaveLength(1);
    await pass(200);
    expect(heard.mails).toHaveLength(1);
  });

  test.each<{ name: string; bound: Partial<Bounds>; others: string }>([
    { name: 'a user', bound: { perUser: 7 }, others: 'full' },
    { name: 'a sender', bound: { perSender: 7, beyond: 'drop' }, others: 'dropped' },
    { name: 'other users', bound: { fromPeers: 7 }, others: 'full' },
  ])('of 50 at once exactly as many are stored as $name may have', async ({ bound, others }) => {
    const { post, waiting } = await stage();
    const posted = await together(50, () => post({ from: 'oA' }, bound));
    expect([countOf('added', posted), countOf(others, posted)]).toStrictEqual([7, 43]);
    expect(await waiting()).toHaveLength(7);
  });

  test('of 20 who join at once as many sit as may, and each of the others is told or answered so', async () => {
    const { mailboxes, box, join, heard } = await stage();
    const answers = await together(20, (i) => join({ id: `seat-${i}` }, { limit: 5 }));
    const answered = countOf('replaced', answers);
    await expect.poll(() => heard.replacements.length + answered).toBe(15);
    expect(new Set(heard.replacements.map(([, id]) => id)).size).toBe(heard.replacements.length);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 5 });
  });

  test('seats that come and go at once leave what stays', async () => {
    const { mailboxes, box, join } = await stage();
    const steps = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 2 ? mailboxes.leave(box, `seat-${i - 1}`) : join({ id: `seat-${i}` }, { limit: 100 }),
    );
    await Promise.all(steps);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 20 });
  });

  test('whatever is acknowledged while others post, nothing else goes', async () => {
    const { mailboxes, box, post, waiting } = await stage();
    const early = await together(25, (i) => post({ id: `early-${i}` }));
    const [gone] = await Promise.all([
      Promise.all(early.map((each) => mailboxes.acknowledge(box, [added(each).seq]))),
      together(25, (i) => post({ id: `late-${i}` })),
    ]);
    expect(gone).toStrictEqual(gone.map(() => 1));
    expect(idsOf(await waiting())).toStrictEqual(Array.from({ length: 25 }, (_, i) => `late-${i}`));
  });

  test('of many who acknowledge the same, one does', async () => {
    const { mailboxes, box, post } = await stage();
    const { seq } = added(await post());
    const gone = await together(20, () => mailboxes.acknowledge(box, [seq]));
    expect(gone.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test('a sender may go on as exactly as many of his are taken', async () => {
    const { mailboxes, box, post } = await stage();
    const bound: Bounds = { ...noBounds, perSender: 10 };
    const sent = await together(10, () => post({ from: 'oA' }, bound));
    const taken = sent.slice(0, 4).map((each) => added(each).seq);
    const [, ...answers] = await Promise.all([
      mailboxes.acknowledge(box, taken),
      ...Array.from({ length: 20 }, () => mailboxes.post(box, draft({ from: 'oA' }), bound)),
    ]);
    expect(countOf('added', answers)).toBe(4);
  });

  test('who joins while others post has everything, from the answer or as a wake-up', async () => {
    const { post, join, heard } = await stage();
    const early = together(20, (i) => post({ body: `${i}` }));
    const answer = join();
    const late = together(20, (i) => post({ body: `${20 + i}` }));
    const sent = [...(await early), ...(await late)].map((each) => added(each).seq);
    const told = await answer;
    if (told.kind !== 'joined') throw new Error('it has no seat');
    const { messages, last } = told;
    const place = (): number[] => heard.mails.map(({ message }) => message.seq).filter((seq) => seq > last);
    await expect.poll(() => [...messages.map(({ seq }) => seq), ...place()]).toStrictEqual(sent);
  });
}
