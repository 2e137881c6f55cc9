import type { ParameterizedContext } from 'koa';
import { z } from 'zod';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { noStore } from '../http/headers.ts';
import { logAlso } from '../http/request-log.ts';
import { AppError } from '../kit/errors.ts';
import type { FoundMiniSession, SessionOf } from './mini-program-sessions.ts';
import type { MiniProgramChannel } from './mini-program.ts';

export interface MiniProgramDoorParts {
  /** By account name. */
  channels: ReadonlyMap<string, MiniProgramChannel>;
  sessionOf: SessionOf;
}

type Context = ParameterizedContext & { params: Record<string, string> };

const answerRequest = z.object({ answer: z.enum(['accept', 'decline']) });

/** What a mini program calls when a person has scanned: `…/scenes/{sceneId}/scan`, then `…/approvals/{handle}`. */
export function miniProgramDoor(parts: MiniProgramDoorParts): Door {
  return (router) => {
    router.post('/miniprogram/:account/scenes/:sceneId/scan', noStore, (ctx) => scan(ctx, parts));
    router.post('/miniprogram/:account/approvals/:handle', noStore, (ctx) => answer(ctx, parts));
  };
}

async function scan(ctx: Context, parts: MiniProgramDoorParts): Promise<void> {
  const { channel, session } = await admit(ctx, parts);
  const sceneId = ctx.params['sceneId'] ?? '';
  const { scene, question, first } = await channel.scan(sceneId, session);
  logAlso(ctx, { sceneId, site: scene.site, outcome: first ? 'scanned' : 'repeated' });
  ctx.body = question;
}

async function answer(ctx: Context, parts: MiniProgramDoorParts): Promise<void> {
  const { channel, session } = await admit(ctx, parts);
  const request = await readJson(ctx, answerRequest);
  const { id, site, state } = await channel.answer(ctx.params['handle'] ?? '', session, request.answer);
  logAlso(ctx, { sceneId: id, site, outcome: state });
  ctx.body = { state };
}

/** @throws AppError `unknown_account`, `session_expired` */
async function admit(
  ctx: Context,
  { channels, sessionOf }: MiniProgramDoorParts,
): Promise<{ channel: MiniProgramChannel; session: FoundMiniSession }> {
  const account = ctx.params['account'] ?? '';
  const channel = channels.get(account);
  if (!channel) throw new AppError('unknown_account');
  logAlso(ctx, { account });
  return { channel, session: await sessionOf(ctx, account) };
}
