/** The doctor's words on the way from outside, and on what strangers find there. */
export const reachWords = {
  node_here: { en: 'answers on port {port}', zh: '端口 {port} 有响应' },
  node_none: { en: 'none listens on port {port} of this machine', zh: '本机端口 {port} 上没有节点在运行' },
  node_stranger: {
    en: 'Something else than Saoma answers on port {port} of this machine',
    zh: '本机端口 {port} 上响应的不是 Saoma',
  },
  mend_start: {
    en: 'Start Saoma, and look into its log if it ends at once.',
    zh: '请启动 Saoma；若立即退出，请查看日志。',
  },
  mend_port: {
    en: 'If a node should run here, give it another port (PORT) or stop the other program.',
    zh: '如果节点应在本机运行，请更换端口（PORT）或停止另一个程序。',
  },

  public_answers: { en: 'Saoma answers at {where} ({ms} ms)', zh: '{where} 由 Saoma 响应（{ms} 毫秒）' },
  public_local: {
    en: 'Saoma answers at {where}, which is an address of this machine or network',
    zh: '{where} 由 Saoma 响应，但这是本机或内网地址',
  },
  mend_public_local: {
    en: 'WeChat cannot reach it: for real logins set server.publicUrl to a public https address.',
    zh: '微信无法访问：正式使用请把 server.publicUrl 设为公网 https 地址。',
  },
  public_port: {
    en: 'Saoma answers at {where}, and WeChat calls ports 443 and 80 only',
    zh: '{where} 由 Saoma 响应，但微信只访问 443 和 80 端口',
  },
  mend_public_port: {
    en: 'Serve it at port 443, and leave :{port} out of server.publicUrl.',
    zh: '请改用 443 端口，并从 server.publicUrl 中去掉 :{port}。',
  },
  mend_way_to_node: {
    en: "A node answers on this machine, so it is the way to it: see the proxy, its upstream, and the name's DNS record.",
    zh: '本机节点正常，问题在通往它的路上：请检查代理、代理的上游地址和域名解析。',
  },
  redirected: { en: '{where} redirects ({status}) to {to}', zh: '{where} 重定向（{status}）到 {to}' },
  mend_redirect: {
    en: 'WeChat follows no redirect: set server.publicUrl to the address that answers itself, or take the redirect off these paths.',
    zh: '微信不会跟随重定向：请把 server.publicUrl 设为最终地址，或对这些路径取消重定向。',
  },
  gateway: {
    en: 'The proxy at {where} answers {status}: it finds no Saoma behind it',
    zh: '{where} 的代理返回 {status}：后面没有可用的 Saoma',
  },
  stranger: {
    en: 'Something else than Saoma answers at {where} (status {status})',
    zh: '{where} 上响应的不是 Saoma（状态 {status}）',
  },
  mend_stranger: {
    en: 'Let the proxy forward every path to Saoma unchanged (docs/deploy.md), or correct server.publicUrl.',
    zh: '请让代理把所有路径原样转发给 Saoma（docs/deploy.md），或更正 server.publicUrl。',
  },

  unreached_late: { en: 'No answer from {where} in time ({code})', zh: '{where} 没有及时响应（{code}）' },
  unreached_name: { en: 'There is no such name: {where} ({code})', zh: '域名不存在：{where}（{code}）' },
  unreached_resolver: {
    en: 'The name of {where} cannot be looked up now ({code})',
    zh: '暂时无法解析 {where}（{code}）',
  },
  unreached_refused: { en: 'Nothing listens at {where} ({code})', zh: '{where} 上没有程序监听（{code}）' },
  unreached_route: {
    en: 'There is no way to {where} from here ({code})',
    zh: '从本机无法到达 {where}（{code}）',
  },
  unreached_broken: {
    en: 'The connection to {where} breaks off ({code})',
    zh: '与 {where} 的连接中断（{code}）',
  },
  mend_way: {
    en: 'See firewall, proxy and routing. Where a network cannot reach its own public address, run the doctor outside it.',
    zh: '请检查防火墙、代理和路由。如果内网无法访问自己的公网地址，请在外部运行诊断。',
  },
  mend_name: { en: 'Correct the name, or its DNS record.', zh: '请更正域名，或添加 DNS 记录。' },
  mend_resolver: { en: "See this machine's DNS resolver.", zh: '请检查本机的 DNS 设置。' },
  mend_refused: {
    en: 'Start what should listen there, or correct the address.',
    zh: '请启动应在该处监听的程序，或更正地址。',
  },

  tls_expired: { en: 'The certificate at {where} has expired', zh: '{where} 的证书已过期' },
  tls_not_yet: { en: 'The certificate at {where} is not valid yet', zh: '{where} 的证书尚未生效' },
  tls_name: { en: 'The certificate at {where} is for another name', zh: '{where} 的证书属于其他域名' },
  tls_self_signed: {
    en: 'The certificate at {where} is self-signed, or of an authority that nobody knows',
    zh: '{where} 的证书是自签名的，或由未知机构签发',
  },
  tls_chain: {
    en: 'The certificate at {where} comes without what links it to a known authority',
    zh: '{where} 的证书缺少中间证书',
  },
  tls_none: { en: 'What listens at {where} does not speak TLS', zh: '{where} 上的程序不支持 TLS' },
  tls_other: { en: 'The certificate at {where} is not good ({code})', zh: '{where} 的证书无效（{code}）' },
  mend_certificate: {
    en: 'Renew the certificate for exactly this name; browsers and WeChat refuse this one.',
    zh: '请为这个域名重新签发证书；浏览器和微信都会拒绝当前证书。',
  },
  mend_certificate_clock: {
    en: "See this machine's clock first, then the certificate.",
    zh: '请先检查本机时钟，再检查证书。',
  },
  mend_authority: {
    en: "Get a certificate from a public authority such as Let's Encrypt; WeChat trusts no other.",
    zh: '请使用公共机构（如 Let’s Encrypt）签发的证书；微信不信任其他证书。',
  },
  mend_chain: {
    en: 'Let the proxy send the whole chain (fullchain.pem), intermediate certificates included.',
    zh: '请让代理发送完整证书链（fullchain.pem），包括中间证书。',
  },
  mend_tls: { en: 'End TLS there, or correct the port.', zh: '请在该处启用 TLS，或更正端口。' },

  metrics_kept: { en: '/metrics does not answer at the public address', zh: '公网地址上访问不到 /metrics' },
  metrics_own_port: {
    en: '/metrics answers on port {port}, and not at the public address',
    zh: '/metrics 在端口 {port} 上，公网地址访问不到',
  },
  metrics_not_here: {
    en: 'not at the public address; and no node of this machine shows them on port {port}',
    zh: '公网地址访问不到；本机端口 {port} 上也没有',
  },
  metrics_local: {
    en: '/metrics answers, at a local address only',
    zh: '/metrics 可以访问，仅限本机或内网地址',
  },
  metrics_public: { en: 'Everybody can read {where}/metrics', zh: '任何人都能读取 {where}/metrics' },
  mend_metrics: {
    en: 'Set metrics.port, or keep /metrics to yourself in the proxy.',
    zh: '请设置 metrics.port，或在代理上禁止外部访问 /metrics。',
  },
  metrics_port_public: {
    en: 'Everybody can read /metrics on port {port}',
    zh: '任何人都能在端口 {port} 读取 /metrics',
  },
  mend_metrics_port: { en: 'Close that port to the outside.', zh: '请对外关闭该端口。' },
  metrics_despite_port: {
    en: '/metrics answers at the public address, although metrics.port is {port}',
    zh: '已设置 metrics.port 为 {port}，但公网地址仍能访问 /metrics',
  },
  dashboard_off: { en: 'off', zh: '未启用' },
  dashboard_there: { en: '{where}/ops answers, and asks who you are', zh: '{where}/ops 可以访问，需要登录' },
  dashboard_port: {
    en: 'on port {port}, and not at the public address',
    zh: '在端口 {port} 上，公网地址访问不到',
  },
  dashboard_not_here: {
    en: 'not at the public address; and it cannot be reached from here on port {port}',
    zh: '公网地址访问不到；从本机也访问不到端口 {port}',
  },
  dashboard_unmeant: {
    en: '/ops answers, although the dashboard is off',
    zh: '控制台未启用，但 /ops 仍可访问',
  },
  dashboard_despite_port: {
    en: '/ops answers at the public address, although ops.port is {port}',
    zh: '已设置 ops.port 为 {port}，但公网地址仍能访问 /ops',
  },
  dashboard_missing: { en: '{where}/ops does not answer', zh: '{where}/ops 访问不到' },
  mend_dashboard: {
    en: 'Good, if your proxy keeps it to yourself; else the running node has another configuration: restart it.',
    zh: '如果是代理有意限制，则没有问题；否则运行中的节点使用了别的配置，请重启。',
  },
  mend_configuration: {
    en: 'The running node has another configuration than the doctor was given: restart it with this one.',
    zh: '运行中的节点与诊断程序的配置不同：请用当前配置重启节点。',
  },
} as const;
