import type { WebSocket } from 'ws';
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Feed } from './feed.ts';
import type { OverviewMessage } from './overview-message.ts';

/** Every way in which we close a dashboard's socket. */
export const viewerCloses = {
  /** It sent something; a dashboard only listens. */
  spoke: 1008,
  restart: 1012,
  /** Too many dashboards are open, here or of this session. */
  full: 1013,
  /** The session is over. */
  signedOut: 4401,
} as const;

export interface ViewerParts {
  feed: Feed;
  /** The one that opened it, as `Sessions` knows it. */
  session: string;
  clock: Clock;
  left: (viewer: Viewer) => void;
}

const { queueBytes, deadAfter } = settings.socket;

/** One open dashboard: listens only, and gets a fresh page instead of a growing queue when it cannot keep up. */
export class Viewer {
  readonly feed: Feed;
  readonly session: string;
  readonly #socket: WebSocket;
  readonly #parts: ViewerParts;
  /** It has not been told everything: the next that it gets is a page. */
  #behind = true;
  /** It has seen the last hour, and every overview since. */
  #knowsTheHour = false;
  #isTrusted = true;
  #lastHeard: number;

  constructor(socket: WebSocket, parts: ViewerParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.feed = parts.feed;
    this.session = parts.session;
    this.#lastHeard = parts.clock.now();
    socket.on('pong', () => {
      this.#lastHeard = parts.clock.now();
    });
    socket.on('message', () => this.close('spoke'));
    socket.on('close', () => parts.left(this));
    socket.on('error', ignore);
  }

  /** Whether its session lives. `undefined`: nobody can tell just now, and until then it is told nothing. */
  judge(lives: boolean | undefined): void {
    if (lives === false) return this.close('signedOut');
    this.#isTrusted = lives === true;
    if (!this.#isTrusted) this.#fallBehind();
  }

  /** Its turn: `changes` is what is new in its feed, if anything. */
  update(changes: string | undefined): void {
    if (this.#behind) return this.#catchUp();
    if (changes !== undefined) this.send(changes);
  }

  /** Tells how all stands, as far as it does not know. */
  tell(overview: OverviewMessage): void {
    this.send(this.#knowsTheHour ? overview.news : overview.whole);
    this.#knowsTheHour = !this.#behind;
  }

  /** Sends it, or lets it fall behind. */
  send(message: string): void {
    if (this.#socket.bufferedAmount > queueBytes) this.#fallBehind();
    if (!this.#behind) this.#write(message);
  }

  /** Asks whether it still is there; one that was silent for too long is given up. */
  ping(): void {
    if (this.#parts.clock.now() - this.#lastHeard >= deadAfter) return this.#socket.terminate();
    this.#socket.ping();
  }

  close(why: keyof typeof viewerCloses): void {
    this.#socket.close(viewerCloses[why]);
  }

  #fallBehind(): void {
    this.#behind = true;
    this.#knowsTheHour = false;
  }

  #catchUp(): void {
    if (!this.#isTrusted || !this.feed.ready || this.#socket.bufferedAmount > 0) return;
    this.#behind = false;
    this.#write(this.feed.page());
  }

  #write(message: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message);
  }
}

/** ws closes the socket after an error by itself; without a listener the process would die. */
function ignore(): void {}
