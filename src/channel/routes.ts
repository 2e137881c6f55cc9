import type { Next, ParameterizedContext } from 'koa';
import type { ClientAddress } from '../http/address.ts';
import { readBody, refuseAnnounced } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { RecentAddresses } from '../http/recent-addresses.ts';
import { logAlso } from '../http/request-log.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { patiently } from '../kit/patience.ts';
import { settings } from '../kit/settings.ts';
import type { Audit, AuditKind } from '../telemetry/audit.ts';
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
  /** Told how each push was answered, how long it took, ms, and what came of it: one of a few words. */
  observe: (account: string, status: number, ms: number, outcome: string) => void;
  address: ClientAddress;
  /** Told of each push that is not believed. */
  audit: Audit;
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
export function webhookDoor({ channels, replays, clock, observe, address, audit }: WebhookDoorParts): Door {
  const addresses = new RecentAddresses(address);

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
      const { name } = ctx.state.channel.account.options;
      observe(name, status, clock.now() - start, outcomeOf(ctx, status));
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
    if (!query || !queryHolds(query, options, clock.now())) return refuseForged(ctx, 'signature');
    ctx.state.query = query;
    return next();
  }

  async function openEnvelope(ctx: PushContext, next: Next): Promise<unknown> {
    const { channel, query } = ctx.state;
    const { options } = channel.account;
    if (!modeMatches(query, options)) return refuseForged(ctx, 'mode');
    const opened = openBody(await readBody(ctx, settings.webhook.bodyBytes), query, options);
    if (!opened) return refuseForged(ctx, 'seal');
    const recall = await bind(ctx, opened.push);
    if (recall === 'other' || (recall === 'unknowable' && options.mode === 'plain'))
      return refuseReplayed(ctx, recall);
    ctx.state.event = readVerified(opened.xml, options);
    ctx.state.again = recall === 'same';
    return next();
  }

  async function answerEvent(ctx: PushContext): Promise<void> {
    const { channel, event, query, since } = ctx.state;
    const { outcome, reply, sceneId } = await patiently(clock, patienceSince(since), () => {
      const { again } = ctx.state;
      ctx.state.again = true;
      return channel.handle(event, again, since);
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

  function refuseForged(ctx: PushContext, reason: 'signature' | 'mode' | 'seal'): void {
    tell(ctx, 'webhook_forged', reason);
    refuse(ctx, reason);
  }

  /** @param recall `unknowable`: it may be WeChat's own, from before a restart */
  function refuseReplayed(ctx: PushContext, recall: 'other' | 'unknowable'): void {
    tell(ctx, 'webhook_replayed', recall === 'other' ? 'other_body' : 'unknowable');
    refuse(ctx, 'replay');
  }

  function tell(ctx: PushContext, kind: AuditKind, reason: string): void {
    const account = ctx.state.channel.account.options.name;
    const facts = { userAgent: ctx.get('User-Agent') };
    audit({ kind, actor: 'wechat', account, ip: addresses.of(ctx.req), reason, facts });
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

/** As the log has it, and without one by the status: never anything that was sent to us. */
function outcomeOf(ctx: PushContext, status: number): string {
  const logged = (ctx.state as { logged?: { outcome?: string } }).logged?.outcome;
  if (logged !== undefined) return logged.replaceAll(/\W+/g, '_');
  return status < 500 ? 'invalid' : 'failed';
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
