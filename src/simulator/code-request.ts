import { WechatFault } from './errors.ts';

const defaultSeconds = 60;
const longestSeconds = 2_592_000;
const largestId = 0xffff_ffff;
const largestPermanentId = 100_000;

interface CodeRequest {
  scene: string;
  /** `null`: permanent. */
  seconds: number | null;
}

type Scene = Record<string, unknown>;

const kinds: Record<string, { temporary: boolean; scene: (scene: Scene) => string }> = {
  QR_SCENE: { temporary: true, scene: (scene) => idOf(scene, Infinity) },
  QR_STR_SCENE: { temporary: true, scene: textOf },
  QR_LIMIT_SCENE: { temporary: false, scene: (scene) => idOf(scene, largestPermanentId) },
  QR_LIMIT_STR_SCENE: { temporary: false, scene: textOf },
};

/** What a call of qrcode/create asks for. @throws WechatFault 40052, 40053 */
export function codeRequest(body: Record<string, unknown>): CodeRequest {
  const name = body['action_name'];
  const kind = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind) throw new WechatFault(40052);
  const info = body['action_info'] as { scene?: unknown } | undefined;
  const scene = info?.scene;
  if (typeof scene !== 'object' || scene === null) throw new WechatFault(40053);
  return { scene: kind.scene(scene as Scene), seconds: kind.temporary ? secondsOf(body) : null };
}

function textOf({ scene_str: text }: Scene): string {
  if (typeof text !== 'string' || text.length < 1 || text.length > 64) throw new WechatFault(40053);
  return text;
}

/** Beyond 32 bits an id comes back as the largest there is. */
function idOf({ scene_id: id }: Scene, largest: number): string {
  if (!Number.isInteger(id) || (id as number) < 1 || (id as number) > largest) throw new WechatFault(40053);
  return String(Math.min(id as number, largestId));
}

function secondsOf({ expire_seconds: seconds }: Record<string, unknown>): number {
  if (!Number.isInteger(seconds) || (seconds as number) < 1) return defaultSeconds;
  return Math.min(seconds as number, longestSeconds);
}
