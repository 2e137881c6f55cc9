/** Owns the seconds: whatever shows a time that goes on is drawn anew each second, while somebody can see it. */

/** @typedef {{ element: Element, tick: () => void }} Ticking */

export class Ticker {
  /** @type {Map<Element, Ticking>} */
  #all = new Map();
  /** @type {Set<Ticking>} */
  #seen = new Set();
  #observer = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: '200px' });

  constructor() {
    setInterval(() => this.#tick(), 1_000);
    document.addEventListener('visibilitychange', () => this.#tick());
  }

  /** @param {Ticking} ticking */
  add(ticking) {
    this.#all.set(ticking.element, ticking);
    this.#observer.observe(ticking.element);
  }

  /** @param {Ticking} ticking */
  remove(ticking) {
    this.#observer.unobserve(ticking.element);
    this.#all.delete(ticking.element);
    this.#seen.delete(ticking);
  }

  #tick() {
    if (document.visibilityState === 'visible') for (const ticking of this.#seen) ticking.tick();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      const ticking = this.#all.get(target);
      if (!ticking) continue;
      if (!isIntersecting) this.#seen.delete(ticking);
      else if (!this.#seen.has(ticking)) {
        this.#seen.add(ticking);
        ticking.tick();
      }
    }
  }
}
