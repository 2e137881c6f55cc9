import type { ParameterizedContext } from 'koa';
import { errorBody } from './errors.ts';
import { limits } from './limits.ts';
import { pause } from './pause.ts';

/** A fault of the WeChat API that was asked for. */
export interface Fault {
  /** The path after `/cgi-bin/`, any other path whole, or `*`. */
  api: string;
  /** Wait so long, ms; with nothing else beside it, the right answer follows. */
  stallMs?: number | undefined;
  /** How far the answer's Date is ahead of the right one, ms; with nothing else beside it, the right answer follows. */
  dateMs?: number | undefined;
  errcode?: number | undefined;
  errmsg?: string | undefined;
  status?: number | undefined;
  /** Answer with an HTML page, as a proxy in between would. */
  html?: boolean | undefined;
  /** How often; otherwise until it is taken back. */
  times?: number | undefined;
}

export class Faults {
  #faults: Fault[] = [];

  all(): readonly Fault[] {
    return this.#faults;
  }

  /** False: there are as many as there may be. */
  add(fault: Fault): boolean {
    if (this.#faults.length >= limits.faults) return false;
    this.#faults.push({ ...fault });
    return true;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first that is meant for this call, counted down. */
  take(api: string): Fault | undefined {
    const fault = this.#faults.find((one) => one.api === api || one.api === '*');
    if (fault?.times !== undefined && (fault.times -= 1) <= 0)
      this.#faults = this.#faults.filter((one) => one !== fault);
    return fault;
  }
}

/** Plays the fault. True: the call is answered, or nobody waits for the answer any more. */
export async function play(fault: Fault, ctx: ParameterizedContext, closing: AbortSignal): Promise<boolean> {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  if (!(await pause(fault.stallMs ?? 0, AbortSignal.any([closing, gone.signal])))) return true;
  const { errcode, errmsg, status, html, dateMs } = fault;
  if (dateMs !== undefined) ctx.set('Date', new Date(Date.now() + dateMs).toUTCString());
  if (errcode === undefined && status === undefined && !html) return false;
  ctx.status = status ?? 200;
  ctx.type = html ? 'html' : 'text/plain';
  if (html) ctx.body = errorPage;
  else ctx.body = errcode === undefined ? '' : JSON.stringify(errorBody(errcode, errmsg));
  return true;
}

const errorPage = '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>';
