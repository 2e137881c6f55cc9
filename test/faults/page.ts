/** A browser at the login page: the shipped login script in a world of Node's sockets. Thousands fit into one process. */
import { WebSocket } from 'ws';
import { decodeServerMessage } from '../../src/protocol/messages.ts';
import type { Held } from './claim-holder.ts';
import { ask } from './http.ts';
import type { History } from './history.ts';
import { LoginFlow } from './page-script.ts';
import type { View, World } from './page-script.ts';

export interface PageParts {
  /** Unlike every other page's. */
  name: string;
  history: History;
  /** One of the site's. */
  origin: string;
  site: string;
  /** Which port of this machine the next request goes to. */
  port: () => number;
  /** The same for sockets, if they go another way. */
  socketPort?: () => number;
  /** From 0 to below 1; decides when it comes back. */
  random: () => number;
}

export class Page {
  readonly name: string;
  /** Every scene it was given, the last one last. */
  readonly held: Held[] = [];
  readonly #parts: PageParts;
  readonly #flow: InstanceType<typeof LoginFlow>;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #sockets = new Set<WebSocket>();
  /** Those that have brought a snapshot. */
  readonly #attached = new WeakSet<WebSocket>();
  readonly #closed = new AbortController();
  #watchers: (() => void)[] = [];
  #view: View = { phase: 'preparing', scene: null };
  #code: string | undefined;

  constructor(parts: PageParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#flow = new LoginFlow({
      request: { site: parts.site },
      session: { load: () => null, save: () => undefined },
      world: this.#world(),
      show: (view) => this.#show(view),
      leave: (code) => this.#leave(code),
    });
  }

  /** Somebody opens the page, and wants to log in. */
  open(): void {
    this.#parts.history.note({ kind: 'began', page: this.name });
    this.#flow.start();
  }

  /** What the person sees. */
  get phase(): View['phase'] {
    return this.#view.phase;
  }

  /** Of the QR code on screen, while it can be scanned. */
  get scene(): string | undefined {
    return this.phase === 'waiting' ? this.#view.scene?.sceneId : undefined;
  }

  /** With which it went to the site. */
  get code(): string | undefined {
    return this.#code;
  }

  /** Whether a socket is open now. */
  get isConnected(): boolean {
    return [...this.#sockets].some(({ readyState }) => readyState === WebSocket.OPEN);
  }

  /** Whether a socket is open that has shown what becomes of the scene. */
  get isAttached(): boolean {
    return [...this.#sockets].some(
      (socket) => socket.readyState === WebSocket.OPEN && this.#attached.has(socket),
    );
  }

  /** The button on the code. */
  click(): void {
    this.#flow.act();
  }

  /** The first that `look` finds, now or after a change of the page; `undefined`: not by `deadline` (as `performance.now()`). */
  async until<T>(look: () => T | undefined, deadline: number): Promise<T | undefined> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0 || this.#closed.signal.aborted) return undefined;
      await this.#change(left);
    }
  }

  /** The person closes the tab. */
  close(): void {
    this.#closed.abort();
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#sockets.forEach((socket) => socket.terminate());
    this.#tell();
  }

  #show(view: View): void {
    this.#view = view;
    this.#tell();
  }

  #leave(code: string): void {
    this.#code = code;
    this.#parts.history.note({ kind: 'left', page: this.name, scene: code.slice(0, 22), code });
    this.#tell();
  }

  #change(within: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, within);
      this.#watchers.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  #tell(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    watchers.forEach((watcher) => watcher());
  }

  #world(): World {
    return {
      now: () => Date.now(),
      after: (ms, task) => this.#after(ms, task),
      random: this.#parts.random,
      fetch: (url, init) => this.#fetch(url, init),
      openSocket: (url) => this.#openSocket(url),
      online: () => true,
      visible: () => true,
      on: () => () => undefined,
      painted: (task) => void setImmediate(task),
    };
  }

  #after(ms: number, task: () => void): () => void {
    if (this.#closed.signal.aborted) return () => undefined;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  async #fetch(path: string, { method, headers, body, signal }: RequestInit): Promise<object> {
    const opens = method === 'POST';
    try {
      this.#closed.signal.throwIfAborted();
      const { status, text, ...answer } = await ask({
        port: this.#parts.port(),
        method: opens ? 'POST' : 'GET',
        path,
        headers: { ...(headers as Record<string, string>), origin: this.#parts.origin },
        ...(typeof body === 'string' && { body }),
        within: 15_000,
        signal: signal ?? undefined,
      });
      if (status >= 500) this.#parts.history.note({ kind: 'failed', who: 'page', why: String(status) });
      if (opens) this.#noteOpened(status, text);
      else if (status === 200) this.#noteShown(text);
      const get = (name: string): string | null => (answer.headers[name] as string | undefined) ?? null;
      return { ok: status >= 200 && status < 300, status, headers: { get }, text: async () => text };
    } catch (error) {
      if (!this.#closed.signal.aborted)
        this.#parts.history.note({ kind: 'failed', who: 'page', why: (error as Error).message });
      if (opens) this.#parts.history.note({ kind: 'notOpened', page: this.name, status: 0 });
      throw error;
    }
  }

  #noteOpened(status: number, text: string): void {
    const { history } = this.#parts;
    if (status !== 201) return history.note({ kind: 'notOpened', page: this.name, status });
    const { sceneId, claim } = JSON.parse(text) as Held;
    this.held.push({ sceneId, claim });
    history.note({ kind: 'opened', page: this.name, scene: sceneId });
  }

  #openSocket(url: string): WebSocket {
    const { pathname } = new URL(url);
    const scene = pathname.split('/').at(-1) ?? '';
    const { port, socketPort = port, origin, history } = this.#parts;
    const socket = new WebSocket(`ws://127.0.0.1:${socketPort()}${pathname}`, {
      origin,
      perMessageDeflate: false,
      handshakeTimeout: 15_000,
    });
    this.#sockets.add(socket);
    let opened = false;
    socket.on('open', () => (opened = true));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.#attached.add(socket);
      this.#noteShown(data.toString());
    });
    socket.on('close', (code) => {
      this.#sockets.delete(socket);
      if (!this.#closed.signal.aborted)
        history.note({ kind: 'closed', page: this.name, scene, code, opened });
    });
    return socket;
  }

  #noteShown(text: string): void {
    const snapshot = decodeServerMessage(text);
    if (!snapshot) return;
    const { sceneId, state, version, code, codeExpiresAt, reason } = snapshot;
    this.#parts.history.note({
      kind: 'shown',
      page: this.name,
      scene: sceneId,
      state,
      version,
      code,
      codeExpiresAt,
      reason,
    });
  }
}
