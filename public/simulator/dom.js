/** @typedef {Record<string, string | boolean | ((event: Event) => void)>} Attributes */

/**
 * Makes an element. A function is a listener (`onclick`), `true` an attribute without value, `false` none.
 * Text is always a text node.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {(Node | string | null)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {Node[]} children
 * @returns {SVGElement}
 */
export function draw(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

/**
 * Runs `render` only when what it depends on has changed, so that nothing on the page flickers or loses its focus.
 * @param {() => unknown} inputs
 * @param {() => void} render
 * @returns {() => void}
 */
export function onChange(inputs, render) {
  let last = '';
  return () => {
    const now = JSON.stringify(inputs());
    if (now === last) return;
    last = now;
    render();
  };
}
