/** Owns the code on screen: the next one takes the place of the last only once it can be drawn, so nothing flickers. */

export class QrPicture {
  #box;
  #source = '';

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
  }

  /**
   * @param {string} source a `data:` URL
   * @param {string} alt
   */
  async show(source, alt) {
    if (source === this.#source) return;
    this.#source = source;
    const picture = new Image();
    picture.alt = alt;
    picture.draggable = false;
    picture.src = source;
    await picture.decode().catch(() => {});
    if (source !== this.#source) return;
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
