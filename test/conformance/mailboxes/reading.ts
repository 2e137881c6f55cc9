import { expect, test } from 'vitest';
import { added, boxId } from './stage.ts';
import type { Stage, Staged } from './stage.ts';

/** @returns their places */
async function fill({ post }: Staged, count: number): Promise<number[]> {
  const places = [];
  for (let i = 0; i < count; i++) places.push(added(await post({ body: `${i}` })).seq);
  return places;
}

export function reading(stage: Stage): void {
  test('an empty box has nothing after what is asked for', async () => {
    const { mailboxes } = await stage();
    expect(await mailboxes.read(boxId(), 0, 10)).toStrictEqual({ messages: [], last: 0, more: false });
    expect(await mailboxes.read(boxId(), 77, 10)).toStrictEqual({ messages: [], last: 77, more: false });
  });

  test('page after page everything comes, once and in order', async () => {
    const staged = await stage();
    const { mailboxes, box } = staged;
    const places = await fill(staged, 25);
    const read: number[] = [];
    const sizes: number[] = [];
    for (let after = 0, more = true; more;) {
      const page = await mailboxes.read(box, after, 10);
      read.push(...page.messages.map(({ seq }) => seq));
      sizes.push(page.messages.length);
      ({ last: after, more } = page);
    }
    expect(sizes).toStrictEqual([10, 10, 5]);
    expect(read).toStrictEqual(places);
  });

  test('a page that holds all says so', async () => {
    const staged = await stage();
    const places = await fill(staged, 10);
    const page = await staged.mailboxes.read(staged.box, 0, 10);
    expect(page).toMatchObject({ last: places.at(-1), more: false });
    expect(await staged.mailboxes.read(staged.box, 0, 0)).toStrictEqual({
      messages: [],
      last: 0,
      more: true,
    });
  });

  test.each([1, 2, 7, 20])('after any of %i messages come exactly those that are later', async (count) => {
    const staged = await stage();
    const { mailboxes, box } = staged;
    const places = await fill(staged, count);
    for (const [index, seq] of places.entries()) {
      const after = async (place: number): Promise<number[]> =>
        (await mailboxes.read(box, place, 100)).messages.map((message) => message.seq);
      expect(await after(seq)).toStrictEqual(places.slice(index + 1));
      expect(await after(seq - 1)).toStrictEqual(places.slice(index));
    }
  });

  test('with all acknowledged it is told up to where there was something', async () => {
    const staged = await stage();
    const { mailboxes, box } = staged;
    const places = await fill(staged, 3);
    await mailboxes.acknowledge(box, places);
    expect(await mailboxes.read(box, 0, 10)).toStrictEqual({
      messages: [],
      last: places[2],
      more: false,
    });
  });
}
