import { randomBytes } from 'node:crypto';

/** WeChat's error numbers that the stand-in gives by itself; a fault may name any other. */
const messages: Record<number, string> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40032: 'invalid openid list size',
  40052: 'invalid action name',
  40053: 'invalid action info',
  40066: 'invalid url',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40169: 'invalid length for scene, or the data is not json string',
  40226: 'code blocked',
  40243: 'appsecret is frozen',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41030: 'invalid page',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  48004: 'api forbidden',
  50004: 'forbid to get access_token',
  50007: 'account is frozen',
  87007: 'session_key is not existed or expired',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
  89501: 'ip is waiting for the confirmation of the administrator',
  89503: 'this call needs the confirmation of the administrator',
  89506: 'this ip was refused by the administrator twice, try again in 24 hours',
  89507: 'this ip was refused by the administrator, try again in 1 hour',
};

export class WechatFault extends Error {
  readonly errcode: number;

  constructor(errcode: number, message = messages[errcode] ?? 'unknown error') {
    super(message);
    this.name = 'WechatFault';
    this.errcode = errcode;
  }
}

/** WeChat's error body; the `rid` at the end of errmsg is another one at each call. */
export function errorBody(errcode: number, errmsg = messages[errcode] ?? 'unknown error') {
  const rid = [4, 4, 4].map((bytes) => randomBytes(bytes).toString('hex')).join('-');
  return { errcode, errmsg: `${errmsg}, rid: ${rid}` };
}
