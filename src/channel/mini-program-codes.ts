/**
 * Owns how scenes of a mini program come by their codes. Only WeChat can draw those, and makes any number: each is made for the
 * very scene, none ahead.
 */
import type { QrCode, Ticket, TicketIssuer } from '../scene/ticket.ts';
import type { MiniProgram } from '../wechat/mini-program.ts';
import type { QrUse } from './qr-ticket.ts';

export interface MiniProgramCodesParts {
  account: Pick<MiniProgram, 'createCode'>;
  newId: (bytes: number) => string;
  /** Told what became of so many codes. Must not throw. */
  observe: (use: QrUse, codes: number) => void;
}

export class MiniProgramCodes implements TicketIssuer {
  /** A mini program asks the person, who could not be told anything after the scan otherwise. */
  readonly approval = 'tap';
  readonly #parts: MiniProgramCodesParts;

  constructor(parts: MiniProgramCodesParts) {
    this.#parts = parts;
  }

  /** The code never expires: that the scene does is enough. */
  issue(): Ticket {
    const sceneId = this.#parts.newId(16);
    return { sceneId, code: () => this.#make(sceneId), giveBack: () => {}, discard: () => {} };
  }

  async #make(sceneId: string): Promise<QrCode> {
    const { image, contentType } = await this.#parts.account.createCode(sceneId);
    this.#parts.observe('on_demand', 1);
    return { url: null, svg: null, image: `data:${contentType};base64,${image.toString('base64')}` };
  }
}
