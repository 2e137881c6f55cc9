/** Owns what the view "audit" says in each language. */
import { inChinese } from './warnings.js';

/**
 * @typedef {object} AuditText
 * @property {string} title
 * @property {(zone: string) => string} lead
 * @property {{ label: string, kind: string, all: string, site: string, actor: string, clear: string }} filters
 * @property {string} refresh
 * @property {(ago: string) => string} asOf
 * @property {(at: string) => string} asAt
 * @property {{ label: string, jsonl: string, csv: string }} save
 * @property {Record<'when' | 'what' | 'actor' | 'site' | 'scene' | 'ip', string>} columns
 * @property {Record<string, string>} kinds
 * @property {Record<string, string>} actors those who are no operator and no site
 * @property {Record<string, string>} reasons
 * @property {(count: string, since: string) => string} alike one entry stands for many
 * @property {Record<string, string>} facts
 * @property {Partial<Record<string, Record<string, string>>>} values of facts, by the fact's name
 * @property {(warnings: string) => string} warnings as the server writes them
 * @property {(id: string) => string} scene
 * @property {string} nothing stands where an entry has no value
 * @property {string} loading
 * @property {string} empty
 * @property {string} emptyFiltered
 * @property {string} emptySoFar there are older ones to look through
 * @property {string} older
 * @property {string} end
 * @property {{ refused: string, away: string, failed: string, again: string }} faults
 * @property {(count: string) => string} loaded
 */

