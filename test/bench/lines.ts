/** Owns the kept connections of a proxy to one server: as many as are needed at once. */
import { HttpLine } from './http-line.ts';

export class Lines {
  readonly #port: number;
  readonly #all: HttpLine[] = [];
  readonly #free: HttpLine[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  /** The line is the task's as long as it runs. All take turns: one that stands idle is closed by the server, maybe as it is written to. */
  async use<T>(task: (line: HttpLine) => Promise<T>): Promise<T> {
    const line = this.#free.shift() ?? this.#open();
    try {
      return await task(line);
    } finally {
      this.#free.push(line);
    }
  }

  close(): void {
    for (const line of this.#all) line.close();
  }

  #open(): HttpLine {
    const line = new HttpLine(this.#port);
    this.#all.push(line);
    return line;
  }
}
