/** Owns how a scene is drawn: one row of the table, as text and never as markup. */
import { isFinal } from '/protocol/messages.js';
import { browserName } from './browser-name.js';
import { CancelStep } from './cancel-step.js';
import { make, say } from './dom.js';
import { plain } from './plain.js';
import { seconds } from './times.js';

/**
 * @typedef {object} Row a scene as the server shows it to operators; times in ms, by its clock
 * @property {string} sceneId
 * @property {string} site
 * @property {string} account
 * @property {string | null} [accountKind] absent: the server is of a version that does not say
 * @property {import('/protocol/messages.js').SceneState} state
 * @property {string} approval
 * @property {number} createdAt
 * @property {number} expiresAt
 * @property {number | null} scannedAt
 * @property {string | null} node
 * @property {boolean} connected
 * @property {{ ip: string, userAgent: string }} browser
 * @property {string | null} [reason]
 *
 * @typedef {object} RowWorld what is the same for every row
 * @property {import('./text.js').Texts} text
 * @property {(state: string) => string} stateName
 * @property {(column: string) => string} columnName
 * @property {() => number} now by the server's clock
 * @property {() => import('./api.js').Role} role
 * @property {() => boolean} isLive whether the server is heard
 * @property {(sceneId: string) => string} href of its details
 * @property {(sceneId: string) => void} open its details
 * @property {(row: Row) => void} cancelled
 */

const soon = 10;

export class RowView {
  element = make('tr', { role: 'row' });
  row;
  #world;
  #cells = {
    scene: make('a', { class: 'scene-link' }),
    state: make('span', { class: 'badge' }),
    site: make('bdi'),
    account: make('bdi'),
    kind: make('small'),
    age: make('span'),
    expires: make('span'),
    browser: make('bdi', { class: 'browser-name' }),
    ip: make('small'),
    connected: make('span', { class: 'presence' }),
  };
  /** @type {CancelStep | null} */
  #cancel = null;

  /**
   * @param {Row} row
   * @param {RowWorld} world
   */
  constructor(row, world) {
    this.row = row;
    this.#world = world;
    const { kind, browser, ip, ...plainCells } = this.#cells;
    this.element.dataset['born'] = String(row.createdAt);
    this.#link();
    for (const [column, content] of Object.entries(plainCells)) {
      if (column === 'connected') this.#add('browser', browser, ip);
      this.#add(column, content, ...(column === 'account' ? [kind] : []));
    }
    if (world.role() === 'operate') this.#offerCancel();
    this.update(row);
  }

  get asking() {
    return this.#cancel?.asking ?? false;
  }

  /** @param {Row} row */
  update(row) {
    const { text, stateName } = this.#world;
    const { site, account, kind, state, browser, ip, connected } = this.#cells;
    const userAgent = plain(row.browser.userAgent);
    this.row = row;
    say(site, plain(row.site));
    say(account, plain(row.account));
    // The usual kind needs no word.
    say(kind, row.accountKind === 'mini-program' ? text.kinds['mini-program'] : '');
    say(state, stateName(row.state));
    state.dataset['state'] = row.state;
    say(browser, browserName(userAgent) || text.row.unknown);
    browser.title = userAgent;
    say(ip, plain(row.browser.ip));
    say(connected, row.connected ? text.row.online : text.row.offline);
    connected.dataset['connected'] = String(row.connected);
    connected.title = plain(row.node);
    this.element.classList.toggle('over', isFinal(row.state));
    if (isFinal(row.state)) this.#cancel?.end();
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

  /** A link, so that the details open in another tab, too; and the rest of the row leads there by the pointer. */
  #link() {
    const { scene } = this.#cells;
    const { text, href, open } = this.#world;
    const { sceneId } = this.row;
    const shortId = sceneId.slice(0, 8);
    scene.textContent = shortId;
    scene.title = sceneId;
    scene.href = href(sceneId);
    scene.setAttribute('aria-label', text.row.open(shortId));
    this.element.addEventListener('click', (event) => {
      if (!isForTheRow(event, scene)) return;
      event.preventDefault();
      open(sceneId);
    });
  }

  #offerCancel() {
    const { sceneId } = this.row;
    const { text, isLive, cancelled } = this.#world;
    const shortId = sceneId.slice(0, 8);
    const leaveFocus = () => this.#cells.scene.focus();
    this.#cancel = new CancelStep({ sceneId, shortId, text: text.cancel, isLive, cancelled, leaveFocus });
    this.#add('action', this.#cancel.element);
  }

  /**
   * @param {string} column
   * @param {(Node | string)[]} content
   */
  #add(column, ...content) {
    const label = this.#world.columnName(column);
    this.element.append(make('td', { role: 'cell', class: column, 'data-label': label }, ...content));
  }
}

/**
 * A plain click on the link, or beside everything that can be clicked; not the end of marking a text.
 * @param {MouseEvent} event
 * @param {HTMLElement} link
 */
function isForTheRow(event, link) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  // As it was when it was clicked: a button may have been replaced since.
  const path = event.composedPath();
  if (path.includes(link)) return true;
  const isAction = path.some((node) => node instanceof Element && node.matches('.action'));
  return !isAction && getSelection()?.isCollapsed !== false;
}
