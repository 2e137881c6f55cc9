/** Owns every sentence of the doctor, in both languages: one table, joined from one file for each region of the body. */
import { configurationWords } from './words-configuration.ts';
import { redisWords } from './words-redis.ts';
import { reachWords } from './words-reach.ts';
import { callbackWords } from './words-callback.ts';
import { wechatWords } from './words-wechat.ts';

export type Lang = 'zh' | 'en';

/** `{name}` stands for a fact; what stands in `[…]` is left out when a fact in it is missing. */
export type Sentence = Readonly<Record<Lang, string>>;

export const sentences = {
  ...configurationWords,
  ...reachWords,
  ...callbackWords,
  ...wechatWords,
  ...redisWords,
};

export type Key = keyof typeof sentences;

/** What is checked, as a heading. */
export const titles = {
  configuration: { en: 'Configuration', zh: '配置' },
  sandbox: { en: 'Sandbox', zh: '沙箱' },
  node: { en: 'Node on this machine', zh: '本机节点' },
  'wechat-api': { en: 'WeChat API', zh: '微信接口' },
  clock: { en: 'Clock', zh: '时钟' },
  redis: { en: 'Redis', zh: 'Redis' },
  'redis-version': { en: 'Redis version', zh: 'Redis 版本' },
  'redis-topology': { en: 'Redis topology', zh: 'Redis 拓扑' },
  'redis-rights': { en: 'Redis rights', zh: 'Redis 权限' },
  'redis-clock': { en: 'Redis clock', zh: 'Redis 时钟' },
  'redis-memory': { en: 'Redis memory', zh: 'Redis 内存' },
  'redis-persistence': { en: 'Redis persistence', zh: 'Redis 持久化' },
  'redis-replicas': { en: 'Redis replicas', zh: 'Redis 副本' },
  'redis-latency': { en: 'Redis latency', zh: 'Redis 延迟' },
  'public-address': { en: 'Public address', zh: '公网地址' },
  callback: { en: 'Callback', zh: '回调地址' },
  message: { en: 'Sealed message', zh: '消息加解密' },
  metrics: { en: 'Metrics', zh: '监控指标' },
  dashboard: { en: 'Dashboard', zh: '控制台' },
  'access-token': { en: 'Access token', zh: 'access_token' },
  'qr-code': { en: 'QR codes', zh: '二维码' },
  'user-info': { en: 'User info', zh: '用户信息' },
} as const satisfies Record<string, Sentence>;

export type CheckName = keyof typeof titles;

/** What to do about WeChat's error number. */
export function wechatMend(errcode: number, api: string): Key | undefined {
  const isToken = errcode === 40001 || errcode === 40014 || errcode === 42001;
  // Where tokens are fetched no token is used, so one that is "wrong" is the secret.
  if (isToken) return api === 'stable_token' ? 'mend_wechat_40125' : 'mend_wechat_token';
  const key = `mend_wechat_${errcode}`;
  return key in sentences ? (key as Key) : undefined;
}
