import type { Next, ParameterizedContext } from 'koa';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Lets only our own pages, and programs that are no browsers, reach the control API: it can log people in. A page of
 * another origin shows itself by its Origin, one that was rebound to our address by its Host.
 */
export function ownPagesOnly(publicUrl: string, port: number) {
  const own = new URL(publicUrl);
  const isOurs = ({ host, hostname, port: given }: URL): boolean =>
    host === own.host || (loopback.has(hostname) && given === String(port));
  return async (ctx: ParameterizedContext, next: Next): Promise<void> => {
    const origin = ctx.get('Origin');
    const host = urlOf(`http://${ctx.get('Host')}`);
    const originOk = origin === '' || (urlOf(origin) !== undefined && isOurs(new URL(origin)));
    if (originOk && host && isOurs(host)) return next();
    ctx.status = 403;
    ctx.body = { error: 'origin_not_allowed', message: 'Only the phone page itself may do this.' };
  };
}

/** What a proxy adds, one or the other, to what it hands on. */
const ofProxies = [
  'Forwarded',
  'Via',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-IP',
  'CF-Connecting-IP',
];

/** Whether a program on this machine asks, and not a page in its browser; what a proxy here forwards says where it came from. */
export function isThisMachine(ctx: ParameterizedContext): boolean {
  const from = ctx.req.socket.remoteAddress ?? '';
  const isHere = from === '::1' || /^(::ffff:)?127\./.test(from) || from === ctx.req.socket.localAddress;
  const isDirect = !ofProxies.some((name) => ctx.get(name) !== '');
  const isBrowser = ctx.get('Origin') !== '' || ctx.get('Sec-Fetch-Site') !== '';
  return isHere && isDirect && !isBrowser;
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
