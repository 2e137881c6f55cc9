/** Owns the mini program's calls of its server, the only place it may call; and keeps what was asked and answered. */
import { History } from './history.ts';
import { limits } from './limits.ts';
import type { Person } from './people.ts';
import { reasonOf } from './post.ts';
import type { MiniCall } from './wire.ts';

export interface MiniRequest {
  method: 'GET' | 'POST';
  /** Below the server's address; what is in it from outside is encoded. */
  path: string;
  body?: object;
}

export interface MiniAnswer {
  /** `null`: no answer. */
  status: number | null;
  /** What its JSON says; nothing for another text. */
  body: unknown;
  /** Why there is no answer. */
  error: string | null;
}

interface ServerOptions {
  serverUrl: string;
  now: () => number;
  /** Ends every call. */
  closing: AbortSignal;
  /** Told of each call when it begins and when it is over. */
  watch: (call: MiniCall) => void;
}

const userAgent =
  'Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android';

export class MiniServer {
  readonly #options: ServerOptions;
  readonly #history = new History<MiniCall>(limits.miniCalls);
  #calls = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  history(count?: number): MiniCall[] {
    return this.#history.last(count);
  }

  forget(): void {
    this.#history.clear();
  }

  /** Never fails. */
  async call(person: Person, request: MiniRequest, session: string | null): Promise<MiniAnswer> {
    const call = this.#begin(person, request, session);
    const begun = performance.now();
    const { text, ...came } = await this.#send(call, session);
    const durationMs = Math.round(performance.now() - begun);
    Object.assign(call, came, { answer: withoutSession(text), durationMs });
    this.#options.watch(call);
    return { ...came, body: jsonOf(text) };
  }

  #begin(person: Person, { method, path, body }: MiniRequest, session: string | null): MiniCall {
    const { serverUrl, now, watch } = this.#options;
    const call: MiniCall = {
      id: (this.#calls += 1),
      at: now(),
      person: person.id,
      method,
      url: `${serverUrl}${path}`,
      session: session === null ? null : shortened(session),
      body: body ? JSON.stringify(body) : '',
      status: null,
      answer: '',
      error: null,
      durationMs: null,
    };
    this.#history.add(call);
    watch(call);
    return call;
  }

  async #send({ method, url, body }: MiniCall, session: string | null) {
    const late = AbortSignal.timeout(limits.serverAnswersWithin);
    try {
      const response = await fetch(url, {
        method,
        headers: {
          'User-Agent': userAgent,
          ...(session !== null && { Authorization: `Bearer ${session}` }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body }),
        redirect: 'manual',
        signal: AbortSignal.any([this.#options.closing, late]),
      });
      return { status: response.status, text: await readAll(response), error: null };
    } catch (cause) {
      return { status: null, text: '', error: late.aborted ? 'no answer in time' : reasonOf(causeOf(cause)) };
    }
  }
}

async function readAll({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limits.answerBytes) throw new Error(`answer over ${limits.answerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What fetch fails with says little; its cause says why. */
function causeOf(error: unknown): unknown {
  return (error as Error).cause ?? error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutSession(text: string): string {
  return text.replace(
    /("session":")([^"]+)"/,
    (_all, name: string, value: string) => `${name}${shortened(value)}"`,
  );
}

function shortened(session: string): string {
  return `${session.slice(0, 6)}…`;
}
