/** Owns pages that show a QR code and wait, by the thousand. */
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from '../faults/load.ts';
import { Lines } from './lines.ts';
import { Visitor } from './visitor.ts';

const atOnce = 64;
/** Connections begun in one go: the kernel holds few that are not accepted yet, and lets the others wait for a second. */
const portion = 128;
const comesBackAfter = 500;
const triesAtMost = 20;
/** Files that a process has open beside its pages' sockets. */
const besides = 300;

export class Crowd {
  readonly #port: number;
  #waiting: Visitor[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Opens scenes and sockets until so many wait. */
  async growTo(size: number): Promise<void> {
    const lines = new Lines(this.#port);
    try {
      await closedLoop(size - this.size, atOnce, async () => {
        const visitor = new Visitor();
        await lines.use((line) => visitor.open(line));
        await visitor.attach(this.#port);
        this.#waiting.push(visitor);
      });
    } catch (cause) {
      throw new Error(`with ${this.size} of ${size} pages: ${String(cause)}`, { cause });
    } finally {
      lines.close();
    }
  }

  /** The one that came last waits here no more. */
  take(): Visitor {
    const visitor = this.#waiting.pop();
    if (!visitor) throw new Error('nobody waits any more');
    return visitor;
  }

  /** Pings that the pages answered so far. */
  get pings(): number {
    return this.#waiting.reduce((total, { pings }) => total + pings, 0);
  }

  /** Cuts the sockets of so many; all these pages come back at once. @returns how many tries were in vain */
  async storm(size: number): Promise<number> {
    const struck = this.#waiting.slice(0, size);
    for (const visitor of struck) visitor.cut();
    const coming: Promise<number>[] = [];
    for (const [index, visitor] of struck.entries()) {
      coming.push(this.#comeBack(visitor));
      if (index % portion === portion - 1) await nextTurn();
    }
    return (await Promise.all(coming)).reduce((total, one) => total + one, 0);
  }

  close(): void {
    for (const visitor of this.#waiting) visitor.cut();
    this.#waiting = [];
  }

  async #comeBack(visitor: Visitor): Promise<number> {
    for (let failed = 0; ; failed++) {
      try {
        await visitor.attach(this.#port);
        return failed;
      } catch (error) {
        if (failed === triesAtMost) throw error;
        await sleep(comesBackAfter);
      }
    }
  }
}

/** How many of so many pages fit: each is an open file at both ends. */
export function fitting(pages: number): number {
  const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  const fits = Math.min(pages, Number(limit ?? Infinity) - besides);
  if (fits < pages) process.stdout.write(`  (ulimit -n is ${limit}: ${fits} pages instead of ${pages})\n`);
  return fits;
}
