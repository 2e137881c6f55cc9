import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What wx.getUserProfile gives a mini program for its server. */
export interface UserProfile {
  /** The very text that is signed. */
  rawData: string;
  signature: string;
  /** Base64, both. */
  encryptedData: string;
  iv: string;
}

/** The same for everybody since 2022; and who it is has never been among it. */
const greyProfile = {
  nickName: '微信用户',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: '',
  avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/grey/132',
};

/** Signed and sealed with the person's session_key. @param now ms; WeChat's watermark says when, and for which app */
export function userProfile(sessionKey: string, appId: string, now: number): UserProfile {
  const rawData = JSON.stringify(greyProfile);
  const signature = createHash('sha1')
    .update(rawData + sessionKey)
    .digest('hex');
  const watermark = { timestamp: Math.floor(now / 1000), appid: appId };
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv);
  const clear = JSON.stringify({ ...greyProfile, watermark });
  const sealed = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
  return { rawData, signature, encryptedData: sealed.toString('base64'), iv: iv.toString('base64') };
}
