/** Owns the words that stand in the hosted pages before any script runs. What the script says is in `public/login/text.js`. */
import type { Lang } from '../http/language.ts';

export type { Lang } from '../http/language.ts';

/** What `GET /login` may find wrong; a page names all of them at once. */
export type PageFault =
  | 'site_missing'
  | 'site_unknown'
  | 'redirect_uri_missing'
  | 'redirect_uri_unregistered'
  | 'state_missing'
  | 'state_length'
  | 'code_challenge_invalid'
  | 'account_unregistered'
  | 'parameter_repeated';

/** What a visitor can scan: an official account's QR code, or a mini program's code. */
export type Way = 'officialAccount' | 'miniProgram';

/** By what the page is opened with: who is on the phone cannot scan its screen. */
type Hints = Record<'computer' | 'phone' | 'wechat', readonly string[]>;

interface Words {
  htmlLang: string;
  switchTo: { lang: Lang; htmlLang: string; name: string };
  title(site: string): string;
  instruction: string;
  steps: readonly [string, string, string];
  stepsLabel: string;
  preparing: string;
  hints: Record<Way, Hints>;
  /** Leads to the page with the other kind of code: this one. */
  use: Record<Way, string>;
  noscript: string;
  sandbox: string;
  sandboxPhone: string;
  error: { title: string; visitor: string; developer: string; faults: Record<PageFault, string> };
}

export const words: Record<Lang, Words> = {
  zh: {
    htmlLang: 'zh-CN',
    switchTo: { lang: 'en', htmlLang: 'en', name: 'English' },
    title: (site) => `微信扫码登录 · ${site}`,
    instruction: '用微信扫码登录',
    steps: ['等待扫码', '已扫码', '完成登录'],
    stepsLabel: '登录进度',
    preparing: '正在生成二维码…',
    hints: {
      officialAccount: {
        computer: ['打开手机微信，点右上角“+”，选“扫一扫”', '首次使用请在扫码后点“关注公众号”'],
        phone: ['截屏后打开微信“扫一扫”，从相册中选取二维码', '也可以在电脑上打开本页扫码'],
        wechat: ['长按二维码，选择“识别图中的二维码”', '首次使用请在识别后点“关注公众号”'],
      },
      miniProgram: {
        computer: ['打开手机微信，点右上角“+”，选“扫一扫”', '扫码后请在打开的小程序中确认登录'],
        phone: ['截屏后打开微信“扫一扫”，从相册中选取小程序码', '也可以在电脑上打开本页扫码'],
        wechat: ['长按小程序码，打开图中的小程序', '然后在小程序中确认登录'],
      },
    },
    use: { officialAccount: '改用公众号扫码', miniProgram: '改用小程序扫码' },
    noscript: '登录需要 JavaScript。请在浏览器设置中启用后刷新本页。',
    sandbox: '沙箱环境，不连接真实微信',
    sandboxPhone: '打开模拟手机',
    error: {
      title: '登录链接无效',
      visitor: '链接不完整或已失效。请返回原网站，重新点击登录。',
      developer: '给网站开发者',
      faults: {
        site_missing: '缺少参数 site：网站在 Saoma 配置中的编号。',
        site_unknown: '参数 site 所指的网站没有在 Saoma 配置中登记。',
        redirect_uri_missing: '缺少参数 redirect_uri：登录完成后返回的地址。',
        redirect_uri_unregistered: '参数 redirect_uri 必须与该网站登记的某个 redirectUris 完全一致。',
        state_missing: '缺少参数 state：为每次登录随机生成，返回后核对，用来防止登录 CSRF。',
        state_length: '参数 state 的长度应为 8 至 512 个字符。',
        code_challenge_invalid: '参数 code_challenge 应为 S256 方式的 43 个 base64url 字符。',
        account_unregistered: '参数 account 必须是该网站配置的 accounts 之一。',
        parameter_repeated: '有参数出现了不止一次。',
      },
    },
  },
  en: {
    htmlLang: 'en',
    switchTo: { lang: 'zh', htmlLang: 'zh-CN', name: '中文' },
    title: (site) => `Sign in to ${site} with WeChat`,
    instruction: 'Scan with WeChat to sign in',
    steps: ['Waiting', 'Scanned', 'Signed in'],
    stepsLabel: 'Progress of the sign-in',
    preparing: 'Making your code…',
    hints: {
      officialAccount: {
        computer: [
          'In WeChat on your phone, tap + and choose Scan',
          'First time here? Tap Follow after scanning',
        ],
        phone: [
          'Take a screenshot, then open it in WeChat › Scan › Album',
          'Or open this page on a computer and scan from there',
        ],
        wechat: [
          'Press and hold the code, then choose Extract QR Code',
          'First time here? Tap Follow afterwards',
        ],
      },
      miniProgram: {
        computer: [
          'In WeChat on your phone, tap + and choose Scan',
          'Then confirm in the mini program that opens',
        ],
        phone: [
          'Take a screenshot, then open it in WeChat › Scan › Album',
          'Or open this page on a computer and scan from there',
        ],
        wechat: ['Press and hold the code to open its mini program', 'Then confirm in the mini program'],
      },
    },
    use: {
      officialAccount: 'Use the official account instead',
      miniProgram: 'Use the mini program instead',
    },
    noscript: 'Signing in needs JavaScript. Please switch it on in your browser and reload this page.',
    sandbox: 'Sandbox: no real WeChat',
    sandboxPhone: 'Open the phone',
    error: {
      title: 'This sign-in link does not work',
      visitor:
        'The link is incomplete or out of date. Please go back to the website and choose sign in again.',
      developer: 'For the website’s developer',
      faults: {
        site_missing: 'The parameter site is missing: the id of your website in Saoma’s configuration.',
        site_unknown: 'The parameter site names no website in Saoma’s configuration.',
        redirect_uri_missing: 'The parameter redirect_uri is missing: where to go once signed in.',
        redirect_uri_unregistered:
          'The parameter redirect_uri must equal one of the website’s registered redirectUris, to the letter.',
        state_missing:
          'The parameter state is missing: a random value for each sign-in that your site checks on return, its protection against login CSRF.',
        state_length: 'The parameter state must have 8 to 512 characters.',
        code_challenge_invalid: 'The parameter code_challenge must be an S256 one: 43 base64url characters.',
        account_unregistered: 'The parameter account must be one of the website’s configured accounts.',
        parameter_repeated: 'A parameter is given more than once.',
      },
    },
  },
};
