import type { QrDay, QrMeter } from '../../wechat/qr-code.ts';

/** How many days of an account are told apart: clocks may go back a little at midnight. */
const daysKept = 2;

/** Counts the QR codes of this process; a restart begins again at nothing. */
export class MemoryQrMeter implements QrMeter {
  /** By account, then by day: the oldest first. */
  readonly #accounts = new Map<string, Map<string, QrDay>>();

  async count(appId: string, day: string): Promise<QrDay> {
    return this.#add(appId, day, { made: 1, unused: 0 });
  }

  async countUnused(appId: string, day: string, codes: number): Promise<QrDay> {
    return this.#add(appId, day, { made: 0, unused: codes });
  }

  async read(appId: string, day: string): Promise<QrDay> {
    return { made: 0, unused: 0, ...this.#accounts.get(appId)?.get(day) };
  }

  #add(appId: string, day: string, more: QrDay): QrDay {
    const days = this.#daysOf(appId);
    const { made, unused } = days.get(day) ?? { made: 0, unused: 0 };
    const counts = { made: made + more.made, unused: unused + more.unused };
    days.set(day, counts);
    if (days.size > daysKept) days.delete(days.keys().next().value!);
    return { ...counts };
  }

  #daysOf(appId: string): Map<string, QrDay> {
    const days = this.#accounts.get(appId) ?? new Map<string, QrDay>();
    this.#accounts.set(appId, days);
    return days;
  }
}
