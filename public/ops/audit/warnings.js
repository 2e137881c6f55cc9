/** Owns the Chinese of the warnings that a node begins with: the trail has them in English, one after the other. */

/** As the server writes them, and the same in Chinese. @type {readonly (readonly [RegExp, string])[]} */
const known = [
  [
    /account (\S+) is in plain mode: whoever sees one message of WeChat can forge others; prefer safe mode\./g,
    '账号 $1 使用明文模式：看到一条微信消息的人就能伪造其他消息，建议改用安全模式。',
  ],
  [
    /account (\S+) opens the \w+ version: only testers of the mini program can scan its codes\./g,
    '账号 $1 打开的不是正式版：只有该小程序的体验者或开发者能扫它的码。',
  ],
  [
    /server\.publicUrl is (\S+): what goes over http can be read on the way, and WeChat may not reach it\./g,
    'server.publicUrl 是 $1：http 内容在途中可被看到，微信也可能访问不到。',
  ],
  [/(limits\.\w+) is 0: there is no such limit\./g, '$1 为 0：没有这项限制。'],
  [
    /redis\.replicas is (\d+), and redis\.url is null: there is nothing to replicate\./g,
    'redis.replicas 是 $1，而 redis.url 为 null：没有可复制的数据。',
  ],
  [
    /server\.trustedProxies holds (\S+): anybody can claim any address\./g,
    'server.trustedProxies 包含 $1：任何人都能冒充任意地址。',
  ],
  [
    /ops\.publicUrl is (\S+): over http the operators' tokens can be read on the way\./g,
    'ops.publicUrl 是 $1：http 下，操作员的令牌在途中可被看到。',
  ],
  [
    /scene\.codeTtlSeconds is (\d+): operators who sign in by a scan have no longer to type their number\./g,
    'scene.codeTtlSeconds 是 $1：扫码登录的操作员只有这么多秒输入数字。',
  ],
  [
    /(\S+\.inboxPerSender) is \d+, more than messaging\.inboxPerUser \(\d+\): nobody gets that far\./g,
    '$1 大于 messaging.inboxPerUser：这项限制永远不会生效。',
  ],
];

/**
 * What is not known here stays as it is.
 * @param {string} warnings
 */
export function inChinese(warnings) {
  return known.reduce((text, [sentence, words]) => text.replace(sentence, words), warnings);
}
