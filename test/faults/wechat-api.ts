/**
 * The WeChat API as a program of its own, as little of it as a login needs: a token, a QR code, a profile. It answers at
 * once and right, so that a run costs its two cores little; who wants faults of WeChat's takes `src/simulator`.
 * Ends with its parent, and tells it on the question `minted` how many codes it made.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const token = `98_${randomBytes(96).toString('base64url')}`;
let minted = 0;

const server = createServer((request, response) => {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://wechat.test');
  response.setHeader('Content-Type', 'application/json; encoding=utf-8');
  response.end(JSON.stringify(answer(request, url)));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
process.on('message', () => process.send?.({ minted }));
process.on('disconnect', () => process.exit(0));

function answer({ method }: IncomingMessage, { pathname, searchParams }: URL): object {
  const call = `${method} ${pathname}`;
  if (call === 'POST /cgi-bin/stable_token') return { access_token: token, expires_in: 7200 };
  if (searchParams.get('access_token') !== token) return { errcode: 40001, errmsg: 'invalid credential' };
  if (call === 'POST /cgi-bin/qrcode/create') return mint();
  if (call === 'GET /cgi-bin/user/info')
    return {
      subscribe: 1,
      openid: searchParams.get('openid'),
      subscribe_time: 1_700_000_000,
      tagid_list: [],
    };
  return { errcode: 40066, errmsg: 'invalid url' };
}

function mint(): object {
  minted += 1;
  const key = randomBytes(18).toString('base64url');
  return {
    ticket: `gQ${key}`,
    expire_seconds: 180,
    url: `http://weixin.qq.com/q/02${key}`,
  };
}
