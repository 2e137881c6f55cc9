/** Owns the login sockets of a floor: bare ws, which hear an attach and nothing else, a ping for all of them every 25 s. */
import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { frame, LoginSocket } from './scenes.ts';
import type { Scenes } from './scenes.ts';

const path = /^\/ws\/scenes\/([A-Za-z0-9_-]{22})$/;
const pingEvery = 25_000;
/** The close code of a socket that was closed by nobody. */
const broken = 1006;

/** Listeners are one for all sockets, which are their `this`. */
export function mountSockets(server: Server, scenes: Scenes): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 4096,
    WebSocket: LoginSocket,
  });
  server.on('upgrade', (request, stream, head) => {
    const sceneId = path.exec(request.url ?? '')?.[1];
    if (sceneId === undefined) stream.destroy();
    else sockets.handleUpgrade(request, stream, head, (socket) => welcome(socket, sceneId));
  });
  setInterval(() => pingAll(scenes.sockets()), pingEvery);

  function welcome(socket: LoginSocket, sceneId: string): void {
    socket.sceneId = sceneId;
    // The types of ws know no `this` but their own.
    const events: EventEmitter = socket;
    events.on('message', hear);
    events.on('pong', noteLife);
    events.on('close', leave);
    events.on('error', ignore);
  }

  function hear(this: LoginSocket, data: Buffer): void {
    const { type, claim } = messageIn(data.toString());
    if (type === 'attach') attach(this, claim).catch(() => this.close(1013));
  }

  async function attach(socket: LoginSocket, claim: string | undefined): Promise<void> {
    const scene = await scenes.find(socket.sceneId);
    if (!scene || scene.claim !== claim) return socket.close(4401);
    await scenes.attach(scene, socket);
    socket.scene = scene;
    // The former one is a piece of the request's URL, and would keep all of it.
    socket.sceneId = scene.id;
    socket.send(frame(scene, 1, 'pending'));
  }

  /** A page whose connection broke comes back. */
  function leave(this: LoginSocket, code: number): void {
    if (this.scene && code !== broken) scenes.remove(this.scene);
  }
}

function messageIn(text: string): { type?: string; claim?: string } {
  try {
    return JSON.parse(text) as { type?: string; claim?: string };
  } catch {
    return {};
  }
}

function pingAll(sockets: Iterable<LoginSocket>): void {
  for (const socket of sockets) {
    if (socket.isAlive) socket.ping();
    else socket.terminate();
    socket.isAlive = false;
  }
}

function noteLife(this: LoginSocket): void {
  this.isAlive = true;
}

/** `close` follows. */
function ignore(): void {}
