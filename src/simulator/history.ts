/** The last `bound` things that happened, oldest first. */
export class History<T> {
  readonly #bound: number;
  #items: T[] = [];

  constructor(bound: number) {
    this.#bound = bound;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length > 2 * this.#bound) this.#items = this.last(this.#bound);
  }

  last(count: number = this.#bound): T[] {
    return this.#items.slice(-Math.min(count, this.#bound));
  }

  clear(): void {
    this.#items = [];
  }
}
