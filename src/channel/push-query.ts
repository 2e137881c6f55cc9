import { z } from 'zod';

const shapes = {
  signature: z.string().regex(/^[0-9a-f]{40}$/),
  timestamp: z.string().regex(/^[0-9]{10}$/),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  echostr: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/)
    .optional(),
  openid: z.string().max(128).optional(),
  encrypt_type: z.enum(['aes', 'raw']).optional(),
  msg_signature: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
};
const shape = z.object(shapes);

/** What WeChat puts into the webhook's query. */
export type PushQuery = z.infer<typeof shape>;

/** Each known parameter once and of its exact shape, unknown ones ignored; `undefined` for anything else. */
export function readPushQuery(querystring: string): PushQuery | undefined {
  const given = new URLSearchParams(querystring);
  const names = Object.keys(shapes).filter((name) => given.has(name));
  if (names.some((name) => given.getAll(name).length > 1)) return undefined;
  return shape.safeParse(Object.fromEntries(names.map((name) => [name, given.get(name)]))).data;
}
