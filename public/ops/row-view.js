/** Owns how a scene is drawn: one row of the table, as text and never as markup. */
import { isFinal } from '/protocol/messages.js';
import { browserName } from './browser-name.js';
import { CancelStep } from './cancel-step.js';
import { announce, make, say } from './dom.js';

/**
 * @typedef {object} Row a scene as the server shows it to operators; times in ms, by its clock
 * @property {string} sceneId
 * @property {string} site
 * @property {string} account
 * @property {import('/protocol/messages.js').SceneState} state
 * @property {string} approval
 * @property {number} createdAt
 * @property {number} expiresAt
 * @property {number | null} scannedAt
 * @property {string | null} node
 * @property {boolean} connected
 * @property {{ ip: string, userAgent: string }} browser
 *
 * @typedef {object} RowWorld what is the same for every row
 * @property {import('./text.js').Texts} text
 * @property {(state: string) => string} stateName
 * @property {(column: string) => string} columnName
 * @property {() => number} now by the server's clock
 * @property {(row: Row) => void} cancelled
 * @property {() => void} signedOut
 */

const soon = 10;
const copiedFor = 1_500;

export class RowView {
  element = make('tr', { role: 'row' });
  row;
  #world;
  #cells = {
    scene: make('button', { type: 'button', class: 'copy' }),
    site: make('bdi'),
    account: make('bdi'),
    state: make('span', { class: 'badge' }),
    age: make('span'),
    expires: make('span'),
    browser: make('span', { class: 'browser-name' }),
    ip: make('small'),
    connected: make('span', { class: 'presence' }),
  };
  #cancel;

  /**
   * @param {Row} row
   * @param {RowWorld} world
   */
  constructor(row, world) {
    this.row = row;
    this.#world = world;
    const { sceneId } = row;
    const { text, cancelled, signedOut } = world;
    const { scene, browser, ip, connected, ...plain } = this.#cells;
    const shortId = sceneId.slice(0, 8);
    const leaveFocus = () => scene.focus();
    this.#cancel = new CancelStep({ sceneId, shortId, text: text.cancel, cancelled, signedOut, leaveFocus });
    this.element.dataset['born'] = String(row.createdAt);
    scene.textContent = shortId;
    scene.title = sceneId;
    scene.setAttribute('aria-label', text.row.copy(shortId));
    scene.addEventListener('click', () => void this.#copy());
    this.#add('scene', scene);
    for (const [column, content] of Object.entries(plain)) this.#add(column, content);
    this.#add('browser', browser, ip);
    this.#add('connected', connected);
    this.#add('action', this.#cancel.element);
    this.update(row);
  }

  get asking() {
    return this.#cancel.asking;
  }

  /** @param {Row} row */
  update(row) {
    const { text, stateName } = this.#world;
    const { site, account, state, browser, ip, connected } = this.#cells;
    const userAgent = row.browser.userAgent;
    this.row = row;
    say(site, row.site);
    say(account, row.account);
    say(state, stateName(row.state));
    state.dataset['state'] = row.state;
    say(browser, browserName(userAgent) || text.row.unknown);
    browser.title = userAgent;
    say(ip, row.browser.ip);
    say(connected, row.connected ? text.row.online : text.row.offline);
    connected.dataset['connected'] = String(row.connected);
    connected.title = row.node ?? '';
    this.element.classList.toggle('over', isFinal(row.state));
    if (isFinal(row.state)) this.#cancel.end();
    this.tick();
  }

  /** Time goes on; for a scene that has ended it stands still. */
  tick() {
    const { age, expires } = this.#cells;
    const { createdAt, expiresAt, state } = this.row;
    const now = this.#world.now();
    if (isFinal(state)) {
      say(expires, '–');
      delete expires.dataset['soon'];
      if (age.textContent !== '') return;
    }
    say(age, this.#world.text.duration(seconds(now - createdAt)));
    if (isFinal(state)) return;
    const left = seconds(expiresAt - now);
    say(expires, this.#world.text.duration(left));
    if (left <= soon) expires.dataset['soon'] = '';
    else delete expires.dataset['soon'];
  }

  /**
   * @param {string} column
   * @param {(Node | string)[]} content
   */
  #add(column, ...content) {
    const label = this.#world.columnName(column);
    this.element.append(make('td', { role: 'cell', class: column, 'data-label': label }, ...content));
  }

  /** Without the right to the clipboard (plain http) the whole id is shown, marked, to be copied by hand. */
  async #copy() {
    const { scene } = this.#cells;
    const { copied } = this.#world.text.row;
    try {
      await navigator.clipboard.writeText(this.row.sceneId);
      scene.textContent = copied;
      announce(copied);
      setTimeout(() => say(scene, this.row.sceneId.slice(0, 8)), copiedFor);
    } catch {
      scene.textContent = this.row.sceneId;
      getSelection()?.selectAllChildren(scene);
    }
  }
}

/** @param {number} ms */
function seconds(ms) {
  return Math.max(0, Math.floor(ms / 1000));
}
