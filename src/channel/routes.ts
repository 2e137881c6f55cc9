import type { Next, ParameterizedContext } from 'koa';
import { readBody, refuseAnnounced } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { logAlso } from '../http/request-log.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { patiently } from '../kit/patience.ts';
import { settings } from '../kit/settings.ts';
import { readEvent } from '../wechat/events.ts';
import type { WechatEvent } from '../wechat/events.ts';
import { encryptedReply, textReply } from '../wechat/notices.ts';
import type { AccountOptions } from '../wechat/official-account.ts';
import { XmlError } from '../wechat/xml.ts';
import type { OfficialAccountChannel } from './official-account.ts';
import { readPushQuery } from './push-query.ts';
import type { PushQuery } from './push-query.ts';
import type { Push, Recall, ReplayMemory } from './replay.ts';
import { modeMatches, openBody, probeOf, queryHolds } from './webhook.ts';

export interface WebhookDoorParts {
  /** By account name. */
  channels: ReadonlyMap<string, OfficialAccountChannel>;
  replays: ReplayMemory;
  clock: Clock;
  /** Told how each push was answered and how long it took, ms. */
  observe: (account: string, status: number, ms: number) => void;
}

/** What the steps know of a push so far; each adds its part. */
interface PushState {
  channel: OfficialAccountChannel;
  query: PushQuery;
  event: WechatEvent;
  /** WeChat sent this very push before, or we tried before. */
  again: boolean;
  /** When the push came, ms. */
  since: number;
}

type PushContext = ParameterizedContext<PushState> & { params: Record<string, string> };

/** WeChat's callback, `/wechat/{account}`. */
export function webhookDoor({ channels, replays, clock, observe }: WebhookDoorParts): Door {
  async function measure(ctx: PushContext, next: Next): Promise<void> {
    const start = clock.now();
    let status = 500;
    try {
      await next();
      ({ status } = ctx);
    } catch (error) {
      if (error instanceof AppError) ({ status } = error);
      throw error;
    } finally {
      observe(ctx.state.channel.account.options.name, status, clock.now() - start);
    }
  }

  function findAccount(ctx: PushContext, next: Next): Promise<unknown> {
    const channel = channels.get(ctx.params['account'] ?? '');
    if (!channel) throw new AppError('not_found');
    ctx.state.channel = channel;
    ctx.state.since = clock.now();
    logAlso(ctx, { account: channel.account.options.name });
    return next();
  }

  function verifyQuery(ctx: PushContext, next: Next): Promise<unknown> | void {
    const query = readPushQuery(ctx.querystring);
    const { options } = ctx.state.channel.account;
    if (!query || !queryHolds(query, options, clock.now())) return refuse(ctx, 'signature');
    ctx.state.query = query;
    return next();
  }

  async function openEnvelope(ctx: PushContext, next: Next): Promise<unknown> {
    const { channel, query } = ctx.state;
    const { options } = channel.account;
    if (!modeMatches(query, options)) return refuse(ctx, 'mode');
    const opened = openBody(await readBody(ctx, settings.webhook.bodyBytes), query, options);
    if (!opened) return refuse(ctx, 'seal');
    const recall = await bind(ctx, opened.push);
    if (recall === 'other' || (recall === 'unknowable' && options.mode === 'plain'))
      return refuse(ctx, 'replay');
    ctx.state.event = readVerified(opened.xml, options);
    ctx.state.again = recall === 'same';
    return next();
  }

  async function answerEvent(ctx: PushContext): Promise<void> {
    const { channel, event, query, since } = ctx.state;
    const { outcome, reply, sceneId } = await patiently(clock, patienceSince(since), () => {
      const { again } = ctx.state;
      ctx.state.again = true;
      return channel.handle(event, again);
    });
    logAlso(ctx, { event: event.kind, outcome, sceneId });
    if (reply === undefined) return answerText(ctx, 'success');
    ctx.type = 'application/xml';
    ctx.body = sealReply(replyTo(event, reply), channel.account.options, query);
  }

  /** Saving the callback's URL in WeChat's console asks for this; it may be saved any number of times. */
  async function answerProbe(ctx: PushContext): Promise<void> {
    const { channel, query } = ctx.state;
    if (query.echostr === undefined) return refuse(ctx, 'echostr');
    const { options } = channel.account;
    if (options.mode === 'plain') await bind(ctx, probeOf(query));
    answerText(ctx, query.echostr);
  }

  function bind({ state }: PushContext, push: Push): Promise<Recall> {
    const until = push.timestamp + settings.webhook.clockWindow;
    return patiently(clock, patienceSince(state.since), () => replays.bind(push, until));
  }

  return (router) => {
    router.get('/wechat/:account', findAccount, verifyQuery, answerProbe);
    router.post(
      '/wechat/:account',
      refuseOversize,
      findAccount,
      measure,
      verifyQuery,
      openEnvelope,
      answerEvent,
    );
  };
}

function refuseOversize(ctx: PushContext, next: Next): Promise<unknown> {
  refuseAnnounced(ctx, settings.webhook.bodyBytes);
  return next();
}

/** WeChat waits for five seconds, and what it hears only then costs nobody a login. @param since when the push came, ms */
function patienceSince(since: number): { until: number; every: number } {
  const { storePatience, storeRetryEvery } = settings.webhook;
  return { until: since + storePatience, every: storeRetryEvery };
}

/** One answer for every reason; the log knows which. */
function refuse(ctx: PushContext, outcome: string): void {
  logAlso(ctx, { outcome: `refused: ${outcome}` });
  ctx.set('Connection', 'close');
  ctx.status = 403;
  ctx.body = '';
}

function answerText(ctx: PushContext, text: string): void {
  ctx.type = 'text/plain';
  ctx.body = text;
}

function readVerified(xml: string | undefined, { originalId }: AccountOptions): WechatEvent {
  try {
    const event = readEvent(xml ?? '');
    if (originalId === undefined || event.accountId === originalId) return event;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  throw new AppError('invalid_request', { message: 'The message cannot be read.' });
}

/** The same for each repeat of the event, its time included. */
function replyTo(event: WechatEvent, content: string): string {
  return textReply({ to: event.openid, from: event.accountId, content, createTime: event.createTime });
}

function sealReply(
  xml: string,
  { mode, token, appId, encodingAesKey }: AccountOptions,
  query: PushQuery,
): string {
  if (mode !== 'safe' || !encodingAesKey) return xml;
  return encryptedReply(xml, { appId, encodingAesKey, token }, query);
}
