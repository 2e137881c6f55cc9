/** Owns the words that the dashboard's script says; what stands there before it runs is in `src/ops/page-text.ts`. */

/**
 * @typedef {import('./live-socket.js').Link} Link
 *
 * @typedef {object} Texts
 * @property {Record<Link, string>} links
 * @property {(count: number) => string} count
 * @property {(limit: number, total: number) => string} newestOf
 * @property {(count: number) => string} fresh rows that are held back while somebody is in the table
 * @property {string} empty
 * @property {string} emptyFiltered
 * @property {(seconds: number) => string} duration
 * @property {(started: number) => string} started
 * @property {(seconds: number) => string} uptime
 * @property {(nodes: number) => string} nodes
 * @property {{ copy: (id: string) => string, copied: string, online: string, offline: string, unknown: string }} row
 * @property {{ open: string, openFor: (id: string) => string, confirm: string, keep: string, busy: string,
 *   failed: string, over: string, done: (id: string) => string }} cancel
 * @property {{ wrong: string, unreachable: string, wait: (seconds: number) => string, ended: string,
 *   signOutFailed: string }} signIn
 */

/** @type {Record<'zh' | 'en', Texts>} */
export const texts = {
  zh: {
    links: {
      connecting: '正在连接…',
      live: '实时',
      silent: '服务器暂无消息',
      lost: '连接中断，正在重连…',
      full: '打开的控制台过多，稍后重试…',
    },
    count: (count) => `共 ${count} 个`,
    newestOf: (limit, total) => `共 ${total} 个，显示最新 ${limit} 个`,
    fresh: (count) => `${count} 个新登录，点击显示`,
    empty: '现在没有人在登录',
    emptyFiltered: '没有符合筛选条件的登录',
    duration: (seconds) => duration(seconds, '秒', '分', '时'),
    started: (started) => `发起 ${started}`,
    uptime: (seconds) => `已运行 ${long(seconds, '分钟', '小时', '天')}`,
    nodes: (nodes) => `${nodes} 个节点`,
    row: {
      copy: (id) => `复制场景编号 ${id}`,
      copied: '已复制',
      online: '在线',
      offline: '未连接',
      unknown: '未知',
    },
    cancel: {
      open: '取消',
      openFor: (id) => `取消场景 ${id}`,
      confirm: '确认取消',
      keep: '保留',
      busy: '正在取消…',
      failed: '未能取消，请重试',
      over: '该登录已结束',
      done: (id) => `场景 ${id} 已取消`,
    },
    signIn: {
      wrong: '令牌不正确',
      unreachable: '暂时无法登录，请稍后再试',
      wait: (seconds) => `尝试次数过多，请在 ${seconds} 秒后再试`,
      ended: '登录已失效，请重新输入令牌',
      signOutFailed: '未能退出，请重试',
    },
  },
  en: {
    links: {
      connecting: 'Connecting…',
      live: 'Live',
      silent: 'No word from the server',
      lost: 'Connection lost. Reconnecting…',
      full: 'Too many dashboards are open. Trying again…',
    },
    count: (count) => (count === 1 ? '1 login' : `${count} logins`),
    newestOf: (limit, total) => `The newest ${limit} of ${total} logins`,
    fresh: (count) => `Show ${count} new`,
    empty: 'Nobody is signing in right now',
    emptyFiltered: 'No login matches these filters',
    duration: (seconds) => duration(seconds, 's', 'm', 'h'),
    started: (started) => `${started} started`,
    uptime: (seconds) => `up ${long(seconds, 'min', 'h', 'd')}`,
    nodes: (nodes) => `${nodes} nodes`,
    row: {
      copy: (id) => `Copy scene id ${id}`,
      copied: 'Copied',
      online: 'Connected',
      offline: 'Away',
      unknown: 'Unknown',
    },
    cancel: {
      open: 'Cancel',
      openFor: (id) => `Cancel scene ${id}`,
      confirm: 'Cancel it',
      keep: 'Keep',
      busy: 'Cancelling…',
      failed: 'Not cancelled. Try again',
      over: 'It was already over',
      done: (id) => `Scene ${id} is cancelled`,
    },
    signIn: {
      wrong: 'This token is wrong.',
      unreachable: 'Signing in does not work at the moment. Please try again shortly.',
      wait: (seconds) => `Too many tries. Please try again in ${seconds} s.`,
      ended: 'Your session has ended. Please sign in again.',
      signOutFailed: 'You are still signed in. Please try again.',
    },
  },
};

/**
 * @param {number} all seconds
 * @param {string} s
 * @param {string} m
 * @param {string} h
 */
function duration(all, s, m, h) {
  const [minutes, seconds] = [Math.floor(all / 60), all % 60];
  if (minutes === 0) return `${seconds} ${s}`;
  if (minutes < 60) return `${minutes} ${m} ${String(seconds).padStart(2, '0')} ${s}`;
  return `${Math.floor(minutes / 60)} ${h} ${minutes % 60} ${m}`;
}

/**
 * @param {number} seconds
 * @param {string} minutes
 * @param {string} hours
 * @param {string} days
 */
function long(seconds, minutes, hours, days) {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} ${minutes}`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} ${hours}`;
  return `${Math.floor(seconds / 86_400)} ${days}`;
}
