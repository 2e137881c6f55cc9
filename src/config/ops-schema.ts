import { z } from 'zod';
import { name, option, port, portRange, secret, text } from './option.ts';
import { isOrigin } from './shapes.ts';

const operator = z.strictObject({
  name: option(text(/^(?=.*\S)[^\p{C}]{1,64}$/u), {
    allowed: '1 to 64 characters, no control characters',
    en: 'whoever is on the list may sign in to the dashboard by a scan; this is what the audit trail calls them',
    zh: '名单上的人可以扫码登录控制台；审计记录中以此为名（1 至 64 个字符）',
  }),
  openid: option(text(/^[A-Za-z0-9_-]{1,128}$/), {
    allowed: 'an openid: 1 to 128 characters of A-Z, a-z, 0-9, _ and -',
    en: 'as whom the account knows them',
    zh: '此人在该公众号下的 openid',
    secret: true,
  }),
  role: option(z.enum(['view', 'operate']), {
    allowed: 'view or operate',
    en: 'to look only, or also to act',
    zh: 'view（只读）或 operate（可操作）',
  }),
  account: option(name().default('main'), {
    allowed: 'the name of an account in safe or compatible mode, one for all operators',
    en: 'whose QR code they scan',
    zh: '扫哪个账号的二维码，所有人须相同，且该账号须为 safe 或 compatible 模式',
  }),
});

/** Who may enter the dashboard, and where it stands. */
export const ops = z.strictObject({
  token: option(secret().nullable(), {
    allowed: 'null or 1 to 256 visible ASCII characters without spaces, outside the sandbox at least 24',
    en: 'opens the dashboard at `/ops`, to look and to act; null: no such token, and without any way in there is no dashboard',
    zh: '`/ops` 控制台的令牌，可查看和操作（沙箱之外至少 24 个字符）；null：没有；没有任何登录方式时控制台关闭',
    secret: true,
  }),
  viewToken: option(secret().nullable(), {
    allowed:
      'null or 1 to 256 visible ASCII characters without spaces, outside the sandbox at least 24, not those of ops.token',
    en: 'opens the dashboard to look, and to change nothing; null: no such token',
    zh: '控制台的只读令牌，不能操作（沙箱之外至少 24 个字符，不得与 `ops.token` 相同）；null：没有',
    secret: true,
  }),
  port: option(port().nullable(), {
    allowed: `null or ${portRange}`,
    en: 'a port of its own for the dashboard, which `server.port` then does not have; null: at `server.port`',
    zh: '控制台的独立端口（1 至 65535），此时 `server.port` 上不再提供；null：与 `server.port` 相同',
  }),
  publicUrl: option(z.string().refine(isOrigin), {
    allowed: 'null or an origin such as https://ops.example, without path or trailing slash',
    en: 'where browsers reach the dashboard; its own pages are those of this origin',
    zh: '浏览器访问控制台的地址，不带路径和末尾斜杠；只有此源的页面算作控制台自己的页面',
    preset: {
      en: '`server.publicUrl`; with `ops.port` its scheme and host, with that port',
      zh: '`server.publicUrl`；设置 `ops.port` 时为其协议和主机加该端口',
    },
  }),
  operators: z.array(operator),
});
