/**
 * Owns the codes of a mini program: pictures that only WeChat can draw, told apart from its errors by what they begin with.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode
 */
import { z } from 'zod';

import { settings } from '../kit/settings.ts';
import type { WechatClient } from './client.ts';

/** A picture as WeChat drew it. */
export interface MiniProgramCode {
  image: Buffer;
  contentType: 'image/jpeg' | 'image/png';
}

interface Target {
  page: string;
  envVersion: string;
}

const beginnings = [
  { contentType: 'image/jpeg', magic: Buffer.from('ffd8ff', 'hex') },
  { contentType: 'image/png', magic: Buffer.from('89504e470d0a1a0a', 'hex') },
] as const;

const answer = z.instanceof(Buffer).transform((image, context): MiniProgramCode => {
  const kind = beginnings.find(({ magic }) => image.subarray(0, magic.length).equals(magic));
  if (kind) return { image, contentType: kind.contentType };
  context.addIssue('not a picture');
  return z.NEVER;
});

/** @param scene comes back as the page's `query.scene` */
export function createCode(
  client: WechatClient,
  { page, envVersion }: Target,
  scene: string,
): Promise<MiniProgramCode> {
  const { codeBytes, codeWidth } = settings.wechat;
  // By default WeChat refuses a page that the published version does not have yet.
  const body = { scene, page, check_path: false, env_version: envVersion, width: codeWidth };
  return client.call({
    api: 'wxa/getwxacodeunlimit',
    method: 'POST',
    body,
    atMost: codeBytes,
    isBytes: true,
    answer,
  });
}
