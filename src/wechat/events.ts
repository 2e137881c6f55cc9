/** Owns what WeChat's pushes mean: a verified document becomes an event, with its values as WeChat wrote them. */
import { parseXml, XmlError } from './xml.ts';

interface Common {
  openid: string;
  /** The account's original id, `gh_…`, as the push names it. */
  accountId: string;
  /** Seconds since the epoch, by WeChat's clock. */
  createTime: number;
}

export type WechatEvent =
  /** A person follows; `scene` is the parameter of the code that led here, null for every other way to follow. */
  | ({ kind: 'subscribe'; scene: string | null } & Common)
  /** A follower scanned a parametric code. */
  | ({ kind: 'scan'; scene: string } & Common)
  | ({ kind: 'unsubscribe' } & Common)
  /** Whatever else comes; `event` is null for a message. */
  | ({ kind: 'other'; msgType: string; event: string | null } & Common);

const known = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Event', 'EventKey'] as const;
type Fields = Partial<Record<(typeof known)[number], string>>;

const scenePrefix = 'qrscene_';
/** Of an id or a name, characters; WeChat's have about 28, and promise no length. */
const longest = 128;

/** Reads a verified document. Throws `XmlError` when it is no WeChat push; an unknown event is `other`. */
export function readEvent(xml: string): WechatEvent {
  const fields: Fields = parseXml(xml, known);
  const common: Common = {
    openid: required(fields, 'FromUserName'),
    accountId: required(fields, 'ToUserName'),
    createTime: createTimeOf(fields),
  };
  const msgType = required(fields, 'MsgType');
  if (msgType.toLowerCase() !== 'event') return { kind: 'other', ...common, msgType, event: null };
  return happening(common, msgType, required(fields, 'Event'), fields.EventKey ?? '');
}

/** The `Encrypt` element alone, of an outer document nothing else of which is trusted; `undefined` for any fault. */
export function readEncrypted(xml: string): string | undefined {
  try {
    return parseXml(xml, ['Encrypt'])['Encrypt'] || undefined;
  } catch {
    return undefined;
  }
}

/** WeChat's own samples differ in the letter case of event names. */
function happening(common: Common, msgType: string, event: string, key: string): WechatEvent {
  const name = event.toLowerCase();
  if (name === 'subscribe') return { kind: 'subscribe', ...common, scene: sceneOf(key) };
  if (name === 'unsubscribe') return { kind: 'unsubscribe', ...common };
  if (name === 'scan' && key) return { kind: 'scan', ...common, scene: key };
  return { kind: 'other', ...common, msgType, event };
}

/** People also follow after a payment, by a product scan, and so on; only our own codes have the prefix. */
function sceneOf(key: string): string | null {
  return key.startsWith(scenePrefix) ? key.slice(scenePrefix.length) || null : null;
}

function createTimeOf(fields: Fields): number {
  const text = required(fields, 'CreateTime');
  if (!/^[0-9]{1,19}$/.test(text)) throw new XmlError('CreateTime is not a time');
  return Number(text);
}

function required(fields: Fields, name: keyof Fields): string {
  const value = fields[name];
  if (!value) throw new XmlError(`${name} is missing`);
  if (value.length > longest) throw new XmlError(`${name} is too long`);
  return value;
}
