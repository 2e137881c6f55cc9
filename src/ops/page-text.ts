/** Owns the words that stand in the dashboard before any script runs. What the script says is in `public/ops/text.js`. */
import type { Lang } from '../http/language.ts';
import type { SceneState } from '../protocol/messages.ts';

export type { Lang } from '../http/language.ts';

export interface Words {
  htmlLang: string;
  switchTo: { lang: Lang; htmlLang: string; name: string };
  title: string;
  skip: string;
  viewsLabel: string;
  views: Record<'scenes' | 'insight' | 'audit', string>;
  footer: string;
  signIn: Record<'intro' | 'token' | 'submit' | 'byScan' | 'insteadByScan' | 'byToken' | 'number', string>;
  signOut: string;
  noscript: string;
  overview: string;
  numbers: Record<'pending' | 'scanned' | 'confirmed' | 'logins' | 'latency' | 'sockets', string>;
  filters: Record<'label' | 'state' | 'living' | 'site' | 'account' | 'find' | 'findHint' | 'clear', string>;
  states: Record<SceneState, string>;
  columns: Record<
    'scene' | 'site' | 'account' | 'state' | 'age' | 'expires' | 'browser' | 'connected' | 'action',
    string
  >;
  older: Record<'title' | 'newer' | 'next', string>;
  loading: string;
}

export const words: Record<Lang, Words> = {
  zh: {
    htmlLang: 'zh-CN',
    switchTo: { lang: 'en', htmlLang: 'en', name: 'English' },
    title: '实时登录',
    skip: '跳到内容',
    viewsLabel: '页面',
    views: { scenes: '登录', insight: '概览', audit: '审计' },
    footer: '说明',
    signIn: {
      intro: '登录运维控制台',
      token: '运维令牌',
      submit: '进入',
      byScan: '微信扫码登录',
      insteadByScan: '改用微信扫码登录',
      byToken: '使用令牌登录',
      number: '六位数字',
    },
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
      account: '账号',
      find: '查找',
      findHint: '场景编号',
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
      state: '状态',
      site: '网站',
      account: '账号',
      age: '已用时',
      expires: '剩余',
      browser: '浏览器',
      connected: '连接',
      action: '操作',
    },
    older: { title: '更早的登录', newer: '较新', next: '更早' },
    loading: '正在加载…',
  },
  en: {
    htmlLang: 'en',
    switchTo: { lang: 'zh', htmlLang: 'zh-CN', name: '中文' },
    title: 'Live logins',
    skip: 'Skip to the content',
    viewsLabel: 'Views',
    views: { scenes: 'Scenes', insight: 'Insight', audit: 'Audit' },
    footer: 'About this page',
    signIn: {
      intro: 'Sign in to the dashboard',
      token: 'Operator token',
      submit: 'Sign in',
      byScan: 'Scan with WeChat',
      insteadByScan: 'Scan with WeChat instead',
      byToken: 'Use the token instead',
      number: 'Six-digit number',
    },
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
      find: 'Find',
      findHint: 'Scene id',
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
      state: 'State',
      site: 'Site',
      account: 'Account',
      age: 'Age',
      expires: 'Left',
      browser: 'Browser',
      connected: 'Connection',
      action: 'Action',
    },
    older: { title: 'Older logins', newer: 'Newer', next: 'Older' },
    loading: 'Loading…',
  },
};
