/** Owns the Chinese words of the view "insight". */
import { long } from './duration.js';

/** @type {import('./text.js').InsightText} */
export const zh = {
  funnel: {
    title: '从展示到登录',
    lead: '最近一小时，全部节点。',
    steps: { pending: '展示', scanned: '已扫码', confirmed: '已确认', consumed: '已登录' },
    left: {
      pending: '',
      scanned: '未扫码',
      confirmed: '未确认',
      consumed: '网站未换取',
    },
    headline: '的二维码最终完成了登录（最近一小时）',
    empty: '最近一小时没有展示过二维码。',
    all: '这一步没有流失',
  },
  causes: {
    title: '登录为何未完成',
    lead: (ended) => `最近一小时 ${ended} 次。`,
    names: {
      expired_unseen: {
        name: '没有页面在等待',
        help: '二维码已生成，但浏览器始终没有连接：页面随即关闭、机器人，或网络拦截了连接。',
      },
      expired_unscanned: { name: '无人扫码', help: '二维码一直显示到过期。' },
      expired_scanned: { name: '扫码后没有下文', help: '收到了扫码，但没有收到确认。' },
      expired_confirmed: {
        name: '网站没有换取登录码',
        help: '用户已完成全部操作。请检查网站后端：它没有及时换取登录码。',
      },
      denied: { name: '在手机上拒绝', help: '用户选择了拒绝，或三次选错数字。' },
      cancelled_browser: { name: '在浏览器中放弃', help: '页面取消了登录或已离开。' },
      cancelled_operator: { name: '被运维人员取消', help: '操作人见审计记录。' },
      cancelled_too_many_scanners: {
        name: '扫码的人过多',
        help: '多人扫了同一个二维码，它可能被转发过。',
      },
      cancelled_no_qr_code: {
        name: '微信未返回二维码',
        help: '请看下方的账号：访问令牌、配额和最近的故障。',
      },
      cancelled_state_lost: {
        name: 'Redis 丢失了数据',
        help: '主从切换或重启之后为安全起见而取消，页面会自动换新二维码。',
      },
    },
    minute: (count) => `近一分钟 +${count}`,
    none: '最近一小时没有。',
    later: '登录未完成时，原因会显示在这里，最常见的在前。',
    absent: (names) => `没有发生：${names.join('、')}。`,
  },
  charts: {
    logins: {
      title: '每分钟登录',
      opened: '展示二维码',
      consumed: '已登录',
      empty: '最近一小时没有登录',
      rows: { minute: '最近一分钟', hour: '最近一小时' },
      summary: (peak, last) =>
        `登录最多的一分钟是 ${peak.at}，共 ${peak.logins} 次；最近的整分钟 ${last.at} 有 ${last.logins} 次。`,
      nobody: '没有人登录。',
    },
    push: {
      title: '从扫码到屏幕',
      p50: '一半以内（p50）',
      p95: '95% 以内（p95）',
      empty: '最近一小时没有推送',
      none: '没有推送。',
      ten: '最近 10 分钟',
      scan: '收到扫码到存储',
      push: '收到扫码到送出',
      summary: (median, worst) =>
        `通常每分钟有一半结果在 ${median} 内送出。` +
        (worst ? `最慢的一分钟是 ${worst.at}，p95 为 ${worst.p95}。` : ''),
    },
    minute: '时间',
    running: '进行中',
    unknown: '未知',
    table: '以表格显示',
    keys: '用方向键逐分钟查看',
    failed: '图表未能加载，全部数据见下方表格。',
  },
  accounts: {
    title: '账号',
    none: '尚无账号信息。',
    token: {
      name: '访问令牌',
      valid: (left, at) => `有效，${left}到期（${at}）`,
      none: '尚未用到',
      failing: '微信拒绝发放',
    },
    qr: {
      name: '今日二维码',
      used: (used, budget) => `${used} / ${budget}`,
      share: (share) => `已用 ${share}`,
      unlimited: '无限制',
      codes: '小程序码',
      midnight: '北京时间零点重新计数；达到 50%、80%、95% 时提醒。',
    },
    fault: {
      title: '最近一次需要处理的故障',
      none: '微信没有报告故障',
      unknown: (errcode) => (errcode === null ? '微信拒绝了请求' : `微信返回错误 ${errcode}`),
      remedy: '处理办法',
      noRemedy: '请查阅微信对该错误码的说明。',
      source: (errcode, node) => (errcode === null ? `节点 ${node}` : `错误码 ${errcode} · 节点 ${node}`),
    },
  },
  nodes: {
    title: '节点',
    lead: (nodes, sockets) => `${nodes} 个节点，${sockets} 个登录连接。`,
    leadWithMessages: (nodes, sockets, others) =>
      `${nodes} 个节点，${sockets} 个登录连接，${others} 个消息连接。`,
    columns: { node: '节点', sockets: '连接数', lag: '事件循环延迟 p99', version: '版本', uptime: '已运行' },
    none: '尚无节点报告。',
    mixed: (versions) => `正在运行多个版本：${versions.join('、')}。只有升级期间才应如此。`,
    other: '版本不同',
    slow: '缓慢',
    uptime: (seconds) => long(seconds, '秒', '分', '时', '天'),
    store: { memory: '本进程内存', redis: 'Redis' },
    storeName: '存储',
    versionName: '版本',
    messagesName: '近一小时消息',
    messages: {
      delivered: '已送达',
      queued: '等待送达',
      broadcast: '群发',
      acknowledged: '对方已收到',
      refused: '被拒绝',
      dropped: '被丢弃',
    },
  },
  concerns: {
    title: '需要处理',
    well: (nodes, accounts) => `一切正常：${nodes} 个节点，${accounts} 个账号。`,
    waiting: '正在等待首批数据…',
    silence: (why, at) => `${why} · 以下数据截至 ${at}。`,
    token: (account) => `${account}：微信拒绝发放访问令牌，无法生成新的二维码。`,
    qr: (account, share) => `${account}：今日二维码已用 ${share}。`,
    fault: (account, what) => `${account}：${what}`,
    mixed: (versions) => `各节点版本不一致：${versions.join('、')}。`,
    lag: (node) => `节点 ${node} 过于繁忙：事件循环出现延迟。`,
    nobody: '没有节点报告，存储可能暂时不可用。',
    unredeemed: '最近一分钟有网站没有换取用户已确认的登录。',
  },
};
