/**
 * Owns what every floor is: a bare node:http server and ws, which do for a login what the service does, and nothing else.
 * No limits, no expiry, no logs, nothing checked but the claim and WeChat's signature. Needs WECHAT_TOKEN; says its port
 * over IPC and ends with its parent.
 */
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { mountSockets } from './login-sockets.ts';
import { frame } from './scenes.ts';
import type { Scene, Scenes } from './scenes.ts';
import type { WechatCalls } from './wechat-calls.ts';

export interface Parts {
  scenes: Scenes;
  wechat: WechatCalls;
  /** What the page shows. */
  qrOf: (sceneId: string) => Promise<{ url: string; svg: string }>;
}

const sceneLives = 120_000;
const codeLives = 60_000;
const token = process.env['WECHAT_TOKEN'] ?? '';
const eventField = {
  to: /<ToUserName><!\[CDATA\[(.*?)\]\]>/,
  from: /<FromUserName><!\[CDATA\[(.*?)\]\]>/,
  event: /<Event><!\[CDATA\[(.*?)\]\]>/,
  key: /<EventKey><!\[CDATA\[(?:qrscene_)?(.*?)\]\]>/,
};

export async function serve({ scenes, wechat, qrOf }: Parts): Promise<void> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) send(response, 503);
    });
  });
  server.keepAliveTimeout = 65_000;
  mountSockets(server, scenes);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    if (method === 'POST' && url === '/api/scenes') await openScene(request, response);
    else if (method === 'POST' && url.startsWith('/wechat/main?')) await answerWechat(request, response);
    else send(response, 404);
  }

  async function openScene(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { site } = JSON.parse(await textOf(request)) as { site?: string };
    if (site !== 'shop') return send(response, 404);
    const scene = { id: newId(16), claim: newId(32), expiresAt: Date.now() + sceneLives };
    const { id: sceneId, claim, expiresAt } = scene;
    const [qr] = await Promise.all([qrOf(sceneId), scenes.add(scene)]);
    const socketUrl = `ws://127.0.0.1:${port}/ws/scenes/${sceneId}`;
    response.setHeader('Content-Type', 'application/json');
    send(response, 201, JSON.stringify({ sceneId, claim, expiresAt, qr, socketUrl }));
  }

  async function answerWechat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { signature, timestamp, nonce } = parse(request.url?.split('?', 2)[1] ?? '');
    const xml = await textOf(request);
    const signed = [token, String(timestamp), String(nonce)].toSorted().join('');
    if (hash('sha1', signed) !== signature) return send(response, 403);
    const [to, from, event, key] = Object.values(eventField).map((field) => field.exec(xml)?.[1] ?? '');
    const isScan = event === 'SCAN' || event === 'subscribe';
    const scene = isScan && key ? await scenes.find(key) : undefined;
    if (!scene || !to || !from) return send(response, 200, 'success');
    response.setHeader('Content-Type', 'text/xml; charset=utf-8');
    send(response, 200, reply(to, from));
    await logIn(scene, from);
  }

  /** A scan that comes twice is shown twice. */
  async function logIn(scene: Scene, openid: string): Promise<void> {
    scenes.push(scene, frame(scene, 2, 'scanned'));
    const { nickname = null, headimgurl: avatarUrl = null } = await wechat.person(openid);
    const code = scene.id + newId(32);
    const result = { user: { nickname, avatarUrl }, code, codeExpiresAt: Date.now() + codeLives };
    scenes.push(scene, frame(scene, 3, 'confirmed', result));
  }
}

/** Not by `writeHead`, after which Node knows no Content-Length. */
function send(response: ServerResponse, status: number, body = ''): void {
  response.statusCode = status;
  response.end(body);
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

/** A text in the person's chat: the two names change places. */
function reply(from: string, to: string): string {
  return (
    `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName>` +
    `<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType><![CDATA[text]]></MsgType>` +
    `<Content><![CDATA[请回到网页查看。\nPlease go back to the page.]]></Content></xml>`
  );
}
