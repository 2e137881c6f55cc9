/** The doctor's words on the callback, and on what is sealed. */
export const callbackWords = {
  callback_echoes: { en: 'answers a signed probe ({ms} ms)', zh: '正确响应带签名的验证请求（{ms} 毫秒）' },
  callback_changed: {
    en: "The answer is changed on the way: {extra} bytes stand beside the probe's text",
    zh: '响应在途中被改动：验证内容之外多出 {extra} 字节',
  },
  callback_no_echo: {
    en: "The answer (status {status}) does not hold the probe's text: it is not Saoma's",
    zh: '响应（状态 {status}）中没有验证内容：不是 Saoma 的响应',
  },
  callback_no_success: {
    en: 'The answer to a message (status {status}) is not what Saoma says',
    zh: '对消息的响应（状态 {status}）不是 Saoma 的内容',
  },
  mend_changed: {
    en: 'Let the proxy forward methods, queries and bodies of /wechat/ unchanged: no page of its own, no injected script, no login before it.',
    zh: '请让代理原样转发 /wechat/ 的方法、参数和内容：不要插入脚本、页面或登录验证。',
  },
  callback_late: {
    en: 'No answer within {seconds} s; WeChat waits for 5 s',
    zh: '{seconds} 秒内没有响应；微信只等 5 秒',
  },
  callback_too_slow: {
    en: 'The answer took {ms} ms; WeChat waits for 5 s',
    zh: '响应用了 {ms} 毫秒；微信只等 5 秒',
  },
  callback_slow: {
    en: 'The answer took {ms} ms, which is much of the 5 s that WeChat waits',
    zh: '响应用了 {ms} 毫秒，已接近微信等待的 5 秒',
  },
  mend_late: {
    en: 'See whether Redis is slow, the node is short of CPU, or the proxy tries a dead node first.',
    zh: '请检查 Redis 是否缓慢、节点 CPU 是否不足、代理是否先尝试已停止的节点。',
  },
  callback_unknown: {
    en: 'Saoma answers, and knows no account of the name {account}',
    zh: 'Saoma 有响应，但没有名为 {account} 的账号',
  },
  mend_account: {
    en: 'The running node has other accounts than this configuration: restart it with this one. The URL at WeChat ends with the same name.',
    zh: '运行中的节点与当前配置的账号不同：请用当前配置重启。微信后台填写的 URL 也应以此名称结尾。',
  },
  callback_store: { en: 'Saoma answers that Redis is away', zh: 'Saoma 表示 Redis 不可用' },
  mend_store: {
    en: 'See what is said of Redis, and /readyz of each node.',
    zh: '请查看 Redis 各项检查和各节点的 /readyz。',
  },
  callback_method: {
    en: 'The request does not arrive as it was sent: Saoma refuses its method',
    zh: '请求在途中被改动：Saoma 拒绝其方法',
  },
  callback_strange: {
    en: "The answer (status {status}) is not one of Saoma's callback",
    zh: '响应（状态 {status}）不是 Saoma 回调的内容',
  },
  callback_forbidden: {
    en: 'Something before Saoma forbids the request (403)',
    zh: 'Saoma 之前的某个环节拒绝了请求（403）',
  },
  mend_forbidden: {
    en: 'Let firewall and proxy pass /wechat/ for everybody: WeChat calls from many addresses, and Saoma checks the signature.',
    zh: '请让防火墙和代理放行 /wechat/：微信的来源地址很多，签名由 Saoma 验证。',
  },
  callback_clock: {
    en: "Saoma refuses the probe: the server's clock is {seconds} s away from this one (minus: behind)",
    zh: 'Saoma 拒绝了验证请求：服务器与本机时钟相差 {seconds} 秒（负数表示偏慢）',
  },
  mend_clock: { en: 'Let NTP set both clocks.', zh: '请用 NTP 校准两边的时钟。' },
  callback_refused: {
    en: "Saoma refuses the probe's signature: the running node has another token for this account",
    zh: 'Saoma 拒绝了验证签名：运行中的节点使用的 token 不同',
  },
  mend_token: {
    en: "Restart the node with this configuration, and enter the same Token in WeChat's console. Several nodes need the same one.",
    zh: '请用当前配置重启节点，并在微信后台填写同样的 Token。多个节点必须一致。',
  },

  message_opened: {
    en: 'is opened and answered ({mode} mode, {ms} ms)',
    zh: '可以解密并正确响应（{mode} 模式，{ms} 毫秒）',
  },
  message_plain: {
    en: 'not sealed: a plain message is answered ({ms} ms)',
    zh: '未加密：明文消息可以正确响应（{ms} 毫秒）',
  },
  mode_plain: {
    en: 'The running node takes plain messages, and this configuration says {mode} mode',
    zh: '运行中的节点使用明文模式，而当前配置是 {mode} 模式',
  },
  mode_not_plain: {
    en: 'The running node refuses plain messages, and this configuration says {mode} mode',
    zh: '运行中的节点拒绝明文消息，而当前配置是 {mode} 模式',
  },
  mend_mode: {
    en: "Restart the node with this configuration, and choose the same mode in WeChat's console.",
    zh: '请用当前配置重启节点，并在微信后台选择同样的消息加解密方式。',
  },
  seal_differs: {
    en: 'The running node cannot open what is sealed with this EncodingAESKey and appId ({mode} mode)',
    zh: '运行中的节点无法解开用当前 EncodingAESKey 和 appId 加密的消息（{mode} 模式）',
  },
  mend_seal: {
    en: "Restart the node with this configuration, and enter the same EncodingAESKey in WeChat's console.",
    zh: '请用当前配置重启节点，并在微信后台填写同样的 EncodingAESKey。',
  },
  message_not_ours: {
    en: "The running node opens the message and takes it for another account's",
    zh: '运行中的节点能解开消息，但认为它属于其他账号',
  },
  mend_original_id: {
    en: 'accounts[].originalId of the running node differs: restart it with this configuration, or leave the option out.',
    zh: '运行中的节点的 accounts[].originalId 不同：请用当前配置重启，或删除该选项。',
  },
} as const;
