import type { ServerResponse } from 'node:http';
import { limits } from './limits.ts';

/** Pages that look on: each gets a server-sent event per change. */
export class Live {
  readonly #streams = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(':\n\n'), limits.liveHeartbeat);
    this.#heartbeat.unref();
  }

  isFull(): boolean {
    return this.#streams.size >= limits.liveStreams;
  }

  /** Takes the response over and begins with `first`. */
  open(response: ServerResponse, first: object): void {
    response.on('close', () => this.#streams.delete(response));
    response.on('error', () => this.#streams.delete(response));
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`retry: 1000\n${eventOf(first)}`);
    this.#streams.add(response);
  }

  /** `message` is made only when somebody looks on. */
  publish(message: () => object): void {
    if (this.#streams.size > 0) this.#write(eventOf(message()));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams) stream.end();
  }

  /** A page that does not read loses its stream; its browser comes back by itself. */
  #write(text: string): void {
    for (const stream of this.#streams)
      if (stream.writableLength > limits.liveQueueBytes) stream.destroy();
      else stream.write(text);
  }
}

function eventOf(message: object): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
