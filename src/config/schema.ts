/** Every option there is, with its shape, what it may be, and what it means. Defaults stand in `config/default.json`. */
import { z } from 'zod';
import { messaging, siteMessaging } from './messaging-schema.ts';
import { name, nameShape, option, port, portRange, secret, text } from './option.ts';
import { ops } from './ops-schema.ts';
import { readRedisTarget } from './redis-target.ts';
import { isAddressRange, isHost, isSafeOrigin, isOrigin, isRedirectUri } from './shapes.ts';

const isRedisUrl = (url: string) => readRedisTarget(url) !== undefined;

const wholeNumber = 'a whole number, 0 or more (0: no limit)';

const server = z.strictObject({
  host: option(z.string().refine(isHost), {
    allowed: 'an IP address or a host name',
    en: 'address to listen on',
    zh: '监听地址',
    preset: { en: '`"0.0.0.0"`; in the sandbox `"127.0.0.1"`', zh: '`"0.0.0.0"`；沙箱中为 `"127.0.0.1"`' },
  }),
  port: option(port(), { allowed: portRange, en: 'port to listen on', zh: '监听端口（1 至 65535）' }),
  publicUrl: option(z.string().refine(isOrigin), {
    allowed: 'an origin such as https://login.example, without path or trailing slash',
    en: 'where browsers and WeChat reach Saoma',
    zh: '浏览器和微信访问 Saoma 的地址，例如 `https://login.example`，不带路径和末尾斜杠',
    preset: { en: '`"http://localhost:{server.port}"`', zh: '`"http://localhost:{server.port}"`' },
  }),
  trustedProxies: option(z.array(z.string().refine(isAddressRange)), {
    allowed: 'IP addresses or CIDR ranges such as 10.0.0.0/8',
    en: 'proxies whose forwarded headers count',
    zh: '可信代理：仅采信来自这些 IP 地址或 CIDR 网段的转发头',
  }),
});

const redis = z.strictObject({
  url: option(z.string().refine(isRedisUrl).nullable(), {
    allowed:
      'null, redis://user:password@host:6379/0, rediss:// (the same with TLS), sentinel://user:password@h1:26379,h2:26379/master-name or cluster://user:password@h1:7000,h2:7001 (either with ?tls=true); the user, all before the @, ports and /0 may be left out; percent-encode what is special in a password',
    en: "the Redis (7.0 or newer) that many nodes share; null: everything is in this process's memory",
    zh: '多节点共用的 Redis（7.0 以上）：`redis://user:password@host:6379/0`、`rediss://`（TLS）、`sentinel://h1:26379,h2:26379/master-name` 或 `cluster://h1:7000,h2:7001`（后两种可加 `?tls=true`）；null：全部状态保存在本进程内存中',
    secret: true,
  }),
  keyPrefix: option(text(/^[A-Za-z0-9:_-]{1,32}$/), {
    allowed: '1 to 32 characters of A-Z, a-z, 0-9, :, _ and -',
    en: 'how every key in Redis begins',
    zh: 'Redis 键前缀（1 至 32 个字符：A-Z a-z 0-9 : _ -）',
  }),
  replicas: option(z.int().min(0).max(10), {
    allowed: 'a whole number from 0 to 10',
    en: 'how many replicas must have an exchange before it is answered',
    zh: '兑换登录码时，须有多少个从节点确认写入后才应答（0 至 10）',
  }),
});

const scene = z.strictObject({
  ttlSeconds: option(z.int().min(2).max(1800), {
    allowed: 'a whole number from 2 to 1800',
    en: 'how long a QR code can be scanned, seconds',
    zh: '二维码有效期，秒（2 至 1800）',
  }),
  codeTtlSeconds: option(z.int().min(2).max(600), {
    allowed: 'a whole number from 2 to 600',
    en: 'how long a one-time code can be exchanged, seconds',
    zh: '一次性登录码有效期，秒（2 至 600）',
  }),
  profileWaitMs: option(z.int().min(0).max(10_000), {
    allowed: 'a whole number from 0 to 10000',
    en: "how long a scan waits for the person's profile before it logs in without, milliseconds",
    zh: '扫码后等待用户资料的最长时间，毫秒（0 至 10000）；超时则不带资料完成登录',
  }),
});

