/** The floor with a parametric QR code for each login, made by WeChat while the page waits; with DRAW=1 drawn, too. */
import QRCode from 'qrcode';
import { serve } from './floor-server.ts';
import { OneMap } from './scenes.ts';
import { WechatCalls } from './wechat-calls.ts';

const draws = process.env['DRAW'] === '1';
const wechat = await WechatCalls.start(process.env['WECHAT_API_URL'] ?? '');

await serve({
  scenes: new OneMap(),
  wechat,
  async qrOf(sceneId) {
    const url = await wechat.codeUrl(sceneId);
    return { url, svg: draws ? await draw(url) : '' };
  },
});

function draw(url: string): Promise<string> {
  return QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
}
