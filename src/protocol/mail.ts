/**
 * Owns the words that a signed-in user's client and the server exchange about messages. Imports nothing: the same module runs
 * at both ends.
 */

/** What the body of a message may be: whatever JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The text of a body has this many bytes at most. */
export const bodyBytes = 4096;

/** Names of messages: chosen by whoever sends one, so that sending it again does no harm; unique together with `from`. */
export const mailIdShape = /^[A-Za-z0-9_-]{1,64}$/;

/** Whom a message may be for. WeChat's openids are of this shape; which of them there are is not looked at. */
export const openidShape = /^[A-Za-z0-9_-]{1,64}$/;

export type MailClientMessage =
  /** `token`: a message token or a session; `account` and `site` belong to a session that could be of several. */
  | { type: 'hello'; token: string; account?: string; site?: string }
  /** The message has arrived; it is not delivered again. `from`, as in the message, tells two senders' messages of one id apart. */
  | { type: 'ack'; id: string; from?: string | null }
  /** To another user of the site, where it allows that. `id`: sent again, it is the same message. */
  | { type: 'send'; to: string; body: Json; id: string };

/** Times in ms since the epoch. */
export interface MailMessage {
  type: 'message';
  id: string;
  /** The openid of the user who sent it; null: the site did. Set by the server. */
  from: string | null;
  body: Json;
  sentAt: number;
  /** It went to every user of the site. */
  to?: 'all';
}

/** What became of a message: shown to a socket at once, kept for later, or (where the operator chose so) thrown away. */
export type MailStatus = 'delivered' | 'queued' | 'dropped';

export type MailServerMessage =
  /** The hello was good. `waiting`: how many messages come now that were sent before; a few may be more by then. */
  | { type: 'welcome'; waiting: number }
  | MailMessage
  /** The answer to a `send`. */
  | { type: 'sent'; id: string; status: MailStatus }
  /** The other answer to a `send`: an error code, and a sentence for people. */
  | { type: 'refused'; id: string; error: string; message: string };

type Fields = Record<string, unknown>;

const clientShapes: Record<MailClientMessage['type'], (m: Fields) => MailClientMessage | undefined> = {
  hello: ({ token, account, site }) =>
    isText(token) && isTextOrMissing(account) && isTextOrMissing(site)
      ? {
          type: 'hello',
          token,
          ...(account !== undefined && { account }),
          ...(site !== undefined && { site }),
        }
      : undefined,
  ack: ({ id, from }) =>
    isMailId(id) && (from === null || isTextOrMissing(from))
      ? { type: 'ack', id, ...(from !== undefined && { from }) }
      : undefined,
  send: ({ to, body, id }) =>
    isText(to) && openidShape.test(to) && body !== undefined && isMailId(id)
      ? { type: 'send', to, body: body as Json, id }
      : undefined,
};

/** Reads what a client sent; `undefined` for anything that is not a known message. */
export function decodeMailClientMessage(text: string): MailClientMessage | undefined {
  const fields = parseObject(text);
  const type = fields?.['type'];
  if (!fields || typeof type !== 'string' || !Object.hasOwn(clientShapes, type)) return undefined;
  return clientShapes[type as MailClientMessage['type']](fields);
}

const serverShapes: Record<MailServerMessage['type'], (m: Fields) => boolean> = {
  welcome: ({ waiting }) => typeof waiting === 'number',
  message: ({ id, from, body, sentAt, to }) =>
    isText(id) &&
    (from === null || isText(from)) &&
    body !== undefined &&
    typeof sentAt === 'number' &&
    (to === undefined || to === 'all'),
  sent: ({ id, status }) => isText(id) && isText(status),
  refused: ({ id, error, message }) => isText(id) && isText(error) && isText(message),
};

/** Reads what the server sent; `undefined` for anything this version does not know. */
export function decodeMailServerMessage(text: string): MailServerMessage | undefined {
  const fields = parseObject(text);
  const type = fields?.['type'];
  if (!fields || typeof type !== 'string' || !Object.hasOwn(serverShapes, type)) return undefined;
  return serverShapes[type as MailServerMessage['type']](fields)
    ? (fields as unknown as MailServerMessage)
    : undefined;
}

function isMailId(value: unknown): value is string {
  return isText(value) && mailIdShape.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}
