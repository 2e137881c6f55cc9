/**
 * Owns which view of the dashboard is on screen. The scenes are always there; the others are loaded, with their style sheet,
 * when somebody first looks at them: `/ops/{name}/{name}.js` and `.css`.
 */
import { make } from './dom.js';

/** @typedef {import('./overviews.js').Overview} Overview */
/** @typedef {'scenes' | 'insight' | 'audit'} ViewName */

/**
 * @typedef {object} World what a view is given
 * @property {'zh' | 'en'} lang
 * @property {() => number} now ms, by the server's clock
 * @property {() => 'view' | 'operate'} role
 * @property {(path: string) => Promise<Response | undefined>} request GETs, such as `/ops/api/audit`; `undefined` when no answer
 *   came in time. A 401 is dealt with: the page then asks for a new sign-in, and the view is taken down.
 * @property {(listener: (overview: Overview) => void) => () => void} onOverview at once with the last one, if there is one,
 *   and with each that comes; its `series` are the whole last hour. The answer ends it.
 * @property {(listener: (link: import('./live-socket.js').Link) => void) => () => void} onLink at once with how the connection
 *   stands, and with each change: unless it is `live`, the last overview is an old one. The answer ends it.
 *
 * @typedef {(section: HTMLElement, world: World) => void} Mount
 */

/** @type {readonly ViewName[]} */
const names = ['scenes', 'insight', 'audit'];

/** @type {Record<Exclude<ViewName, 'scenes'>, () => Promise<Mount>>} */
const loads = {
  insight: async () => (await import('./insight/insight.js')).mountInsight,
  audit: async () => (await import('./audit/audit.js')).mountAudit,
};

/**
 * @typedef {object} ViewsParts
 * @property {import('./text.js').Texts['views']} text
 * @property {World} world
 */

export class Views {
  #parts;
  /** @type {Set<ViewName>} */
  #mounted = new Set();
  /** Grows with every sign-out: what is being loaded then is not shown to whoever comes next. */
  #age = 0;

  /** @param {ViewsParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {ViewName} name */
  show(name) {
    document.body.dataset['view'] = name;
    for (const other of names) section(other).hidden = other !== name;
    for (const link of document.querySelectorAll('#views a')) markCurrent(link, name);
    if (name !== 'scenes' && !this.#mounted.has(name)) void this.#mount(name);
  }

  /** Takes the views down: nothing of them stays for whoever signs in next. */
  clear() {
    this.#age += 1;
    this.#mounted.clear();
    for (const name of names) if (name !== 'scenes') section(name).replaceChildren();
  }

  /** @param {Exclude<ViewName, 'scenes'>} name */
  async #mount(name) {
    const age = this.#age;
    const into = section(name);
    this.#mounted.add(name);
    into.replaceChildren(make('p', { class: 'empty' }, this.#parts.text.loading));
    try {
      const [mount] = await Promise.all([loads[name](), style(`/ops/${name}/${name}.css`)]);
      if (age !== this.#age) return;
      into.replaceChildren();
      mount(into, this.#parts.world);
    } catch {
      if (age === this.#age) this.#failed(name);
    }
  }

  /** @param {Exclude<ViewName, 'scenes'>} name */
  #failed(name) {
    const { text } = this.#parts;
    const again = make('button', { type: 'button', class: 'quiet' }, text.again);
    // Browsers remember that a module could not be had.
    again.addEventListener('click', () => location.reload());
    section(name).replaceChildren(make('div', { class: 'empty' }, make('p', {}, text.failed), again));
  }
}

/**
 * What the address names; anything else is the scenes.
 * @param {string} name
 * @returns {ViewName}
 */
export function viewNamed(name) {
  return names.find((known) => known === name) ?? 'scenes';
}

/** @param {ViewName} name */
function section(name) {
  const found = document.getElementById(`view-${name}`);
  if (!found) throw new Error(`The page has no view ${name}.`);
  return found;
}

/**
 * @param {Element} link
 * @param {ViewName} name
 */
function markCurrent(link, name) {
  if (/** @type {HTMLElement} */ (link).dataset['view'] === name) link.setAttribute('aria-current', 'page');
  else link.removeAttribute('aria-current');
}

/**
 * Resolves when the sheet is there, or is not to be had: a view without its looks is still a view.
 * @param {string} href
 * @returns {Promise<void>}
 */
function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = make('link', { rel: 'stylesheet', href });
  return new Promise((resolve) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => resolve());
    document.head.append(link);
  });
}
