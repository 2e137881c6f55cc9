/** Owns what somebody can do with a claim by hand: one try at one node each, timed, and nothing of it noted. */
import { WebSocket } from 'ws';
import { decodeServerMessage } from '../../src/protocol/messages.ts';
import type { SceneSnapshot } from '../../src/protocol/messages.ts';
import { site } from './fleet.ts';
import { ask } from './http.ts';

export interface Held {
  sceneId: string;
  claim: string;
}

const origin = site.origins[0] ?? '';
/** Longer than any answer may take, ms. */
const patience = 15_000;

/** A scene of its own; without a status there was no answer in time. */
export async function openScene(port: number): Promise<{ status: number | undefined; held?: Held }> {
  const headers = { origin, 'content-type': 'application/json' };
  const body = JSON.stringify({ site: site.id });
  const asked = ask({ port, method: 'POST', path: '/api/scenes', headers, body, within: patience });
  const answer = await asked.catch(() => undefined);
  if (answer?.status !== 201) return { status: answer?.status };
  const { sceneId, claim } = JSON.parse(answer.text) as Held;
  return { status: 201, held: { sceneId, claim } };
}

/** The status of a look without a socket. */
export async function look(port: number, { sceneId, claim }: Held): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${claim}` };
  const asked = ask({ port, method: 'GET', path: `/api/scenes/${sceneId}`, headers, within: patience });
  return asked.then(
    ({ status }) => status,
    () => undefined,
  );
}

/** A socket that attaches, and does not come back. */
export class ClaimSocket {
  /** The last one. */
  snapshot: SceneSnapshot | undefined;
  /** 1006: it ended without a word, or never opened. */
  closed: number | undefined;
  readonly #socket: WebSocket;
  #tell: () => void = () => undefined;

  constructor(port: number, { sceneId, claim }: Held) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/ws/scenes/${sceneId}`, {
      origin,
      perMessageDeflate: false,
      handshakeTimeout: patience,
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('open', () => this.#socket.send(JSON.stringify({ type: 'attach', claim })));
    this.#socket.on('message', (data: Buffer) => {
      this.snapshot = decodeServerMessage(data.toString()) ?? this.snapshot;
      this.#tell();
    });
    this.#socket.on('close', (code) => {
      this.closed = code;
      this.#tell();
    });
  }

  /** What it is answered with: the state that it is shown, or its close code. */
  answer(): Promise<string> {
    return this.until(() => this.snapshot?.state ?? this.closed?.toString(), patience, 'nothing');
  }

  /** The first that `find` finds, now or later. One may wait at a time. */
  until<T>(find: () => T | undefined, within: number, otherwise: T): Promise<T> {
    return new Promise((resolve) => {
      const settle = (found: T): void => {
        clearTimeout(late);
        this.#tell = () => undefined;
        resolve(found);
      };
      const late = setTimeout(() => settle(otherwise), within);
      this.#tell = () => {
        const found = find();
        if (found !== undefined) settle(found);
      };
      this.#tell();
    });
  }

  drop(): void {
    this.#socket.terminate();
  }
}
