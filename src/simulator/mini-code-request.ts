import { WechatFault } from './errors.ts';

const visible = /^[A-Za-z0-9!#$&'()*+,/:;=?@._~-]{1,32}$/;
const versions: ReadonlySet<unknown> = new Set(['release', 'trial', 'develop']);
/** Those of the version that is published. */
const published: ReadonlySet<unknown> = new Set(['pages/index/index', 'pages/login/index']);
const widths = { least: 280, usual: 430, most: 1280 };

export interface MiniCodeRequest {
  scene: string;
  /** The page that the code opens. */
  page: string;
  /** Of the picture, pixels. */
  width: number;
}

/** What a call of getwxacodeunlimit asks for. @throws WechatFault 40097, 40169, 41030 */
export function miniCodeRequest(body: Record<string, unknown>): MiniCodeRequest {
  const { scene, env_version: version = 'release' } = body;
  if (typeof scene !== 'string' || !visible.test(scene)) throw new WechatFault(40169);
  if (!versions.has(version)) throw new WechatFault(40097);
  return { scene, page: pageOf(body), width: widthOf(body) };
}

/** Unless the call says otherwise, the page has to be a published one. */
function pageOf({ page = 'pages/index/index', check_path: check = true }: Record<string, unknown>): string {
  const wellFormed = typeof page === 'string' && /^[^/?#][^?#]{0,127}$/.test(page);
  if (!wellFormed || (check !== false && !published.has(page))) throw new WechatFault(41030);
  return page;
}

function widthOf({ width }: Record<string, unknown>): number {
  if (!Number.isInteger(width)) return widths.usual;
  return Math.min(widths.most, Math.max(widths.least, width as number));
}