/** @type {Record<'zh' | 'en', AuditText>} */
export const texts = {
  zh: {
    title: '审计记录',
    lead: (zone) => `谁做了什么，哪些请求被拒绝；最新的在前。时间为 ${zone}。`,
    filters: {
      label: '筛选审计记录',
      kind: '事件',
      all: '全部事件',
      site: '网站',
      actor: '操作者',
      clear: '清除筛选',
    },
    refresh: '刷新',
    asOf: (ago) => `上次刷新：${ago}`,
    asAt: (at) => `截至 ${at}`,
    save: { label: '下载', jsonl: 'JSON Lines', csv: 'CSV' },
    columns: {
      when: '时间',
      what: '事件',
      actor: '操作者',
      site: '网站 · 账号',
      scene: '场景',
      ip: '来源网络',
    },
    kinds: {
      operator_signed_in: '运维人员登录',
      operator_sign_in_refused: '控制台登录被拒绝',
      operator_signed_out: '运维人员退出',
      scene_cancelled: '取消了一个登录',
      exchange_refused: '网站换取登录码被拒绝',
      code_repeated: '已用过的登录码再次出现',
      messages_refused: '网站的消息接口调用被拒绝',
      second_scanner: '第二个人扫了同一个码',
      webhook_forged: '拒绝了伪造的微信推送',
      webhook_replayed: '拒绝了被篡改重放的微信推送',
      audit_exported: '下载了审计记录',
      started: '节点启动',
    },
    actors: { wechat: '微信', node: '节点', token: '令牌', unknown: '未知' },
    reasons: {
      signature: '签名不正确',
      mode: '加密方式与配置不符',
      seal: '密文无法验证或解密',
      other_body: '同一签名带着不同的内容',
      unknowable: '时间戳早于本次启动',
      token: '令牌不正确',
      code: '登录码无效',
      stranger: '扫码人不在运维人员名单中',
      number: '数字不正确',
      wrong_site_or_secret: '网站编号或密钥不正确',
      unknown_code: '登录码不存在',
      foreign_code: '登录码属于另一个网站',
      wrong_verifier: 'code_verifier 不正确',
      expired: '登录码已过期',
      scene_over: '登录已被取消或拒绝',
      too_early: '尚未确认',
      not_the_owner: '登录仍属于第一个扫码的人',
      scene_cancelled: '扫码的人过多，登录已取消',
      too_many_to_tell: '数量过多，不再逐条记录',
    },
    alike: (count, since) => `同类事件 ${count} 次，自 ${since} 起`,
    facts: {
      userAgent: '客户端',
      openid: 'openid',
      role: '权限',
      by: '方式',
      version: '版本',
      node: '节点',
      config: '配置摘要',
      warnings: '警告',
      format: '格式',
      entries: '条数',
      kind: '事件',
      site: '网站',
      actor: '操作者',
    },
    values: { role: { operate: '运维', view: '只读' }, by: { token: '令牌', scan: '扫码' } },
    warnings: inChinese,
    scene: (id) => `查看场景 ${id}`,
    nothing: '–',
    loading: '正在加载…',
    empty: '还没有审计记录。',
    emptyFiltered: '没有符合筛选条件的记录。',
    emptySoFar: '最近的记录中没有符合条件的，可继续加载更早的记录。',
    older: '加载更早的记录',
    end: '没有更早的记录了',
    faults: {
      refused: '服务器不接受这些筛选条件，请修改后重试。',
      away: '存储暂时不可用，审计记录稍后可见。',
      failed: '未能加载审计记录。',
      again: '重试',
    },
    loaded: (count) => `已显示 ${count} 条记录`,
  },
  en: {
    title: 'Audit trail',
    lead: (zone) => `Who did what, and what was refused; newest first. Times in ${zone}.`,
    filters: {
      label: 'Filter the audit trail',
      kind: 'Event',
      all: 'All events',
      site: 'Site',
      actor: 'Actor',
      clear: 'Clear filters',
    },
    refresh: 'Refresh',
    asOf: (ago) => `Updated ${ago}`,
    asAt: (at) => `As at ${at}`,
    save: { label: 'Download', jsonl: 'JSON lines', csv: 'CSV' },
    columns: {
      when: 'Time',
      what: 'Event',
      actor: 'Actor',
      site: 'Site · account',
      scene: 'Scene',
      ip: 'From',
    },
    kinds: {
      operator_signed_in: 'An operator signed in',
      operator_sign_in_refused: 'A sign-in to the dashboard was refused',
      operator_signed_out: 'An operator signed out',
      scene_cancelled: 'A login was cancelled',
      exchange_refused: 'A site’s exchange of a code was refused',
      code_repeated: 'A code came again after it was used',
      messages_refused: 'A site’s call for messages was refused',
      second_scanner: 'A second person scanned the same code',
      webhook_forged: 'A forged WeChat message was refused',
      webhook_replayed: 'A tampered repeat of a WeChat message was refused',
      audit_exported: 'The audit trail was downloaded',
      started: 'A node started',
    },
    actors: { wechat: 'WeChat', node: 'Node', token: 'Token', unknown: 'Unknown' },
    reasons: {
      signature: 'wrong signature',
      mode: 'another encryption mode than configured',
      seal: 'its seal is wrong, or cannot be opened',
      other_body: 'same signature, other content',
      unknowable: 'older than this start',
      token: 'wrong token',
      code: 'no good code',
      stranger: 'who scanned is not on the list of operators',
      number: 'wrong number',
      wrong_site_or_secret: 'wrong site or secret',
      unknown_code: 'no such code',
      foreign_code: 'the code of another site',
      wrong_verifier: 'wrong code_verifier',
      expired: 'the code had expired',
      scene_over: 'the login was cancelled or declined',
      too_early: 'nobody had confirmed yet',
      not_the_owner: 'the login stays with the first one',
      scene_cancelled: 'too many of them: the login was cancelled',
      too_many_to_tell: 'too many to tell each of them',
    },
    alike: (count, since) => `${count} alike since ${since}`,
    facts: {
      userAgent: 'client',
      openid: 'openid',
      role: 'role',
      by: 'by',
      version: 'version',
      node: 'node',
      config: 'configuration',
      warnings: 'warnings',
      format: 'format',
      entries: 'entries',
      kind: 'event',
      site: 'site',
      actor: 'actor',
    },
    values: { role: { operate: 'operator', view: 'view only' }, by: { token: 'token', scan: 'scan' } },
    warnings: (warnings) => warnings,
    scene: (id) => `Show scene ${id}`,
    nothing: '–',
    loading: 'Loading…',
    empty: 'Nothing has been recorded yet.',
    emptyFiltered: 'No entry matches these filters.',
    emptySoFar: 'None among the newest entries. There are older ones.',
    older: 'Load older entries',
    end: 'There is nothing older',
    faults: {
      refused: 'The server does not accept these filters. Please change them.',
      away: 'The store is away. The audit trail will be back with it.',
      failed: 'The audit trail could not be loaded.',
      again: 'Try again',
    },
    loaded: (count) => `${count} entries are shown`,
  },
};
