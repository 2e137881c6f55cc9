/** The doctor's words on WeChat's API; `mend_wechat_{errcode}` is the remedy for that number. */
export const wechatWords = {
  api_answers: { en: 'answers at {where} ({ms} ms)', zh: '{where} 有响应（{ms} 毫秒）' },
  api_stranger: {
    en: 'Something else than WeChat answers at {where} (status {status})',
    zh: '{where} 上响应的不是微信（状态 {status}）',
  },
  mend_api: {
    en: 'Let this machine reach WeChat directly at port 443: see DNS, firewall, accounts[].apiUrl, and proxies that answer in its place.',
    zh: '请让本机能直接访问微信的 443 端口：检查 DNS、防火墙、accounts[].apiUrl，以及代为响应的代理。',
  },

  token_given: { en: 'WeChat gives one to {appId}', zh: '微信已向 {appId} 发放' },
  qr_made: {
    en: "may be made: one for {seconds} s was, which uses up one of the day's codes (--no-qr leaves it out)",
    zh: '可以生成：已生成一个有效期 {seconds} 秒的二维码，占用当天额度一个（--no-qr 可跳过）',
  },
  qr_unwanted: { en: 'not tried: --no-qr', zh: '未检查：--no-qr' },
  user_info_told: { en: 'WeChat tells', zh: '微信允许查询' },
  user_info_may: {
    en: 'as far as can be told without a follower: WeChat refuses the openid that was made up ({errcode}), and not the call',
    zh: '没有真实关注者，只能初步判断：微信拒绝的是虚构的 openid（{errcode}），而不是接口权限',
  },

  wechat_refuses: {
    en: 'WeChat answered {errcode} to {api}[: this server comes from {ip}][ (rid {rid})]',
    zh: '微信对 {api} 返回 {errcode}[：本服务器的出口地址是 {ip}][（rid {rid}）]',
  },
  wechat_unknown: {
    en: 'WeChat answered {errcode} to {api}, which is not among the known numbers: "{detail}"[ (rid {rid})]',
    zh: '微信对 {api} 返回未知错误码 {errcode}：“{detail}”[（rid {rid}）]',
  },
  wechat_network: {
    en: 'The connection for {api} could not be made, or broke',
    zh: '{api} 的连接失败或中断',
  },
  wechat_timeout: { en: 'WeChat did not answer {api} in time', zh: '微信没有及时响应 {api}' },
  wechat_status: { en: 'The answer to {api} has another status than 200', zh: '{api} 的响应状态不是 200' },
  wechat_answer: { en: "The answer to {api} is not one of WeChat's", zh: '{api} 的响应不是微信的格式' },
  wechat_refused: {
    en: '{api} was not sent, because the calls before it failed',
    zh: '因之前的调用失败，没有发送 {api}',
  },

  'mend_wechat_-1': { en: 'WeChat is busy: ask again in a minute.', zh: '微信系统繁忙：请稍后再试。' },
  mend_wechat_token: {
    en: "Make sure that apiUrl, appId and appSecret belong together, and that no other program refreshes this account's access token by force.",
    zh: '请确认 apiUrl、appId、appSecret 属于同一账号，并且没有其他程序强制刷新它的 access_token。',
  },
  mend_wechat_40002: {
    en: 'Please report this: the token was asked for in a way that WeChat does not know.',
    zh: '请反馈：获取 token 的方式不被微信接受。',
  },
  mend_wechat_40013: {
    en: "WeChat does not know this appId: set accounts[].appId (WECHAT_APP_ID) as the account's console shows it.",
    zh: '微信不认识这个 AppID：请按公众号后台显示的内容设置 accounts[].appId（WECHAT_APP_ID）。',
  },
  mend_wechat_40125: {
    en: 'The AppSecret is wrong: it was mistyped, or reset since. Set accounts[].appSecret (WECHAT_APP_SECRET); the console shows it only once, so reset it there if need be.',
    zh: 'AppSecret 错误：填写有误，或已被重置。请设置 accounts[].appSecret（WECHAT_APP_SECRET）；后台只显示一次，必要时请重置。',
  },
  mend_wechat_40164: {
    en: 'Add this very address to the IP whitelist (IP 白名单) in the console, Settings and Development → Basic configuration; behind a NAT pool, each of its addresses. It may take some minutes.',
    zh: '请在公众号后台“设置与开发 → 基本配置”的 IP 白名单中加入这个地址；出口是地址池时，每个都要加入。可能几分钟后生效。',
  },
  mend_wechat_40200: {
    en: 'Use an account of another type: this call needs a verified service account or a test account.',
    zh: '账号类型不符：此接口需要已认证的服务号或测试号。',
  },
  mend_wechat_40243: {
    en: 'The AppSecret is frozen: unfreeze it in the console, Settings and Development → Basic configuration.',
    zh: 'AppSecret 已被冻结：请在公众号后台“设置与开发 → 基本配置”中解冻。',
  },
  mend_wechat_45009: {
    en: "The day's quota of this call is used up: wait for midnight in Beijing, or clear the quota in the console (ten times a month).",
    zh: '此接口当天的额度已用完：请等到北京时间零点，或在公众号后台清零（每月十次）。',
  },
  mend_wechat_45011: {
    en: "The minute's limit is reached: ask again in a minute.",
    zh: '调用过于频繁：请一分钟后再试。',
  },
  mend_wechat_48001: {
    en: 'This account has no right to the call: it needs a verified service account (已认证的服务号) whose yearly verification has not lapsed, or a test account.',
    zh: '该账号没有此接口的权限：需要已认证且年审未过期的服务号，或测试号。',
  },
  mend_wechat_48004: {
    en: 'WeChat has banned the call for this account: see the notices in the console.',
    zh: '微信封禁了该账号的此接口：请查看公众号后台的通知。',
  },
  mend_wechat_50004: {
    en: 'WeChat forbids this account to fetch tokens: see the notices in the console.',
    zh: '微信禁止该账号获取 token：请查看公众号后台的通知。',
  },
  mend_wechat_50007: {
    en: 'The account is frozen: see the notices in the console.',
    zh: '账号已被冻结：请查看公众号后台的通知。',
  },
  mend_wechat_61004: {
    en: "Register this server's address with the third-party platform that manages the account.",
    zh: '请在管理该账号的第三方平台登记本服务器的地址。',
  },
  mend_wechat_61024: {
    en: 'A third-party platform manages this appId: take the authorisation back in the console, or let that platform fetch tokens.',
    zh: '该 AppID 由第三方平台管理：请在公众号后台取消授权，或由该平台获取 token。',
  },
  mend_wechat_89501: {
    en: "WeChat has asked the account's administrator about this server's address: let them confirm it on their phone.",
    zh: '微信已向管理员确认本服务器的地址：请管理员在手机上确认。',
  },
  mend_wechat_89503: {
    en: "The account's administrator must confirm this call: let them look for WeChat's message on their phone.",
    zh: '此调用需要管理员确认：请管理员查看手机上的微信消息并确认。',
  },
  mend_wechat_89506: {
    en: "The administrator has refused this server's address twice: talk to them, and ask again after 24 hours.",
    zh: '管理员已两次拒绝本服务器的地址：请与管理员沟通，24 小时后再试。',
  },
  mend_wechat_89507: {
    en: "The administrator has refused this server's address: talk to them, and ask again after an hour.",
    zh: '管理员拒绝了本服务器的地址：请与管理员沟通，1 小时后再试。',
  },
} as const;
