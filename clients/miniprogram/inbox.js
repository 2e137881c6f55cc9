/**
 * Owns the way of a message to the mini program: one after the other, in order, each once, and acknowledged only when it was
 * taken. What was not acknowledged comes again at the next hello.
 */

/** @typedef {{ id: string, from: string | null, body: any, sentAt: number, to?: 'all' }} Message `from`: an openid; null: the site itself */

const rememberedAtMost = 500;

class Inbox {
  /**
   * @param {object} parts
   * @param {(message: Message) => unknown} parts.take a promise is waited for
   * @param {(error: unknown) => void} parts.failed
   * @param {(message: Message) => void} parts.acknowledge
   */
  constructor({ take, failed, acknowledge }) {
    this.take = take;
    this.failed = failed;
    this.acknowledge = acknowledge;
    /** @type {Set<string>} taken before: an acknowledgement may be lost on the way */
    this.taken = new Set();
    this.last = Promise.resolve();
    this.over = false;
  }

  /** @param {Message} message */
  hear(message) {
    // Whatever becomes of one message, the next has its turn.
    this.last = this.last.then(() => this.handle(message)).catch(ignore);
  }

  /** What waits is not taken any more. */
  end() {
    this.over = true;
  }

  /** @param {Message} message */
  async handle(message) {
    if (this.over) return;
    const key = JSON.stringify([message.from, message.to, message.id]);
    try {
      if (!this.taken.has(key)) await this.take(message);
      this.remember(key);
      // Should it fail, the message comes again, and is acknowledged then.
      if (!this.over) this.acknowledge(message);
    } catch (error) {
      this.failed(error);
    }
  }

  /** @param {string} key */
  remember(key) {
    this.taken.add(key);
    if (this.taken.size > rememberedAtMost)
      this.taken.delete(/** @type {string} */ (this.taken.keys().next().value));
  }
}

function ignore() {}

exports.Inbox = Inbox;
