/** Owns how an entry of the audit trail is drawn: one row, in which whatever people wrote is bounded text. */
import { make, say } from '../dom.js';
import { plain } from '../plain.js';
import { detailLines } from './entry-detail.js';

/** @typedef {import('./trail.js').Entry} Entry */
/**
 * @typedef {object} EntryWorld
 * @property {import('./text.js').AuditText} text
 * @property {import('../insight/format.js').Format} format
 * @property {() => number} now ms, by the server's clock
 * @property {(at: number) => string} whole date, time and time zone
 */

const longestName = 64;
/** What somebody tried that he should not: marked by shape and colour. */
const alarming = new Set([
  'operator_sign_in_refused',
  'exchange_refused',
  'code_repeated',
  'messages_refused',
  'second_scanner',
  'webhook_forged',
  'webhook_replayed',
]);

/** @typedef {'when' | 'what' | 'actor' | 'site' | 'scene' | 'ip'} Column */
/** @type {readonly Column[]} */
export const columns = ['when', 'what', 'actor', 'site', 'scene', 'ip'];

export class EntryView {
  element = make('tr', { role: 'row' });
  #entry;
  #world;
  #ago = make('span', { class: 'ago' });

  /**
   * @param {Entry} entry
   * @param {EntryWorld} world
   */
  constructor(entry, world) {
    this.#entry = entry;
    this.#world = world;
    const cells = {
      when: this.#when(),
      what: this.#what(),
      actor: [bounded(this.#actorName())],
      site: this.#place(),
      scene: this.#scene(),
      ip: [bounded(entry.ip ?? world.text.nothing)],
    };
    for (const column of columns) {
      const label = world.text.columns[column];
      this.element.append(make('td', { role: 'cell', class: column, 'data-label': label }, ...cells[column]));
    }
    this.element.classList.toggle('alarming', alarming.has(entry.kind));
    this.tick();
  }

  tick() {
    say(this.#ago, this.#world.format.distance(this.#entry.at, this.#world.now()));
  }

  #when() {
    const { at } = this.#entry;
    const { format, whole } = this.#world;
    const time = make('time', { datetime: isoTime(at), title: whole(at) }, format.stamp(at));
    return [this.#ago, time];
  }

  #what() {
    const { kind, detail } = this.#entry;
    const { kinds } = this.#world.text;
    const words = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    const shown = plain(kind, longestName);
    const says = make('span', { class: 'says' }, words ?? shown);
    return [says, make('code', {}, shown), ...detailLines(detail, this.#world)];
  }

  #actorName() {
    const { actor } = this.#entry;
    const { actors, nothing } = this.#world.text;
    if (!actor) return nothing;
    return (Object.hasOwn(actors, actor) ? actors[actor] : undefined) ?? actor;
  }

  #place() {
    const { site, account } = this.#entry;
    const { nothing } = this.#world.text;
    if (!site && !account) return [nothing];
    return [bounded(site || nothing), ' · ', bounded(account || nothing)];
  }

  #scene() {
    const { sceneId } = this.#entry;
    const { text } = this.#world;
    if (!sceneId) return [text.nothing];
    const short = plain(sceneId.slice(0, 8));
    const link = make(
      'a',
      { href: sceneAddress(sceneId), title: plain(sceneId), 'aria-label': text.scene(short) },
      short,
    );
    link.addEventListener('click', (event) => goTo(link.href, event));
    return [link];
  }
}

/**
 * The view stays, with its filters: the scene is shown beside it.
 * @param {string} sceneId
 */
function sceneAddress(sceneId) {
  const query = new URLSearchParams(location.search);
  query.set('scene', sceneId);
  return `/ops?${query}`;
}

/**
 * Without loading the page again: whatever stands in the address is what the page shows.
 * @param {string} href
 * @param {MouseEvent} event
 */
function goTo(href, event) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState({ ours: true }, '', href);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

/** @param {string} text */
function bounded(text) {
  return make('bdi', {}, plain(text, longestName));
}

/** @param {number} at */
function isoTime(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
