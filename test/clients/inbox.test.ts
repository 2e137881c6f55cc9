import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type * as inboxes from '../../clients/miniprogram/inbox.js';

const { Inbox } = createRequire(import.meta.url)('../../clients/miniprogram/inbox.js') as typeof inboxes;

const message = { id: 'm1', from: null, body: 1, sentAt: 1 };

test.each(['take', 'acknowledge'])(
  'where %s fails and telling so does too, the next message has its turn',
  async (step) => {
    const acknowledged: string[] = [];
    const failing = (id: string, where: string): void => {
      if (id === 'm1' && where === step) throw new Error(where);
    };
    const inbox = new Inbox({
      take: ({ id }) => failing(id, 'take'),
      acknowledge: ({ id }) => {
        failing(id, 'acknowledge');
        acknowledged.push(id);
      },
      failed: (error) => {
        throw error;
      },
    });
    inbox.hear(message);
    inbox.hear({ ...message, id: 'm2' });
    await inbox.last;
    expect(acknowledged).toEqual(['m2']);
  },
);
