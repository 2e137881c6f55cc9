import { z } from 'zod';
import { option } from './option.ts';

const peers = () => z.boolean();
const inboxPerSender = () => z.int().min(1).max(1000).nullable();
const beyondPerSender = () => z.enum(['refuse', 'drop']);

const perSender = 'null or a whole number from 1 to 1000';
const beyond = 'refuse or drop';
const flag = 'true or false';

/** What is kept for people who are away, and who may write to them. */
export const messaging = z.strictObject({
  inboxPerUser: option(z.int().min(1).max(1000), {
    allowed: 'a whole number from 1 to 1000',
    en: 'messages that are kept for one person until they are acknowledged',
    zh: '为每个用户保留的未确认消息数（1 至 1000）',
  }),
  inboxDays: option(z.int().min(1).max(30), {
    allowed: 'a whole number from 1 to 30',
    en: 'how long they are kept, days',
    zh: '未确认消息的保留天数（1 至 30）',
  }),
  inboxPerSender: option(inboxPerSender(), {
    allowed: perSender,
    en: 'messages of one sender that are kept for somebody who is away; null: as many as of all',
    zh: '用户离线时，为其保留的同一发送者的消息数（1 至 1000）；null：不单独限制',
  }),
  beyondPerSender: option(beyondPerSender(), {
    allowed: beyond,
    en: 'what becomes of further ones: the sender is told (`refuse`), or they vanish (`drop`)',
    zh: '超出时的处理：refuse（告知发送者）或 drop（丢弃）',
  }),
  socketsPerUser: option(z.int().min(1).max(50), {
    allowed: 'a whole number from 1 to 50',
    en: 'message sockets of one person at once; one more closes the oldest',
    zh: '每个用户同时保持的消息连接数（1 至 50），超出时关闭最早的连接',
  }),
  peers: option(peers(), {
    allowed: flag,
    en: 'whether people of one site may write to each other',
    zh: '同一网站的用户之间能否互发消息：true 或 false',
  }),
});

const same = (name: string) => ({ en: `\`messaging.${name}\``, zh: `\`messaging.${name}\`` });

/** What a site may have otherwise. */
export const siteMessaging = z.strictObject({
  inboxPerSender: option(inboxPerSender().optional(), {
    allowed: perSender,
    en: 'the same for this site',
    zh: '仅对此网站（1 至 1000 或 null）',
    preset: same('inboxPerSender'),
  }),
  beyondPerSender: option(beyondPerSender().optional(), {
    allowed: beyond,
    en: 'the same for this site',
    zh: '仅对此网站：refuse 或 drop',
    preset: same('beyondPerSender'),
  }),
  peers: option(peers().optional(), {
    allowed: flag,
    en: 'the same for this site',
    zh: '仅对此网站：true 或 false',
    preset: same('peers'),
  }),
});
