/**
 * Owns what WeChat's error numbers mean to an operator, in plain words: those that somebody has to act on. The remedy itself
 * is the server's, in English; here it stands in Chinese. A number that is not here has the server's remedy only.
 */

/** @typedef {{ en: string, zh: string, remedy: string }} Meaning `remedy`: in Chinese */

const wrongToken = {
  en: 'WeChat refuses the access token or the appSecret',
  zh: '微信不接受访问令牌或 appSecret',
  remedy:
    '请核对 apiUrl、appId 与 appSecret 是否属于同一个账号（appSecret 可能已重置或填错），并确认没有其他程序强制刷新访问令牌。',
};

/** @type {Readonly<Record<number, Meaning>>} */
export const meanings = {
  40001: wrongToken,
  40014: wrongToken,
  42001: wrongToken,
  40002: {
    en: 'WeChat does not know the way in which we asked for a token',
    zh: '微信无法识别获取访问令牌的方式',
    remedy: '请反馈此问题：服务请求访问令牌的方式微信不认识。',
  },
  40013: {
    en: 'WeChat does not know this appId',
    zh: '微信不认识这个 appId',
    remedy: '请填写公众平台上显示的 appId。',
  },
  40037: {
    en: 'There is no such message template',
    zh: '消息模板不存在',
    remedy: '请改用该账号下已有的消息模板。',
  },
  40125: {
    en: 'The appSecret is wrong',
    zh: 'appSecret 不正确',
    remedy: '请填写公众平台上该 appId 对应的 appSecret：它可能已重置或填错。',
  },
  40164: {
    en: 'WeChat does not let this server’s address in',
    zh: '本服务器的 IP 不在微信的白名单中',
    remedy: '请把微信提示的 IP 地址加入该账号开发设置中的 IP 白名单。',
  },
  40200: {
    en: 'This kind of account cannot do that',
    zh: '该类型的账号不支持此调用',
    remedy: '请换用其他类型的账号：此调用需要已认证的服务号。',
  },
  40243: {
    en: 'The appSecret is frozen',
    zh: 'appSecret 已被冻结',
    remedy: '请在公众平台解冻 appSecret。',
  },
  41030: {
    en: 'The mini-program page is not published',
    zh: '小程序页面尚未发布',
    remedy: '请发布小程序码所指向的页面。',
  },
  43116: {
    en: 'WeChat limits this message template',
    zh: '该消息模板被微信限制',
    remedy: '请在公众平台查看该模板的状态。',
  },
  45009: {
    en: 'The day’s quota of this call is used up',
    zh: '此调用今日的配额已用完',
    remedy: '请等到北京时间零点，或在公众平台清零配额。',
  },
  48001: {
    en: 'The account has no right to this call',
    zh: '该账号没有此接口的权限',
    remedy: '请使用已认证的服务号或测试号：该账号无权调用此接口。',
  },
  48004: {
    en: 'WeChat has banned this call for the account',
    zh: '微信已封禁该账号的此接口',
    remedy: '请查看公众平台的通知。',
  },
  48006: {
    en: 'The quota can be cleared no more this month',
    zh: '本月清零配额的次数已用完',
    remedy: '请等待，或申请更高的配额。',
  },
  50004: {
    en: 'WeChat forbids this account to fetch tokens',
    zh: '微信禁止该账号获取访问令牌',
    remedy: '请查看公众平台的通知。',
  },
  50007: {
    en: 'The account is frozen',
    zh: '账号已被冻结',
    remedy: '请查看公众平台的通知。',
  },
  61004: {
    en: 'The third-party platform does not know this server’s address',
    zh: '第三方平台未登记本服务器的 IP',
    remedy: '请在第三方平台登记本服务器的 IP 地址。',
  },
  61024: {
    en: 'A third-party platform manages this appId',
    zh: '该 appId 由第三方平台代管',
    remedy: '请使用第三方平台自己的令牌。',
  },
  89501: {
    en: 'WeChat waits until this server’s address is confirmed',
    zh: '本服务器的 IP 正等待管理员确认',
    remedy: '请让账号管理员确认来自本服务器 IP 的请求。',
  },
  89503: {
    en: 'WeChat waits until the call is confirmed',
    zh: '此调用正等待管理员确认',
    remedy: '请让账号管理员确认此调用。',
  },
  89506: {
    en: 'The administrator refused this server’s address',
    zh: '管理员拒绝了本服务器的 IP',
    remedy: '请与管理员沟通，24 小时后再试。',
  },
  89507: {
    en: 'The administrator refused this server’s address',
    zh: '管理员拒绝了本服务器的 IP',
    remedy: '请与管理员沟通，1 小时后再试。',
  },
};

/**
 * @param {{ errcode: number | null, remedy: string | null }} fault
 * @param {'zh' | 'en'} lang
 * @returns {{ what: string | null, remedy: string | null }} `null`: not known here
 */
export function explain({ errcode, remedy }, lang) {
  const known = errcode !== null && Object.hasOwn(meanings, errcode) ? meanings[errcode] : undefined;
  if (!known) return { what: null, remedy };
  return { what: known[lang], remedy: lang === 'zh' ? known.remedy : remedy };
}
