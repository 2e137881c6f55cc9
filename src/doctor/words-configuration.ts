/** The doctor's words on the configuration, the sandbox, clocks, and checks as such. */
export const configurationWords = {
  needs: { en: 'not tried: needs "{needs}"', zh: '未检查：取决于“{needs}”' },
  check_late: { en: 'gave no result within {seconds} s', zh: '{seconds} 秒内没有结果' },
  check_broken: { en: 'broke off ({error})', zh: '检查中断（{error}）' },
  mend_report: {
    en: 'Please report this: a fault of the doctor, not of your installation.',
    zh: '请反馈：这是诊断程序自身的问题，与您的部署无关。',
  },

  configuration_loads: {
    en: 'loads: accounts {accounts}, sites {sites}',
    zh: '可以加载：账号 {accounts} 个，网站 {sites} 个',
  },
  caution_plain_mode: {
    en: '{sentence}',
    zh: '账号 {about} 使用明文模式：看到一条微信消息的人就能伪造其他消息，建议改用安全模式。',
  },
  caution_not_released: {
    en: '{sentence}',
    zh: '账号 {about} 打开的不是正式版：只有该小程序的体验者或开发者能扫它的码。',
  },
  caution_open_url: {
    en: '{sentence}',
    zh: 'server.publicUrl 是 {about}：http 内容在途中可被看到，微信也可能访问不到。',
  },
  caution_no_limit: { en: '{sentence}', zh: '{about} 为 0：没有这项限制。' },
  caution_idle_replicas: {
    en: '{sentence}',
    zh: 'redis.replicas 是 {about}，而 redis.url 为 null：没有可复制的数据。',
  },
  caution_every_proxy: {
    en: '{sentence}',
    zh: 'server.trustedProxies 包含 {about}：任何人都能冒充任意地址。',
  },

  caution_open_dashboard: {
    en: '{sentence}',
    zh: 'ops.publicUrl 是 {about}：http 下，操作员的令牌在途中可被看到。',
  },
  caution_hasty_operators: {
    en: '{sentence}',
    zh: 'scene.codeTtlSeconds 是 {about}：扫码登录的操作员只有这么多秒输入数字。',
  },
  caution_idle_sender_bound: {
    en: '{sentence}',
    zh: '{about} 大于 messaging.inboxPerUser：这项限制永远不会生效。',
  },

  sandbox_found: {
    en: 'This is the SANDBOX: a stand-in WeChat at {where} ({mode} mode); nobody is really logged in',
    zh: '这是沙箱：{where} 上的模拟微信（{mode} 模式），不会真正登录任何人',
  },
  sandbox_away: {
    en: 'The configuration means the SANDBOX, and its stand-in WeChat does not answer at {where}',
    zh: '当前配置是沙箱，但 {where} 上的模拟微信没有响应',
  },
  mend_sandbox: {
    en: 'Start Saoma with the same configuration (npm start) and ask again. To check a real account, configure it: see the README.',
    zh: '请用同样的配置启动 Saoma（npm start）后再试。要检查真实公众号，请先完成配置，见 README。',
  },
  sandbox_strange: {
    en: 'The configuration means the SANDBOX, and something else than its stand-in WeChat answers at {where}',
    zh: '当前配置是沙箱，但 {where} 上响应的不是模拟微信',
  },
  mend_sandbox_port: {
    en: 'See what uses that port, or set sandbox.port for Saoma and for the doctor alike.',
    zh: '请查看该端口被什么程序占用，或为 Saoma 和诊断程序设置同样的 sandbox.port。',
  },

  clock_right: { en: "{seconds} s off WeChat's", zh: '与微信相差 {seconds} 秒' },
  clock_off: {
    en: "This machine's clock is {seconds} s off WeChat's; Saoma refuses messages that are more than 300 s off",
    zh: '本机时钟与微信相差 {seconds} 秒；相差超过 300 秒的消息会被 Saoma 拒绝',
  },
  clock_untold: { en: 'not compared: WeChat gave no time', zh: '未比较：没有得到微信的时间' },
  mend_clock_behind: {
    en: 'This clock is behind: let NTP set it (timedatectl set-ntp true; in a container, on its host).',
    zh: '本机时钟偏慢：请用 NTP 校准（timedatectl set-ntp true；容器请在宿主机上操作）。',
  },
  mend_clock_ahead: {
    en: 'This clock is ahead: let NTP set it (timedatectl set-ntp true; in a container, on its host).',
    zh: '本机时钟偏快：请用 NTP 校准（timedatectl set-ntp true；容器请在宿主机上操作）。',
  },
} as const;
