import { z } from 'zod';

const id = z.string().max(64);

const shapes = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome') }),
  z.object({
    type: z.literal('message'),
    id,
    from: z.string().max(128).nullable(),
    body: z.unknown(),
    sentAt: z.number(),
  }),
  z.object({ type: z.literal('sent'), id, status: z.enum(['delivered', 'queued', 'dropped']) }),
  z.object({ type: z.literal('refused'), id, error: z.string().max(64) }),
]);

/** What the server says over the chat's socket, as far as the chat understands it. */
export type Frame =
  | Exclude<z.infer<typeof shapes>, { type: 'message' }>
  | { type: 'message'; id: string; from: string | null; text: string; sentAt: number };

/** `undefined`: of no known shape. */
export function readFrame(said: string): Frame | undefined {
  const frame = shapes.safeParse(jsonOf(said));
  if (!frame.success) return undefined;
  if (frame.data.type !== 'message') return frame.data;
  const { body, ...rest } = frame.data;
  return { ...rest, text: textOf(body) };
}

/** Programs other than this one may have sent anything. */
function textOf(body: unknown): string {
  const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : body;
  return typeof text === 'string' ? text : JSON.stringify(body);
}

function jsonOf(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}
