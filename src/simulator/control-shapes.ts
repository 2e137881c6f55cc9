import { z } from 'zod';
import { junkKinds } from './junk.ts';
import { limits } from './limits.ts';

const name = z.string().min(1).max(64);
const ms = z.int().min(0).max(limits.delay);

export const nothing = z.strictObject({});
export const someone = z.strictObject({ person: name });

export const plainAct = z.strictObject({
  person: name,
  delayMs: ms.optional(),
  /** Whether to answer only when the last delivery is over. */
  wait: z.boolean().default(true),
  freshRetries: z.boolean().optional(),
});

const codeName = z.string().min(1).max(512).optional();

export const scan = plainAct
  .extend({
    ticket: codeName,
    url: codeName,
    scene: z.union([z.string().min(1).max(64), z.int().transform(String)]).optional(),
    /** Any of the three. */
    code: codeName,
    newest: z.literal(true).optional(),
  })
  .refine(
    ({ ticket, url, scene, code, newest }) =>
      [ticket, url, scene, code, newest].filter((one) => one !== undefined).length === 1,
    'name exactly one of ticket, url, scene, code and newest',
  );

export const follow = plainAct.extend({ withoutCode: z.boolean().default(false) });
export const message = plainAct.extend({
  text: z.string().min(1).max(limits.textLength),
  menuId: z.string().max(64).optional(),
});
export const repeat = plainAct.extend({ fresh: z.boolean().default(false) });
export const junk = plainAct.extend({ kind: z.enum(junkKinds) });

export const newPerson = z.strictObject({
  name: z.string().trim().max(limits.nameLength).default(''),
  follows: z.boolean().default(false),
});

export const fault = z.strictObject({
  api: z.string().min(1).max(64),
  stallMs: ms.optional(),
  dateMs: z.int().min(-limits.delay).max(limits.delay).optional(),
  errcode: z.int().optional(),
  errmsg: z.string().max(256).optional(),
  status: z.int().min(200).max(599).optional(),
  html: z.boolean().optional(),
  times: z.int().min(1).optional(),
});

export const miniAnswer = someone.extend({ answer: z.enum(['accept', 'decline']) });

export const miniOnline = someone.extend({ online: z.boolean() });
export const miniTalk = someone.extend({ to: name, text: z.string().min(1).max(limits.textLength) });

/** `null`: every address may. */
export const whitelist = z.strictObject({
  addresses: z.array(z.string().min(1).max(64)).max(limits.whitelist).nullable(),
});
