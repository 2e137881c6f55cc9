import type { ScanResult } from '../scene/scan.ts';

/** What a person reads in the chat after a scan. WeChat does not tell their language, so each says it in both. */
export const replies = {
  owner: (site: string) =>
    `您正在登录「${site}」，请回到网页查看。\nYou are signing in to ${site}. Please go back to the page.`,
  stranger: () =>
    '此二维码已被他人扫描，请在网页上换一个新的。\nSomebody else has scanned this code. Please get a new one on the page.',
  gone: () =>
    '此二维码已失效，请在网页上换一个新的。\nThis code is no longer valid. Please get a new one on the page.',
  tooMany: () => '扫码过于频繁，请稍后再试。\nToo many scans. Please try again in a minute.',
} satisfies Record<ScanResult['kind'] | 'tooMany', (site: string) => string>;
