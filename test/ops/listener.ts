import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Overview } from '../../src/ops/overview.ts';
import type { Row } from '../../src/ops/row.ts';
import type { Stage } from './stage.ts';

interface Message extends Partial<Overview> {
  type: 'page' | 'changes' | 'overview';
  now: number;
  total: number;
  /** Absent in an overview. */
  scenes: Row[];
  gone: string[];
}

/** A dashboard's socket, and all that it was told. */
export class Listener {
  readonly messages: Message[] = [];
  readonly raw: string[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = once(socket, 'close').then(([code]) => code as number);
    socket.on('message', (data: Buffer) => {
      this.raw.push(data.toString());
      this.messages.push(JSON.parse(data.toString()));
    });
  }

  static async open(stage: Stage, query = '', cookie?: string): Promise<Listener> {
    const headers = { cookie: cookie ?? (await stage.cookie()) };
    const url = `${stage.url.replace('http', 'ws')}/ws/ops${query}`;
    const listener = new Listener(new WebSocket(url, { origin: stage.origin, headers }));
    await once(listener.socket, 'open');
    return listener;
  }

  of(type: Message['type']): Message[] {
    return this.messages.filter((message) => message.type === type);
  }

  /** The states that a scene was told to be in, in their order. */
  statesOf(sceneId: string): string[] {
    const rows = this.messages.flatMap(({ scenes }) => scenes ?? []);
    return rows.filter((row) => row.sceneId === sceneId).map(({ state }) => state);
  }
}
