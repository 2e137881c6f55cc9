/**
 * The packages that the service is made of, used the usual way, as their manuals show it and as it is written first: each
 * handler awaits what it needs, listeners are closures in it, answers of WeChat are awaited before it is answered.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import axios from 'axios';
import Koa from 'koa';
import type { Context } from 'koa';
import websockify from 'koa-websocket';
import QRCode from 'qrcode';
import getRawBody from 'raw-body';
import type { WebSocket } from 'ws';
import { parseStringPromise } from 'xml2js';

interface Scene {
  claim: string;
  expiresAt: number;
  version: number;
  ws?: WebSocket;
  timer: NodeJS.Timeout;
}

interface WechatEvent {
  ToUserName: string;
  FromUserName: string;
  MsgType: string;
  Event: string;
  EventKey?: string;
}

type SocketContext = Context & { websocket: WebSocket; params: { id: string } };

const apiUrl = `${process.env['WECHAT_API_URL']}/cgi-bin`;
const token = process.env['WECHAT_TOKEN'] ?? '';
const ttl = 120_000;
const codeTtl = 60_000;

const scenes = new Map<string, Scene>();
const app = websockify(new Koa(), { maxPayload: 4096 });
const router = new Router();
const socketRouter = new Router();

let accessToken = '';
let accessTokenExpiresAt = 0;

async function getAccessToken(): Promise<string> {
  if (Date.now() < accessTokenExpiresAt) return accessToken;
  const { data } = await axios.post<{ access_token: string; expires_in: number }>(`${apiUrl}/stable_token`, {
    grant_type: 'client_credential',
    appid: 'wx00112233445566aa',
    secret: 'secret',
  });
  accessToken = data.access_token;
  accessTokenExpiresAt = Date.now() + (data.expires_in - 300) * 1000;
  return accessToken;
}

async function createQrCode(sceneId: string): Promise<{ url: string; svg: string }> {
  const { data } = await axios.post<{ url: string }>(
    `${apiUrl}/qrcode/create`,
    { expire_seconds: 180, action_name: 'QR_STR_SCENE', action_info: { scene: { scene_str: sceneId } } },
    { params: { access_token: await getAccessToken() } },
  );
  return { url: data.url, svg: await QRCode.toString(data.url, { type: 'svg' }) };
}

async function getUserInfo(openid: string): Promise<{ nickname?: string; headimgurl?: string }> {
  const { data } = await axios.get<{ nickname?: string; headimgurl?: string }>(`${apiUrl}/user/info`, {
    params: { access_token: await getAccessToken(), openid, lang: 'zh_CN' },
  });
  return data;
}

function send(sceneId: string, scene: Scene, state: string, more: object = {}): void {
  const { version, expiresAt } = scene;
  scene.ws?.send(
    JSON.stringify({ type: 'scene', sceneId, version, state, expiresAt, approval: 'scan', ...more }),
  );
}

router.post('/api/scenes', async (ctx) => {
  const { site } = JSON.parse(await getRawBody(ctx.req, { encoding: 'utf8' })) as { site?: string };
  if (site !== 'shop') ctx.throw(404);
  const sceneId = randomBytes(16).toString('base64url');
  const claim = randomBytes(32).toString('base64url');
  const expiresAt = Date.now() + ttl;
  const qr = await createQrCode(sceneId);
  const timer = setTimeout(() => scenes.delete(sceneId), ttl);
  scenes.set(sceneId, { claim, expiresAt, version: 1, timer });
  ctx.status = 201;
  ctx.body = { sceneId, claim, expiresAt, qr, socketUrl: `ws://${ctx.host}/ws/scenes/${sceneId}` };
});

router.post('/wechat/main', async (ctx) => {
  const { signature, timestamp, nonce } = ctx.query;
  const signed = [token, String(timestamp), String(nonce)].toSorted().join('');
  if (createHash('sha1').update(signed).digest('hex') !== signature) ctx.throw(403);
  const text = await getRawBody(ctx.req, { encoding: 'utf8' });
  const { xml } = (await parseStringPromise(text, { explicitArray: false })) as { xml: WechatEvent };
  const sceneId = xml.EventKey?.replace(/^qrscene_/, '') ?? '';
  const scene = scenes.get(sceneId);
  if (!scene || !['SCAN', 'subscribe'].includes(xml.Event)) {
    ctx.body = 'success';
    return;
  }
  scene.version = 2;
  send(sceneId, scene, 'scanned');
  const { nickname = null, headimgurl = null } = await getUserInfo(xml.FromUserName);
  scene.version = 3;
  send(sceneId, scene, 'confirmed', {
    user: { nickname, avatarUrl: headimgurl },
    code: sceneId + randomBytes(32).toString('base64url'),
    codeExpiresAt: Date.now() + codeTtl,
  });
  ctx.type = 'text/xml';
  ctx.body = `<xml>
    <ToUserName><![CDATA[${xml.FromUserName}]]></ToUserName>
    <FromUserName><![CDATA[${xml.ToUserName}]]></FromUserName>
    <CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime>
    <MsgType><![CDATA[text]]></MsgType>
    <Content><![CDATA[请回到网页查看。\nPlease go back to the page.]]></Content>
  </xml>`;
});

socketRouter.get('/ws/scenes/:id', (context) => {
  const ctx = context as unknown as SocketContext;
  const ping = setInterval(() => ctx.websocket.ping(), 25_000);

  ctx.websocket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; claim?: string };
    if (message.type !== 'attach') return;
    const scene = scenes.get(ctx.params.id);
    if (!scene || scene.claim !== message.claim) {
      ctx.websocket.close(4401);
      return;
    }
    scene.ws = ctx.websocket;
    send(ctx.params.id, scene, 'pending');
  });

  ctx.websocket.on('close', () => {
    clearInterval(ping);
    const scene = scenes.get(ctx.params.id);
    if (scene?.ws !== ctx.websocket) return;
    clearTimeout(scene.timer);
    scenes.delete(ctx.params.id);
  });
});

app.use(router.routes()).use(router.allowedMethods());
app.ws.use(socketRouter.routes() as never);

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
server.keepAliveTimeout = 65_000;
process.on('disconnect', () => process.exit(0));
