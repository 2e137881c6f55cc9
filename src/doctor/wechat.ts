/** Owns what is asked of WeChat's API: is it there, does it give us a token, and what may we do with it. */
import { randomId } from '../kit/id.ts';
import { settings } from '../kit/settings.ts';
import { MemoryQrMeter } from '../store/memory/qr-meter.ts';
import { MemoryTokenStore } from '../store/memory/token-store.ts';
import { createLog } from '../telemetry/log.ts';
import { AccessTokens } from '../wechat/access-token.ts';
import { WechatError } from '../wechat/errors.ts';
import { createOfficialAccount } from '../wechat/official-account.ts';
import type { OfficialAccount } from '../wechat/official-account.ts';
import { Transport } from '../wechat/transport.ts';
import type { Call } from '../wechat/transport.ts';
import { failed, ok, warning } from './check.ts';
import type { Facts, Outcome } from './check.ts';
import { secondsAhead } from './clocks.ts';
import { isRedirect, jsonOf, redirectFacts, unreached } from './silence.ts';
import type { Subject } from './subject.ts';
import { isSilent, visit } from './visit.ts';
import { wechatMend } from './words.ts';

const { qrSeconds, qrSecondsInSandbox } = settings.doctor;

/** No person's: WeChat's have 28 characters, and none of these words in them. */
const nobody = 'saoma-doctor-asks-for-nobody';

/** Says nothing: whatever is worth saying is a finding. */
const log = createLog('silent', { write: () => undefined });

/** WeChat as one account finds it. What is learnt of a token stays in this process, and none is ever forced. */
export class WechatOf {
  readonly #subject: Subject;
  readonly #name: string;
  readonly #tokens: MemoryTokenStore;
  #account: OfficialAccount | undefined;
  /** How far WeChat's clock is ahead of ours, seconds, once it was asked. */
  ahead: number | undefined;

  constructor(subject: Subject, name: string) {
    this.#subject = subject;
    this.#name = name;
    this.#tokens = new MemoryTokenStore(subject.clock);
  }

  /** A call without a token: WeChat refuses it, and thereby is known to be there. */
  async answers(): Promise<Outcome> {
    const { apiUrl } = this.#options;
    const url = new URL('/cgi-bin/getcallbackip', apiUrl);
    const seen = await visit(url);
    if (isSilent(seen)) return unreached(seen, apiUrl, 'mend_api');
    if (isRedirect(seen))
      return failed('redirected', 'mend_api', { where: apiUrl, ...redirectFacts(seen, url) });
    this.ahead = secondsAhead(seen, this.#subject.clock.now());
    const isWechat = seen.status === 200 && typeof jsonOf(seen.body)['errcode'] === 'number';
    if (!isWechat) return failed('api_stranger', 'mend_api', { where: apiUrl, status: seen.status });
    return ok('api_answers', { where: apiUrl, ms: seen.ms });
  }

  /** As the service does it. A token that is good already is given again, so this disturbs nobody. */
  async givesToken(): Promise<Outcome> {
    const { appId, appSecret, apiUrl } = this.#options;
    const { clock } = this.#subject;
    const transport = new Transport(apiUrl, clock, () => undefined);
    const send = <T>(call: Call<T>): Promise<T> => twice(() => transport.send(call, inTime()));
    try {
      await new AccessTokens({ appId, appSecret }, { clock, tokens: this.#tokens, send }).get();
      return ok('token_given', { appId });
    } catch (error) {
      return refusal(error, failed);
    } finally {
      transport.close();
    }
  }

  async makesQrCode(): Promise<Outcome> {
    const seconds = this.#subject.isSandbox ? qrSecondsInSandbox : qrSeconds;
    try {
      await this.#official().createQrCode(`saoma-doctor-${randomId(12)}`, seconds);
      return ok('qr_made', { seconds });
    } catch (error) {
      return refusal(error, failed);
    }
  }

  /** Nobody cannot be known; that the call as such is refused is another answer. Logins do without it. */
  async tellsOfPeople(): Promise<Outcome> {
    try {
      await this.#official().userInfo(nobody);
      return ok('user_info_told');
    } catch (error) {
      const isNobody = error instanceof WechatError && (error.errcode === 40003 || error.errcode === 49003);
      return isNobody ? ok('user_info_may', { errcode: error.errcode ?? 0 }) : refusal(error, warning);
    }
  }

  close(): void {
    this.#account?.close();
  }

  get #options() {
    return this.#subject.account(this.#name);
  }

  #official(): OfficialAccount {
    const { clock } = this.#subject;
    const parts = { clock, log, tokens: this.#tokens, meter: new MemoryQrMeter() };
    return (this.#account ??= createOfficialAccount(this.#subject.official(this.#name), parts));
  }
}

function inTime(): AbortSignal {
  return AbortSignal.timeout(settings.wechat.callTimeout);
}

/** What passes by itself may have passed. */
async function twice<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof WechatError) || error.action !== 'retry') throw error;
    return attempt();
  }
}

function refusal(error: unknown, found: typeof failed | typeof warning): Outcome {
  if (!(error instanceof WechatError)) throw error;
  const { api, errcode, rid, kind, detail } = error;
  if (errcode === null) return found(`wechat_${kind === 'errcode' ? 'answer' : kind}`, 'mend_api', { api });
  const { ip } = error;
  const facts: Facts = { api, errcode, ...(rid && { rid }), ...(ip && { ip }), ...(detail && { detail }) };
  return found(detail === null ? 'wechat_refuses' : 'wechat_unknown', wechatMend(errcode, api), facts);
}
