/** Owns every word that the page says. */

/**
 * @typedef {object} Texts
 * @property {Record<'left' | 'right', string>} seat
 * @property {string} signIn
 * @property {string} signInHint
 * @property {(end: string) => string} person when WeChat tells no name; `end`: of the openid
 * @property {Record<import('./mail-socket.js').State, string>} link
 * @property {Record<string, string>} closed why the connection will not come back
 * @property {string} goOffline
 * @property {string} goOnline
 * @property {string} signOut
 * @property {(name: string) => string} otherOnline
 * @property {(name: string, since: string | null) => string} otherOffline
 * @property {string} otherMissing
 * @property {string} samePerson
 * @property {string} log
 * @property {string} empty
 * @property {string} write
 * @property {string} send
 * @property {Record<'sending' | 'delivered' | 'queued' | 'dropped', string>} status
 * @property {Record<string, string>} refused by the error's code
 * @property {(code: string) => string} refusedOtherwise
 * @property {string} sendAgain
 * @property {string} site
 * @property {string} siteToAll
 * @property {string} announce
 * @property {string} announcement
 * @property {string} announced
 * @property {string} failed
 * @property {string} again
 * @property {string} noToken
 */

/** @type {Record<'zh' | 'en', Texts>} */
export const texts = {
  zh: {
    seat: { left: '左边', right: '右边' },
    signIn: '微信扫码登录',
    signInHint: '请用一部手机扫码登录，在这一边聊天。',
    person: (end) => `微信用户 ${end}`,
    link: { connecting: '正在连接…', open: '已连接', waiting: '连接中断，正在重新连接…', closed: '已离线' },
    closed: {
      over: '登录已过期，请重新登录',
      replaced: '已在其他页面打开',
      tooMany: '操作过于频繁',
      refused: '无法连接',
    },
    goOffline: '离线',
    goOnline: '上线',
    signOut: '退出',
    otherOnline: (name) => `对方 ${name} 在线`,
    otherOffline: (name, since) => `对方 ${name} 不在线${since ? `（${since} 离开）` : ''}`,
    otherMissing: '等待另一边登录',
    samePerson: '两边是同一个人：请在另一边换一部手机扫码。',
    log: '消息',
    empty: '还没有消息',
    write: '输入消息',
    send: '发送',
    status: {
      sending: '发送中…',
      delivered: '已送达',
      queued: '对方不在线，已存入信箱',
      dropped: '未保存：对方的信箱已满，等对方看过后再发',
    },
    refused: {
      inbox_full: '未发送：对方的信箱已满，等对方看过后再发',
      peers_not_allowed: '未发送：此网站不允许用户之间发消息',
      message_too_large: '未发送：消息过长',
      rate_limited: '未发送：发送过于频繁',
    },
    refusedOtherwise: (code) => `未发送：${code}`,
    sendAgain: '重新发送',
    site: '网站',
    siteToAll: '网站致所有人',
    announce: '以网站身份通知所有在线的人',
    announcement: '通知内容',
    announced: '通知已发出',
    failed: '暂时无法加载',
    again: '重试',
    noToken: '登录服务没有给出消息凭证：请升级到支持消息的版本。',
  },
  en: {
    seat: { left: 'Left', right: 'Right' },
    signIn: 'Sign in with WeChat',
    signInHint: 'Scan with a phone to chat on this side.',
    person: (end) => `WeChat user ${end}`,
    link: {
      connecting: 'Connecting…',
      open: 'Connected',
      waiting: 'Connection lost. Reconnecting…',
      closed: 'You are offline',
    },
    closed: {
      over: 'Your login is over. Please sign in again.',
      replaced: 'Open in another place',
      tooMany: 'Too many attempts',
      refused: 'The connection was refused',
    },
    goOffline: 'Go offline',
    goOnline: 'Go online',
    signOut: 'Sign out',
    otherOnline: (name) => `${name} is online`,
    otherOffline: (name, since) => `${name} is offline${since ? ` since ${since}` : ''}`,
    otherMissing: 'Waiting for the other side to sign in',
    samePerson: 'The same person sits on both sides: scan with another phone on the other side.',
    log: 'Messages',
    empty: 'No messages yet',
    write: 'Write a message',
    send: 'Send',
    status: {
      sending: 'Sending…',
      delivered: 'Delivered',
      queued: 'Kept until they are back',
      dropped: 'Not kept: their mailbox is full until they read it',
    },
    refused: {
      inbox_full: 'Not sent: their mailbox is full until they read it',
      peers_not_allowed: 'Not sent: this site does not let people write to each other',
      message_too_large: 'Not sent: too long',
      rate_limited: 'Not sent: too many messages',
    },
    refusedOtherwise: (code) => `Not sent: ${code}`,
    sendAgain: 'Send again',
    site: 'The site',
    siteToAll: 'The site, to everybody',
    announce: 'As the site, tell everybody who is online',
    announcement: 'Announcement',
    announced: 'It was announced',
    failed: 'Cannot be loaded just now',
    again: 'Try again',
    noToken: 'Saoma gave no message token: it needs a version with messages.',
  },
};

const longest = 2_000;

/** What somebody wrote, as it may be shown: bounded, and nothing in it turns the text around it. @param {string} text */
export function plain(text) {
  const letters = Array.from(text.replaceAll(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, ' '));
  return letters.length > longest ? `${letters.slice(0, longest).join('')}…` : letters.join('');
}
