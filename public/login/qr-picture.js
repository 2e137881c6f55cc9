/** Owns the QR code on screen: the next one takes the place of the last only once it can be drawn, so nothing flickers. */

export class QrPicture {
  #box;
  #alt;
  #svg = '';

  /**
   * @param {HTMLElement} box
   * @param {string} alt
   */
  constructor(box, alt) {
    this.#box = box;
    this.#alt = alt;
  }

  /** @param {string} svg */
  async show(svg) {
    if (svg === this.#svg) return;
    this.#svg = svg;
    const picture = new Image();
    picture.alt = this.#alt;
    picture.draggable = false;
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    await picture.decode().catch(() => {});
    if (svg !== this.#svg) return;
    const last = [...this.#box.children];
    this.#box.append(picture);
    await faded(picture);
    last.forEach((old) => old.remove());
  }
}

/**
 * The style sheet fades a new picture in, or does not: then there is nothing to wait for.
 * @param {Element} picture
 */
async function faded(picture) {
  await Promise.allSettled(picture.getAnimations().map((animation) => animation.finished));
}
