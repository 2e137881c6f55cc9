/** The floor: a login with everything in one process's memory, and without a QR code. */
import { serve } from './floor-server.ts';
import { OneMap } from './scenes.ts';
import { WechatCalls } from './wechat-calls.ts';

await serve({
  scenes: new OneMap(),
  wechat: await WechatCalls.start(process.env['WECHAT_API_URL'] ?? ''),
  qrOf: async () => ({ url: '', svg: '' }),
});
