/** Owns the part of WeChat at the callback: a signed probe as its console sends, and a sealed message of which nothing comes. */
import type { OfficialAccountConfig } from '../config/config.ts';
import { randomId } from '../kit/id.ts';
import { settings } from '../kit/settings.ts';
import { encrypt, signatureOf } from '../wechat/seal.ts';
import { buildXml } from '../wechat/xml.ts';
import { failed, ok, warning } from './check.ts';
import type { Outcome } from './check.ts';
import { secondsAhead } from './clocks.ts';
import { isGateway, isRedirect, isSaomas, redirectFacts, unreached } from './silence.ts';
import type { Subject } from './subject.ts';
import { isSilent, visit } from './visit.ts';
import type { Answer, Visit } from './visit.ts';

const { callbackPatience, callbackWithin, slowCallback } = settings.doctor;
const { clockWindow } = settings.webhook;

/** What WeChat's console does when its form is saved. */
export async function answersProbe(subject: Subject, name: string): Promise<Outcome> {
  const { token } = subject.official(name);
  const echo = randomId(12);
  const sent = { query: { ...stamp(token, subject.clock.now()), echostr: echo } };
  return post(subject, name, sent, (seen) => {
    if (seen.status === 200 && seen.body === echo) return paced(seen, 'callback_echoes');
    if (seen.status !== 200) return undefined;
    return seen.body.includes(echo)
      ? failed('callback_changed', 'mend_changed', { extra: Buffer.byteLength(seen.body) - echo.length })
      : failed('callback_no_echo', 'mend_stranger', { status: 200 });
  });
}

/** An event of a kind that nobody knows, sealed as the account's mode says. */
export async function opensSeal(subject: Subject, name: string): Promise<Outcome> {
  const account = subject.official(name);
  const { mode } = account;
  const seen = await post(subject, name, sealed(account, subject.clock.now()), (answer) => {
    if (answer.status === 200)
      return answer.body === 'success'
        ? paced(answer, mode === 'plain' ? 'message_plain' : 'message_opened', { mode })
        : failed('callback_no_success', 'mend_changed', { status: 200 });
    if (answer.status === 400 && isSaomas(answer.body)) return failed('message_not_ours', 'mend_original_id');
    return undefined;
  });
  return seen.says === 'callback_refused' ? whySealed(subject, account) : seen;
}

/** The probe was believed and the message was not: mode and key are what is left. A plain message tells the two apart. */
async function whySealed(subject: Subject, account: OfficialAccountConfig): Promise<Outcome> {
  const { mode, name } = account;
  if (mode === 'plain') return failed('mode_not_plain', 'mend_mode', { mode });
  const isPlain = ({ body }: Answer): Outcome | undefined =>
    body === 'success' ? failed('mode_plain', 'mend_mode', { mode }) : undefined;
  const seen = await post(subject, name, sealed({ ...account, mode: 'plain' }, subject.clock.now()), isPlain);
  return seen.says === 'mode_plain' ? seen : failed('seal_differs', 'mend_seal', { mode });
}

interface Sent {
  query: Record<string, string>;
  body?: string;
}

/** Sends it, has the answer judged, and names what any answer may suffer from. */
async function post(
  { publicUrl, clock }: Subject,
  name: string,
  { query, body }: Sent,
  judge: (seen: Answer) => Outcome | undefined,
): Promise<Outcome> {
  const url = new URL(`/wechat/${name}?${new URLSearchParams(query).toString()}`, publicUrl);
  const way: Visit = { within: callbackPatience, ...(body !== undefined && { method: 'POST', body }) };
  const seen = await visit(url, way);
  const where = `${publicUrl}/wechat/${name}`;
  if (isSilent(seen) && seen.code === 'LATE')
    return failed('callback_late', 'mend_late', { seconds: callbackPatience / 1000 });
  if (isSilent(seen)) return unreached(seen, where);
  if (isRedirect(seen)) return failed('redirected', 'mend_redirect', { where, ...redirectFacts(seen, url) });
  return judge(seen) ?? refusal(seen, name, clock.now());
}

function refusal(seen: Answer, account: string, now: number): Outcome {
  const { status, body } = seen;
  if (status === 403) return refused(seen, now);
  if (isSaomas(body, 'not_found')) return failed('callback_unknown', 'mend_account', { account });
  if (isSaomas(body, 'store_unavailable')) return failed('callback_store', 'mend_store');
  if (isGateway(seen)) return failed('gateway', 'mend_way_to_node', { where: `/wechat/${account}`, status });
  if (isSaomas(body, 'method_not_allowed')) return failed('callback_method', 'mend_changed');
  return failed('callback_strange', 'mend_stranger', { status });
}

/** Saoma says the same whatever is wrong; that its clock is off can be seen by the answer's date. */
function refused(seen: Answer, now: number): Outcome {
  const isOurs = seen.body === '' && seen.headers['referrer-policy'] === 'no-referrer';
  if (!isOurs) return failed('callback_forbidden', 'mend_forbidden');
  const seconds = secondsAhead(seen, now);
  if (seconds !== undefined && Math.abs(seconds) * 1000 > clockWindow)
    return failed('callback_clock', 'mend_clock', { seconds });
  return failed('callback_refused', 'mend_token');
}

/** WeChat gives up after five seconds; well before, somebody should look why. */
function paced({ ms }: Answer, says: Outcome['says'], facts: Outcome['facts'] = {}): Outcome {
  if (ms > callbackWithin) return failed('callback_too_slow', 'mend_late', { ms });
  if (ms > slowCallback) return warning('callback_slow', 'mend_late', { ms });
  return ok(says, { ...facts, ms });
}

function stamp(token: string, now: number) {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = randomId(12);
  return { signature: signatureOf(token, timestamp, nonce), timestamp, nonce };
}

function sealed(account: OfficialAccountConfig, now: number): Sent {
  const { mode, token, appId, encodingAesKey = '', originalId } = account;
  const query = stamp(token, now);
  const fields = message(query.timestamp, originalId);
  if (mode === 'plain') return { query, body: buildXml(fields) };
  const seal = encrypt(buildXml(fields), { appId, encodingAesKey });
  const signature = signatureOf(token, query.timestamp, query.nonce, seal);
  const beside = mode === 'safe' ? { ToUserName: fields.ToUserName } : fields;
  return {
    query: { ...query, encrypt_type: 'aes', msg_signature: signature },
    body: buildXml({ ...beside, Encrypt: seal }),
  };
}

function message(timestamp: string, originalId = 'gh_saoma_doctor') {
  return {
    ToUserName: originalId,
    FromUserName: 'saoma-doctor',
    CreateTime: Number(timestamp),
    MsgType: 'event',
    Event: 'saoma_doctor',
  };
}