const account = z.strictObject({
  name: option(name(), {
    allowed: nameShape,
    en: 'part of the callback URL, `{server.publicUrl}/wechat/{name}`',
    zh: '账号名，用于回调地址 `{server.publicUrl}/wechat/{name}`（1 至 32 个字符：a-z 0-9 -）',
  }),
  kind: option(z.enum(['official-account', 'mini-program']).default('official-account'), {
    allowed: 'official-account or mini-program',
    en: 'what the account is',
    zh: '账号类型：official-account（公众号）或 mini-program（小程序）',
  }),
  appId: option(text(/^[A-Za-z0-9_-]{3,64}$/), {
    allowed: 'the AppID, such as wx00112233445566aa: 3 to 64 characters of A-Z, a-z, 0-9, _ and -',
    en: "WeChat's AppID",
    zh: '公众号或小程序的 AppID',
  }),
  appSecret: option(secret(), {
    allowed: 'the AppSecret: 1 to 256 visible ASCII characters without spaces',
    en: "WeChat's AppSecret",
    zh: '公众号或小程序的 AppSecret',
    secret: true,
  }),
  token: option(text(/^[A-Za-z0-9]{3,32}$/).optional(), {
    allowed: '3 to 32 letters and digits, outside the sandbox at least 16',
    en: 'webhook token of an official account, as entered at WeChat',
    zh: '公众号服务器配置中的 Token（3 至 32 个字母和数字，沙箱之外至少 16 个）',
    secret: true,
    preset: { en: 'required for an official account', zh: '公众号必填' },
  }),
  encodingAesKey: option(text(/^[A-Za-z0-9+/]{43}$/).optional(), {
    allowed: 'exactly 43 letters and digits (also + and /)',
    en: 'message key of an official account; modes `safe` and `compatible` need it',
    zh: '公众号消息加解密密钥 EncodingAESKey（43 个字符），safe 和 compatible 模式必填',
    secret: true,
  }),
  mode: option(z.enum(['plain', 'compatible', 'safe']).optional(), {
    allowed: 'plain, compatible or safe',
    en: 'message mode of an official account, as chosen at WeChat',
    zh: '公众号消息加解密方式：plain（明文）、compatible（兼容）、safe（安全）',
    preset: { en: '`"safe"` with a key, else `"plain"`', zh: '有密钥时为 `"safe"`，否则为 `"plain"`' },
  }),
  apiUrl: option(z.string().refine(isSafeOrigin).default('https://api.weixin.qq.com'), {
    allowed:
      'an https origin without path or trailing slash (http for a loopback, private, .local or .test host)',
    en: "WeChat's API",
    zh: '微信接口地址：https 源，不带路径（http 仅限本机、内网、.local 或 .test 主机）',
  }),
  originalId: option(text(/^gh_[A-Za-z0-9_-]{1,61}$/).optional(), {
    allowed: 'the original id, gh_ and what follows',
    en: 'if set, ToUserName of every message to the official account must equal it',
    zh: '公众号原始 ID（gh_…）；设置后，每条消息的 ToUserName 必须与之相同',
  }),
  page: option(text(/^[A-Za-z0-9_-][A-Za-z0-9_/-]{0,127}$/).optional(), {
    allowed: 'a page path such as pages/login/index, without leading slash or query, at most 128 characters',
    en: 'page of the mini program that its codes open',
    zh: '小程序码打开的页面路径，不带开头的斜杠和参数（最多 128 个字符）',
    preset: {
      en: 'of a mini program `"pages/login/index"`',
      zh: '小程序为 `"pages/login/index"`',
    },
  }),
  envVersion: option(z.enum(['release', 'trial', 'develop']).optional(), {
    allowed: 'release, trial or develop',
    en: 'version of the mini program that its codes open',
    zh: '小程序码打开的版本：release（正式版）、trial（体验版）或 develop（开发版）',
    preset: { en: 'of a mini program `"release"`', zh: '小程序为 `"release"`' },
  }),
});

