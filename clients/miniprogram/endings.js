/**
 * Owns the sessions that are over for this phone, until the server knows: nobody else has their tokens, so nobody else could
 * end them. They are kept in the storage, and used for nothing but this.
 */
const { isOver } = require('./calls.js');

/** As many sessions as Saoma leaves to one person: it has ended the older ones itself. */
const keptAtMost = 10;

class Endings {
  /** @param {{ stored: import('./storage.js').Stored, tell: (token: string) => Promise<unknown> }} parts */
  constructor({ stored, tell }) {
    this.stored = stored;
    this.tell = tell;
    /** @type {string[]} the storage may have had no room for them */
    this.known = [];
  }

  /** @param {string} token */
  add(token) {
    this.keep([...this.waiting(), token]);
  }

  /** Tells the server of each; rejected when one of them has to wait. */
  async tellAll() {
    await Promise.all(this.waiting().map((token) => this.tellOne(token)));
  }

  /** @param {string} token */
  async tellOne(token) {
    try {
      await this.tell(token);
    } catch (error) {
      if (!isOver(error)) throw error;
    }
    this.keep(this.waiting().filter((other) => other !== token));
  }

  /** @returns {string[]} the oldest first; another part of the program may have added some */
  waiting() {
    const stored = this.stored.read().split(' ').filter(Boolean);
    return [...new Set([...stored, ...this.known])];
  }

  /** @param {string[]} tokens */
  keep(tokens) {
    this.known = tokens.slice(-keptAtMost);
    this.stored.write(this.known.join(' '));
  }
}

exports.Endings = Endings;
