/** Owns the knowledge that somebody is at work in the table, by pointer or keyboard: then nothing in it may move. */

/** Who only rests there, or has gone for a coffee, does not keep the table from going on. */
const restsAfter = 15_000;

export class Hold {
  #until = 0;

  /**
   * @param {HTMLElement} table
   * @param {() => void} left called when nobody is there any more
   */
  constructor(table, left) {
    const stay = () => {
      this.#until = Date.now() + restsAfter;
    };
    const leave = () => {
      this.#until = 0;
      left();
    };
    // A finger does not stay where it touched.
    table.addEventListener('pointermove', ({ pointerType }) => pointerType === 'mouse' && stay());
    table.addEventListener('pointerleave', leave);
    table.addEventListener('keydown', stay);
    table.addEventListener('focusin', ({ target }) => isByKeyboard(target) && stay());
    table.addEventListener('focusout', ({ relatedTarget }) => {
      if (!table.contains(/** @type {Node | null} */ (relatedTarget))) leave();
    });
  }

  get isHeld() {
    return Date.now() < this.#until;
  }
}

/** @param {EventTarget | null} target */
function isByKeyboard(target) {
  return target instanceof Element && target.matches(':focus-visible');
}
