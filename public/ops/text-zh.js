/** Owns the Chinese of the dashboard's script. */

/** @type {import('./text.js').Texts} */
export const chinese = {
  views: { loading: '正在加载…', failed: '此页面未能加载。', again: '重试' },
  links: {
    connecting: '正在连接…',
    live: '实时',
    silent: '服务器暂无消息',
    away: '存储暂不可用，正在重试…',
    lost: '连接中断，正在重连…',
    full: '打开的控制台过多，稍后重试…',
  },
  lastKnown: (time) => `当前显示的是 ${time} 的情况`,
  reconnect: { now: '立即重连', busy: '正在重连…' },
  roles: { view: '只读', operate: '运维' },
  zone: (zone) => `时区：${zone}`,
  count: (count) => `共 ${count} 个`,
  newestOf: (limit, total) => `共 ${total} 个，显示最新 ${limit} 个`,
  found: (found, shown) => `找到 ${found} 个，共显示 ${shown} 个`,
  fresh: (count) => `${count} 个新登录，点击显示`,
  empty: '现在没有人在登录',
  emptyFiltered: '没有符合筛选条件的登录',
  emptyFound: '所显示的场景中没有以此开头的',
  unreached: '暂时连不上服务器，恢复后会自动显示登录',
  duration: (all) => duration(all),
  gap: (ms) => `+${gap(ms)}`,
  ago: (all) => (all === 0 ? '刚刚' : `${duration(all)}前`),
  started: (started) => `发起 ${started}`,
  uptime: (seconds) => `已运行 ${long(seconds)}`,
  nodes: (nodes) => `${nodes} 个节点`,
  kinds: { 'official-account': '公众号', 'mini-program': '小程序' },
  row: { open: (id) => `场景 ${id}，查看详情`, online: '在线', offline: '未连接', unknown: '未知' },
  older: {
    show: '显示更早的登录',
    busy: '正在加载…',
    failed: '未能加载更早的登录，请重试',
    none: '没有更早的登录',
    asAt: (time) => `${time} 的情况，不实时更新`,
  },
  find: {
    ask: '按回车键向服务器查询此编号',
    short: '完整编号为 22 个字符；输入开头部分可在已显示的行中查找',
  },
  cancel: {
    open: '取消',
    openFor: (id) => `取消场景 ${id}`,
    confirm: '确认取消',
    keep: '保留',
    busy: '正在取消…',
    failed: '未能取消，请重试',
    over: '该登录已结束',
    forbidden: '您只有查看权限',
    done: (id) => `场景 ${id} 已取消`,
  },
  signIn: {
    wrong: '令牌不正确',
    wrongNumber: '数字不正确或已失效',
    elsewhere: '此地址无法登录，请从控制台自己的地址打开：',
    unreachable: '暂时无法登录，请稍后再试',
    wait: (seconds) => `尝试次数过多，请在 ${seconds} 秒后再试`,
    ended: '登录已失效，请重新登录',
    signOutFailed: '未能退出，请重试',
  },
  scan: {
    alt: '微信登录二维码',
    says: {
      preparing: '正在生成二维码…',
      waiting: '请用微信扫码',
      scanned: '已扫码，请稍候…',
      paused: '二维码已停止自动更换',
      over: '这次登录已结束',
      replaced: '已在其他标签页继续',
      tooMany: '操作过于频繁，请稍等片刻',
      failed: '暂时无法扫码登录',
      busy: '服务繁忙，正在重试…',
    },
    links: { reconnecting: '连接中断，正在重新连接…', offline: '网络已断开，恢复后将自动继续' },
    renewsIn: (left) => `${left} 后自动更换`,
    number: '已扫码，请输入手机聊天中显示的数字',
    usedUp: '数字多次输错，此二维码已作废，请重新获取',
    again: '重新获取二维码',
  },
  detail: {
    title: (id) => `场景 ${id}`,
    close: '关闭',
    copy: '复制',
    copied: '已复制',
    loading: '正在加载…',
    gone: '此场景已不再保留：它在一分钟多以前就结束了。有关记录请查看审计。',
    kept: '场景已不再保留，以下是最后看到的情况。',
    failed: '未能读取该场景，正在重试…',
    timeline: '经过',
    facts: '详情',
    steps: {
      open: '发起',
      scan: '扫码',
      confirm: '确认',
      decline: '拒绝',
      consume: '登录完成',
      cancel: '取消',
      crowd: '取消',
      expire: '过期',
    },
    expiresIn: (left) => `${left}后过期`,
    names: {
      site: '网站',
      account: '账号',
      approval: '确认方式',
      browser: '浏览器',
      address: '网络',
      origin: '所在页面',
      connection: '连接',
      person: '扫码人',
      strangers: '其他扫码人',
      id: '场景编号',
    },
    approvals: { scan: '扫码即确认', tap: '在手机上点按确认', number: '输入手机上显示的数字' },
    connectedTo: (node) => `节点 ${node}`,
    connections: (times) => `连接过 ${times} 次`,
    strangers: (count) => `另有 ${count} 人`,
    person: { nobody: '尚无', newFollower: '新关注', returning: '此前已关注', noStrangers: '无' },
    now: {
      pending: '二维码已显示，还没有人扫码。',
      pending_unseen: '二维码已生成，页面还没有连接。',
      scanned: '已有人扫码，等待其在手机上确认。',
      scanned_scan: '已有人扫码，微信返回其身份后即确认。',
      confirmed: '已确认，等待网站用一次性授权码换取身份。',
      consumed: '登录完成：网站已换取身份。',
      denied: '扫码人在手机上拒绝了登录。',
      cancelled: '已取消。',
      cancelled_browser: '用户在浏览器中放弃，或撤回了登录。',
      cancelled_operator: '运维人员取消了登录。',
      cancelled_too_many_scanners: '扫描同一二维码的人过多。',
      cancelled_no_qr_code: '微信没有给出二维码。',
      cancelled_state_lost: '存储丢失了最近的变化，为安全起见已结束。',
      expired: '已超时。',
      expired_unseen: '已超时：页面从未连接。',
      expired_pending: '已超时：没有人扫码。',
      expired_scanned: '已超时：已扫码，但没有确认。',
      expired_confirmed: '已超时：网站没有换取身份。',
    },
  },
};

/** @param {number} all seconds */
function duration(all) {
  const [minutes, seconds] = [Math.floor(all / 60), all % 60];
  if (minutes === 0) return `${seconds} 秒`;
  if (minutes < 60) return `${minutes} 分 ${String(seconds).padStart(2, '0')} 秒`;
  return `${Math.floor(minutes / 60)} 时 ${minutes % 60} 分`;
}

/** @param {number} ms */
function gap(ms) {
  if (ms < 1_000) return `${ms} 毫秒`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} 秒` : duration(Math.round(ms / 1000));
}

/** @param {number} seconds */
function long(seconds) {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} 小时`;
  return `${Math.floor(seconds / 86_400)} 天`;
}