const site = z.strictObject({
  id: option(name(), {
    allowed: nameShape,
    en: 'names the site in every call',
    zh: '网站标识（1 至 32 个字符：a-z 0-9 -）',
  }),
  name: option(text(/^(?=.*\S)[^\p{C}]{1,64}$/u), {
    allowed: '1 to 64 characters, no control characters',
    en: 'what people are told they log in to',
    zh: '展示给用户的网站名称（1 至 64 个字符）',
    preset: { en: 'the id', zh: '与 id 相同' },
  }),
  secret: option(secret(), {
    allowed: '1 to 256 visible ASCII characters without spaces, outside the sandbox at least 24',
    en: "the site's backend shows it when it exchanges a code",
    zh: '网站后端兑换登录码时出示的密钥（沙箱之外至少 24 个字符）',
    secret: true,
  }),
  account: option(name().optional(), {
    allowed: 'the name of an account',
    en: 'whose QR codes the site shows, if nobody asks for those of another',
    zh: '默认账号的 name，未指定账号时使用它的二维码',
    preset: { en: 'the first of `accounts`, else `"main"`', zh: '`accounts` 的第一个，否则为 `"main"`' },
  }),
  accounts: option(z.array(name()).min(1).optional(), {
    allowed: 'names of accounts, the first of which is the default',
    en: 'all accounts whose codes the site shows',
    zh: '网站可用的全部账号的 name，第一个为默认账号',
    preset: { en: '`account` alone', zh: '仅 `account`' },
  }),
  approval: option(
    z
      .enum(['scan', 'tap', 'number'])
      .refine((approval): boolean => approval === 'scan')
      .default('scan'),
    {
      allowed: 'scan (tap and number are not built yet)',
      en: 'how a scan becomes a login',
      zh: '扫码后的确认方式：scan（tap 和 number 尚未实现）',
    },
  ),
  origins: option(z.array(z.string().refine(isSafeOrigin)).default([]), {
    allowed:
      'exact origins such as https://shop.example, without path, trailing slash or wildcard (http for a loopback, private, .local or .test host)',
    en: 'pages that may open a login',
    zh: '允许发起登录的页面源，须完全一致，例如 `https://shop.example`，不带路径、末尾斜杠和通配符（http 仅限本机、内网、.local 或 .test 主机）',
  }),
  redirectUris: option(z.array(z.string().refine(isRedirectUri)).default([]), {
    allowed:
      'absolute https URLs without fragment, wildcard or credentials (http for a loopback, private, .local or .test host)',
    en: 'where the hosted login page may return to, compared exactly',
    zh: '托管登录页可返回的地址，须完全一致：https 绝对地址，不带片段、通配符和用户信息（http 仅限本机、内网、.local 或 .test 主机）',
  }),
  messaging: siteMessaging.optional(),
});

const sandbox = z.strictObject({
  enabled: option(z.boolean(), {
    allowed: 'true, false or null',
    en: 'a stand-in WeChat instead of the real one; null: when neither an account nor a site is configured',
    zh: '用模拟的微信代替真实微信；null：既没有配置账号也没有配置网站时启用',
  }),
  port: option(port(), {
    allowed: portRange,
    en: 'port of the stand-in WeChat',
    zh: '模拟微信的端口（1 至 65535）',
  }),
  publicUrl: option(z.string().refine(isOrigin), {
    allowed: 'an origin such as http://192.168.0.10:3001, without path or trailing slash',
    en: 'where a browser reaches its phone',
    zh: '浏览器访问模拟手机的地址，不带路径和末尾斜杠',
    preset: { en: '`"http://localhost:{sandbox.port}"`', zh: '`"http://localhost:{sandbox.port}"`' },
  }),
});

const metrics = z.strictObject({
  port: option(port().nullable(), {
    allowed: `null or ${portRange}`,
    en: 'a port of its own for `/metrics`; null: at `server.port`',
    zh: '`/metrics` 的独立端口（1 至 65535）；null：与 `server.port` 相同',
  }),
});

const limit = (en: string, zh: string) =>
  option(z.int().min(0), { allowed: wholeNumber, en, zh: `${zh}（0：不限）` });

const limits = z.strictObject({
  scenesPerIpPerMinute: limit('logins begun by one address in a minute', '每个地址每分钟发起的登录数'),
  scenesPerSitePerSecond: limit('logins begun at one site in a second', '每个网站每秒发起的登录数'),
  maxPendingScenes: limit('logins under way at once', '同时进行的登录数'),
  attachFailuresPerIpPerMinute: limit(
    'wrong claims from one address in a minute',
    '每个地址每分钟的错误 claim 数',
  ),
  exchangeFailuresPerSitePerMinute: limit(
    'failed exchanges of one site in a minute',
    '每个网站每分钟兑换失败数',
  ),
  scansPerOpenidPerMinute: limit('scans by one person in a minute', '每个用户每分钟的扫码数'),
});

const log = z.strictObject({
  level: option(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    allowed: 'fatal, error, warn, info, debug, trace or silent',
    en: 'the least that is logged',
    zh: '日志级别：fatal、error、warn、info、debug、trace 或 silent',
  }),
});

export const schema = z.strictObject({
  server,
  redis,
  scene,
  accounts: z.array(account),
  sites: z.array(site),
  messaging,
  sandbox,
  metrics,
  limits,
  ops,
  log,
});
