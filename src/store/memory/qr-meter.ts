import type { QrMeter } from '../../wechat/qr-code.ts';

/** How many days of an account are told apart: clocks may go back a little at midnight. */
const daysKept = 2;

/** Counts the QR codes of this process; a restart begins again at nothing. */
export class MemoryQrMeter implements QrMeter {
  /** By account, then by day: the oldest first. */
  readonly #accounts = new Map<string, Map<string, number>>();

  async count(appId: string, day: string): Promise<number> {
    const days = this.#daysOf(appId);
    const count = (days.get(day) ?? 0) + 1;
    days.set(day, count);
    if (days.size > daysKept) days.delete(days.keys().next().value!);
    return count;
  }

  #daysOf(appId: string): Map<string, number> {
    const days = this.#accounts.get(appId) ?? new Map<string, number>();
    this.#accounts.set(appId, days);
    return days;
  }
}
