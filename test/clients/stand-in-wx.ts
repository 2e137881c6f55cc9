import { WebSocket } from 'ws';
import type { Wx } from '../../clients/miniprogram/calls.js';

type Options<Verb extends 'login' | 'request' | 'connectSocket'> = Parameters<Wx[Verb]>[0];
type GetUserInfo = NonNullable<Wx['getUserInfo']>;
type SealedData = Parameters<Parameters<GetUserInfo>[0]['success']>[0];

export interface PersonAtPhone {
  /** What `wx.login` gives: a code, good once. */
  loginCode(): string | Promise<string>;
  /** What `wx.getUserInfo` gives, sealed with WeChat's present session_key. */
  sealedData?(): SealedData | Promise<SealedData>;
}

/** `wx` as far as the client uses it, over real HTTP and real sockets: one phone, on which one person is signed in to WeChat. */
export class StandInWx implements Wx {
  readonly storage = new Map<string, string>();
  /** How often `wx.login` was called. */
  logins = 0;
  /** As METHOD /path. */
  readonly requests: string[] = [];
  readonly sockets: WebSocket[] = [];
  storageFull = false;
  /** What the `send` of a socket throws at once, as on phones that find the socket closing. */
  sendFault: (data: string) => Error | undefined = () => undefined;
  online = true;
  readonly #person: PersonAtPhone;
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  constructor(person: PersonAtPhone) {
    this.#person = person;
  }

  login({ success, fail }: Options<'login'>): void {
    this.logins += 1;
    later(async () => success({ code: await this.#person.loginCode() }), fail);
  }

  getUserInfo({ success, fail }: Parameters<GetUserInfo>[0]): void {
    later(async () => {
      const data = await this.#person.sealedData?.();
      if (data) success(data);
      else fail({ errMsg: 'getUserInfo:fail' });
    }, fail);
  }

  request(options: Options<'request'>): void {
    const { url, method, header, data, timeout, success, fail } = options;
    this.requests.push(`${method} ${new URL(url).pathname}`);
    if (!this.online) return void setImmediate(() => fail({ errMsg: 'request:fail' }));
    const signal = AbortSignal.timeout(timeout);
    const asked = fetch(url, { method, headers: header, signal, ...(data !== undefined && { body: data }) });
    asked
      .then(async (answer) => ({
        statusCode: answer.status,
        data: jsonOrText(await answer.text()),
        header: capitalised(answer.headers),
      }))
      .then(success, (error: Error) => fail({ errMsg: `request:fail ${error.message}` }));
  }

  connectSocket({ url, fail }: Options<'connectSocket'>): ReturnType<Wx['connectSocket']> {
    const socket = new WebSocket(this.online ? url : 'ws://127.0.0.1:9');
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    return {
      send: (options) => {
        const fault = this.sendFault(options.data);
        if (fault) throw fault;
        socket.send(options.data, (error) => error && options.fail?.({ errMsg: error.message }));
      },
      close: ({ code, reason }) => socket.close(code ?? 1000, reason),
      onOpen: (listener) => void socket.on('open', listener),
      onMessage: (listener) =>
        void socket.on('message', (bytes: Buffer) => listener({ data: String(bytes) })),
      onClose: (listener) =>
        void socket.on('close', (code, reason) => listener({ code, reason: String(reason) })),
      onError: (listener) =>
        void socket.on('error', ({ message }) => {
          fail({ errMsg: message });
          listener({ errMsg: message });
        }),
    };
  }

  getStorageSync(key: string): unknown {
    return this.storage.get(key) ?? '';
  }

  setStorageSync(key: string, value: string): void {
    if (this.storageFull) throw new Error('setStorageSync:fail exceed storage max size');
    this.storage.set(key, value);
  }

  removeStorageSync(key: string): void {
    this.storage.delete(key);
  }

  onAppShow = (listener: () => void): void => this.#on('show', listener);
  offAppShow = (listener: () => void): void => this.#off('show', listener);
  onAppHide = (listener: () => void): void => this.#on('hide', listener);
  offAppHide = (listener: () => void): void => this.#off('hide', listener);
  onNetworkStatusChange = (listener: (status: { isConnected: boolean }) => void): void =>
    this.#on('network', listener);
  offNetworkStatusChange = (listener: (status: { isConnected: boolean }) => void): void =>
    this.#off('network', listener);

  /** Something happens to the phone. */
  happens(what: 'show' | 'hide'): void {
    this.#tell(what, {});
  }

  setOnline(isConnected: boolean): void {
    this.online = isConnected;
    this.#tell('network', { isConnected });
  }

  /** How many listeners there are. */
  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  #tell(what: string, event: object): void {
    for (const listener of this.#listeners.get(what) ?? []) listener(event as never);
  }

  #on(what: string, listener: (event: never) => void): void {
    this.#listeners.set(what, (this.#listeners.get(what) ?? new Set()).add(listener));
  }

  #off(what: string, listener: (event: never) => void): void {
    this.#listeners.get(what)?.delete(listener);
  }
}

/** As everything in `wx` that takes callbacks. */
function later(task: () => Promise<void>, fail: (failure: { errMsg: string }) => void): void {
  setImmediate(() => void task().catch((error: unknown) => fail({ errMsg: String(error) })));
}

/** As `wx.request` reads an answer. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Phones write the names of headers as they like. */
function capitalised(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [capital(name), value]));
}

function capital(name: string): string {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
