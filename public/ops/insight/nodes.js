/** Owns the table of nodes, and below it what they share: the store and the version. */
import { make, say } from '../dom.js';
import { panel } from './panel.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/** @typedef {import('../overviews.js').NodeRow} NodeRow */

/** From here on a visitor notices it, s. */
export const slowLag = 0.1;

/** @typedef {'node' | 'sockets' | 'lag' | 'version' | 'uptime'} Column */
/** @type {readonly Column[]} */
const columns = ['node', 'sockets', 'lag', 'version', 'uptime'];

export class Nodes {
  element;
  #parts;
  #lead;
  #table;
  #body = make('tbody', { role: 'rowgroup' });
  #facts = { store: make('dd'), version: make('dd'), messages: make('dd') };
  /** Where nobody sends any, nothing is said of them. */
  #messages;
  /** @type {Map<string, NodeView>} */
  #views = new Map();

  /** @param {import('./insight.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const text = parts.text.nodes;
    this.#messages = pair(text.messagesName, this.#facts.messages);
    this.#messages.hidden = true;
    const heads = columns.map((column) =>
      make('th', { role: 'columnheader', scope: 'col', class: column }, text.columns[column]),
    );
    const head = make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, ...heads));
    this.#table = make('table', { role: 'table', 'aria-labelledby': 'panel-nodes' }, head, this.#body);
    const whole = panel('nodes', text.title, text.none, this.#table, this.#factList());
    this.element = whole.element;
    this.#lead = whole.lead;
    this.#table.hidden = true;
  }

  /** @param {Overview} overview */
  update({ nodes, store, version, messages }) {
    const text = this.#parts.text.nodes;
    const versions = versionsOf(nodes);
    const usual = versions[0] ?? '';
    this.#drop(new Set(nodes.map(({ node }) => node)));
    for (const row of nodes) this.#view(row.node).update(row, row.version !== usual);
    this.#table.hidden = nodes.length === 0;
    const note = versions.length > 1 ? text.mixed(versions) : this.#about(nodes);
    say(this.#lead, nodes.length === 0 ? text.none : note);
    this.#lead.classList.toggle('warned', versions.length > 1);
    say(this.#facts.store, text.store[store] ?? store ?? '–');
    say(this.#facts.version, version ?? '–');
    this.#tell(messages?.hour ?? {});
  }

  /** @param {readonly NodeRow[]} nodes */
  #about(nodes) {
    const { format, text } = this.#parts;
    const sockets = nodes.reduce((sum, node) => sum + node.sockets, 0);
    const others = nodes.reduce((sum, { messageSockets = 0 }) => sum + messageSockets, 0);
    if (others === 0) return text.nodes.lead(nodes.length, format.count(sockets));
    return text.nodes.leadWithMessages(nodes.length, format.count(sockets), format.count(others));
  }

  /** @param {Readonly<Record<string, number>>} messages by what became of them */
  #tell(messages) {
    const { format, text } = this.#parts;
    const said = Object.entries(text.nodes.messages)
      .filter(([outcome]) => (messages[outcome] ?? 0) > 0)
      .map(([outcome, name]) => `${name} ${format.count(messages[outcome] ?? 0)}`);
    this.#messages.hidden = said.length === 0;
    say(this.#facts.messages, said.join(' · '));
  }

  /** A second has passed. */
  tick() {
    for (const view of this.#views.values()) view.tick();
  }

  #factList() {
    const text = this.#parts.text.nodes;
    return make(
      'dl',
      { class: 'about' },
      pair(text.storeName, this.#facts.store),
      pair(text.versionName, this.#facts.version),
      this.#messages,
    );
  }

  /** @param {Set<string>} living */
  #drop(living) {
    for (const [node, view] of this.#views) {
      if (living.has(node)) continue;
      view.element.remove();
      this.#views.delete(node);
    }
  }

  /** @param {string} node */
  #view(node) {
    const found = this.#views.get(node);
    if (found) return found;
    const view = new NodeView(node, this.#parts);
    this.#views.set(node, view);
    this.#body.append(view.element);
    return view;
  }
}

class NodeView {
  element = make('tr', { role: 'row' });
  #parts;
  #cells = {
    node: make('bdi', { class: 'node-name' }),
    sockets: make('span'),
    lag: make('span'),
    version: make('span'),
    uptime: make('span'),
  };
  #startedAt = 0;

  /**
   * @param {string} node
   * @param {import('./insight.js').Parts} parts
   */
  constructor(node, parts) {
    this.#parts = parts;
    for (const column of columns) {
      const label = parts.text.nodes.columns[column];
      this.element.append(
        make('td', { role: 'cell', class: column, 'data-label': label }, this.#cells[column]),
      );
    }
    say(this.#cells.node, node);
    this.#cells.node.title = node;
  }

  /**
   * @param {NodeRow} row
   * @param {boolean} isOther
   */
  update({ sockets, version, uptimeSeconds, lagP99Seconds }, isOther) {
    const { format, text, world } = this.#parts;
    const started = world.now() - uptimeSeconds * 1000;
    // The figure is whole seconds and comes every other second: a clock that runs here must not be set back by it.
    if (Math.abs(started - this.#startedAt) > 1500) this.#startedAt = started;
    const isSlow = (lagP99Seconds ?? 0) >= slowLag;
    say(this.#cells.sockets, format.count(sockets));
    say(
      this.#cells.lag,
      isSlow ? `${format.seconds(lagP99Seconds)} · ${text.nodes.slow}` : format.seconds(lagP99Seconds),
    );
    this.#cells.lag.classList.toggle('marked', isSlow);
    say(this.#cells.version, isOther ? `${version} · ${text.nodes.other}` : version);
    this.#cells.version.classList.toggle('marked', isOther);
    this.tick();
  }

  tick() {
    const { text, world } = this.#parts;
    say(this.#cells.uptime, text.nodes.uptime((world.now() - this.#startedAt) / 1000));
  }
}

/**
 * The versions that run, the most frequent first.
 * @param {readonly NodeRow[]} nodes
 */
export function versionsOf(nodes) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { version } of nodes) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts].sort(([, many], [, few]) => few - many).map(([version]) => version);
}

/**
 * @param {string} name
 * @param {HTMLElement} fact
 */
function pair(name, fact) {
  return make('div', {}, make('dt', {}, name), fact);
}
