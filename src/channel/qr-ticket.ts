/**
 * Owns how scenes of an official account come by their parametric QR codes: from those made ahead, or made for the very scene.
 * They are drawn by us: WeChat's own picture would tell a third party of each login.
 */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Settings } from '../kit/settings.ts';
import type { QrCode, Ticket, TicketIssuer } from '../scene/ticket.ts';
import { toAppError } from '../wechat/official-account.ts';
import type { OfficialAccount } from '../wechat/official-account.ts';
import { QrDemand } from './qr-demand.ts';
import { drawQrCode } from './qr-picture.ts';
import { QrPool } from './qr-pool.ts';
import type { AheadCode, MadeCode } from './qr-pool.ts';

/** `ahead`: a code that was ready; `on_demand`: one that was made while its page waited; `unused`: made ahead for nobody. */
export type QrUse = 'ahead' | 'on_demand' | 'unused';

export interface QrTicketsParts {
  account: OfficialAccount;
  newId: (bytes: number) => string;
  clock: Clock;
  /** Told what became of so many codes. Must not throw. */
  observe: (use: QrUse, codes: number) => void;
  /** With `atMost: 0` none is made ahead. */
  figures: Settings['qrPool'];
}

const { qrMargin } = settings.scene;

export class QrTickets implements TicketIssuer {
  readonly #parts: QrTicketsParts;
  readonly #demand: QrDemand;
  readonly #pool: QrPool;

  constructor(parts: QrTicketsParts) {
    const { account, newId, clock, figures } = parts;
    this.#parts = parts;
    this.#demand = new QrDemand(clock, figures);
    this.#pool = new QrPool({
      make: (sceneId, lifetime) => this.#make(sceneId, lifetime),
      newId,
      demand: this.#demand,
      today: () => account.qrCodesToday,
      unused: (codes) => this.#countUnused(codes),
      margin: qrMargin,
      clock,
      figures,
    });
  }

  /** How many codes are ready. */
  get inStock(): number {
    return this.#pool.inStock;
  }

  issue(ttl: number): Ticket {
    const ahead = this.#pool.take(ttl);
    return ahead ? this.#ready(ahead, ttl) : this.#fresh(ttl);
  }

  /** Makes no more ahead; resolves when the codes that nobody had are counted. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #ready(ahead: AheadCode, ttl: number): Ticket {
    return {
      sceneId: ahead.sceneId,
      code: async () => {
        this.#pool.replenish(ttl);
        this.#parts.observe('ahead', 1);
        return ahead.qr;
      },
      giveBack: () => this.#pool.giveBack(ahead, ttl),
      discard: () => this.#pool.discard(),
    };
  }

  #fresh(ttl: number): Ticket {
    const sceneId = this.#parts.newId(16);
    return {
      sceneId,
      code: async () => {
        // Its own code first: somebody waits for that.
        const made = this.#make(sceneId, ttl + qrMargin);
        this.#pool.replenish(ttl);
        return this.#given(made);
      },
      giveBack: () => {},
      discard: () => {},
    };
  }

  async #given(made: Promise<MadeCode>): Promise<QrCode> {
    try {
      const { qr } = await made;
      this.#parts.observe('on_demand', 1);
      return qr;
    } catch (error) {
      throw toAppError(error);
    }
  }

  async #make(sceneId: string, lifetime: number): Promise<MadeCode> {
    const { account, clock } = this.#parts;
    const asked = clock.now();
    const { url, expireSeconds } = await account.createQrCode(sceneId, Math.ceil(lifetime / 1000));
    this.#demand.took(clock.now() - asked);
    return { qr: { url, svg: drawQrCode(url) }, expiresAt: asked + expireSeconds * 1000 };
  }

  #countUnused(codes: number): Promise<void> {
    this.#parts.observe('unused', codes);
    return this.#parts.account.countUnusedQrCodes(codes);
  }
}
