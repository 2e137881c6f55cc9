/** Owns the words that stand in the dashboard before any script runs. What the script says is in `public/ops/text.js`. */
import type { Lang } from '../http/language.ts';
import type { SceneState } from '../protocol/messages.ts';

export type { Lang } from '../http/language.ts';

export interface Words {
  htmlLang: string;
  switchTo: { lang: Lang; htmlLang: string; name: string };
  title: string;
  signIn: { intro: string; token: string; submit: string };
  signOut: string;
  noscript: string;
  overview: string;
  numbers: Record<'pending' | 'scanned' | 'confirmed' | 'logins' | 'latency' | 'sockets', string>;
  filters: { label: string; state: string; living: string; site: string; account: string; clear: string };
  states: Record<SceneState, string>;
  columns: Record<
    'scene' | 'site' | 'account' | 'state' | 'age' | 'expires' | 'browser' | 'connected' | 'action',
    string
  >;
  loading: string;
}

export const words: Record<Lang, Words> = {
  zh: {
    htmlLang: 'zh-CN',
    switchTo: { lang: 'en', htmlLang: 'en', name: 'English' },
    title: '实时登录',
    signIn: { intro: '请输入运维令牌', token: '运维令牌', submit: '进入' },
    signOut: '退出',
    noscript: '控制台需要 JavaScript。请在浏览器设置中启用后刷新本页。',
    overview: '概况',
    numbers: {
      pending: '等待扫码',
      scanned: '已扫码',
      confirmed: '已确认',
      logins: '每分钟登录',
      latency: '推送延迟 p95',
      sockets: '在线连接',
    },
    filters: {
      label: '筛选',
      state: '状态',
      living: '进行中',
      site: '网站',
      account: '公众号',
      clear: '清除筛选',
    },
    states: {
      pending: '等待扫码',
      scanned: '已扫码',
      confirmed: '已确认',
      consumed: '已登录',
      denied: '已拒绝',
      cancelled: '已取消',
      expired: '已过期',
    },
    columns: {
      scene: '场景',
      site: '网站',
      account: '公众号',
      state: '状态',
      age: '已用时',
      expires: '剩余',
      browser: '浏览器',
      connected: '连接',
      action: '操作',
    },
    loading: '正在加载…',
  },
  en: {
    htmlLang: 'en',
    switchTo: { lang: 'zh', htmlLang: 'zh-CN', name: '中文' },
    title: 'Live logins',
    signIn: { intro: 'Enter the operator token', token: 'Operator token', submit: 'Sign in' },
    signOut: 'Sign out',
    noscript: 'The dashboard needs JavaScript. Please switch it on in your browser and reload this page.',
    overview: 'Overview',
    numbers: {
      pending: 'Waiting',
      scanned: 'Scanned',
      confirmed: 'Confirmed',
      logins: 'Logins/min',
      latency: 'Push p95',
      sockets: 'Sockets',
    },
    filters: {
      label: 'Filters',
      state: 'State',
      living: 'Active',
      site: 'Site',
      account: 'Account',
      clear: 'Clear filters',
    },
    states: {
      pending: 'Waiting',
      scanned: 'Scanned',
      confirmed: 'Confirmed',
      consumed: 'Signed in',
      denied: 'Denied',
      cancelled: 'Cancelled',
      expired: 'Expired',
    },
    columns: {
      scene: 'Scene',
      site: 'Site',
      account: 'Account',
      state: 'State',
      age: 'Age',
      expires: 'Left',
      browser: 'Browser',
      connected: 'Connection',
      action: 'Action',
    },
    loading: 'Loading…',
  },
};
