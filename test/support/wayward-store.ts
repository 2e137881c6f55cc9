import { EventEmitter, once } from 'node:events';
import { AppError } from '../../src/kit/errors.ts';
import type { ExpiredListener, SceneStore } from '../../src/scene/store.ts';

type Verb = Exclude<keyof SceneStore, 'now' | 'expired'>;

/** A scene store that a test can break, or whose answers it can hold back after the step itself is done. */
export class WaywardStore implements SceneStore {
  readonly #inner: SceneStore;
  readonly #gates = new Map<Verb, Promise<void>>();
  /** The verbs that fail as they do when the store is away. */
  readonly broken = new Set<Verb>();
  /** Each call, in order. */
  readonly calls: Verb[] = [];

  constructor(inner: SceneStore) {
    this.#inner = inner;
  }

  /** From now on the answers of this verb are held back; the returned function lets them go. */
  hold(verb: Verb): () => void {
    const door = new EventEmitter();
    const gate = once(door, 'open').then(() => undefined);
    this.#gates.set(verb, gate);
    return () => {
      if (this.#gates.get(verb) === gate) this.#gates.delete(verb);
      door.emit('open');
    };
  }

  now(): number {
    return this.#inner.now();
  }

  expired(listener: ExpiredListener): void {
    this.#inner.expired(listener);
  }

  add: SceneStore['add'] = (...given) => this.#run('add', () => this.#inner.add(...given));
  find: SceneStore['find'] = (...given) => this.#run('find', () => this.#inner.find(...given));
  attach: SceneStore['attach'] = (...given) => this.#run('attach', () => this.#inner.attach(...given));
  detach: SceneStore['detach'] = (...given) => this.#run('detach', () => this.#inner.detach(...given));
  move: SceneStore['move'] = (...given) => this.#run('move', () => this.#inner.move(...given));
  countStranger: SceneStore['countStranger'] = (...given) =>
    this.#run('countStranger', () => this.#inner.countStranger(...given));
  remind: SceneStore['remind'] = (...given) => this.#run('remind', () => this.#inner.remind(...given));
  news: SceneStore['news'] = (...given) => this.#run('news', () => this.#inner.news(...given));
  list: SceneStore['list'] = (...given) => this.#run('list', () => this.#inner.list(...given));
  counts: SceneStore['counts'] = (...given) => this.#run('counts', () => this.#inner.counts(...given));

  async #run<T>(verb: Verb, step: () => Promise<T>): Promise<T> {
    this.calls.push(verb);
    if (this.broken.has(verb)) throw new AppError('store_unavailable');
    const result = await step();
    await this.#gates.get(verb);
    return result;
  }
}
