/** Keeps texts that come again and again only once: browsers call themselves by few names. */
export class RecurringTexts {
  readonly #texts = new Map<string, string>();
  readonly #most: number;

  /** @param most how many it knows; the one past it makes it forget the oldest */
  constructor(most: number) {
    this.#most = most;
  }

  /** The same text, as it came first. */
  once(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= this.#most) this.#texts.delete(this.#texts.keys().next().value!);
    this.#texts.set(text, text);
    return text;
  }
}
