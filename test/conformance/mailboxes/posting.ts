import { expect, test } from 'vitest';
import { added, boxId, long } from './stage.ts';
import type { Stage } from './stage.ts';

export function posting(stage: Stage): void {
  test.each([
    { name: 'a word', body: '"hello"' },
    { name: 'an object with quotes', body: '{"text":"she said \\"no\\"","n":1.5e300}' },
    { name: 'space and new lines', body: '[ 1,\n\t2 ]\r\n' },
    { name: 'every plane of Unicode', body: '"你好 é 😀 \u2028 \u202e"' },
    { name: 'half a character, escaped', body: String.raw`"\ud800 \u0000"` },
    { name: 'what a script might take for its own', body: '"],\\"\\n[1,%d]{} names.box lives.seats"' },
    { name: '4 KiB', body: JSON.stringify('x'.repeat(4094)) },
  ])('$name comes out as it went in', async ({ body }) => {
    const { mailboxes, box, post, waiting } = await stage();
    const before = mailboxes.now();
    const message = added(await post({ body, from: 'oSender-_', id: 'an-id_1', ttl: long }));
    expect(message).toStrictEqual({
      id: 'an-id_1',
      from: 'oSender-_',
      body,
      seq: message.seq,
      sentAt: message.sentAt,
      expiresAt: message.sentAt + long,
    });
    // The clock of a node and that of its store differ by some milliseconds.
    expect(Math.abs(message.sentAt - before)).toBeLessThan(1_000);
    expect(message.seq).toBeGreaterThan(0);
    expect(await mailboxes.read(box, 0, 10)).toStrictEqual({
      messages: [message],
      last: message.seq,
      more: false,
    });
    expect(await waiting(boxId())).toStrictEqual([]);
  });

  test.each([null, 'oPlain', 'o"quoted"\n\\', 'site', '😀'])('%j sends under that name', async (from) => {
    const { post, waiting } = await stage();
    await post({ from }, { perSender: 3 });
    expect(await waiting()).toMatchObject([{ from }]);
  });

  test('each later message has a greater place, and they are read in order', async () => {
    const { post, waiting } = await stage();
    const messages = [];
    for (let i = 0; i < 20; i++)
      messages.push(added(await post({ body: `${i}`, from: i % 2 ? 'oA' : null })));
    expect(await waiting()).toStrictEqual(messages);
    const places = messages.map(({ seq }) => seq);
    expect(places).toStrictEqual([...new Set(places)].sort((a, b) => a - b));
  });

  test('it is told whether the user is there', async () => {
    const { mailboxes, box, post, join } = await stage();
    expect(await post()).toMatchObject({ online: false });
    await join({ id: 'seat' });
    expect(await post()).toMatchObject({ online: true });
    await mailboxes.leave(box, 'seat');
    expect(await post()).toMatchObject({ online: false });
  });
}
