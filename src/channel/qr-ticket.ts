import QRCode from 'qrcode';
import { settings } from '../kit/settings.ts';
import type { TicketIssuer } from '../scene/ticket.ts';
import { toAppError } from '../wechat/official-account.ts';
import type { OfficialAccount } from '../wechat/official-account.ts';

/** Parametric QR codes of an official account, drawn by us: WeChat's own picture would tell a third party of each login. */
export function qrTicketIssuer(account: OfficialAccount): TicketIssuer {
  return {
    async issue(sceneId, ttl) {
      try {
        const seconds = Math.ceil((ttl + settings.scene.qrMargin) / 1000);
        const { url } = await account.createQrCode(sceneId, seconds);
        return { url, svg: await draw(url) };
      } catch (error) {
        throw toAppError(error);
      }
    },
  };
}

/** Level M bears a scratched screen; the margin is the quiet zone that phones need. */
function draw(url: string): Promise<string> {
  return QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
}
