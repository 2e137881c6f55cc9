/** Owns the end of a login that nobody waits for any more: all that it took from the browser is given back at once. */

/** @typedef {import('../login/browser.js').World} World */

/**
 * @param {World} world
 * @returns {{ world: World, end: () => void }} `end`: no timer, socket or listener of this world does anything after it
 */
export function scoped(world) {
  let over = false;
  /** @type {Set<() => void>} */
  const ends = new Set();
  /** @param {() => void} end */
  const keep = (end) => {
    const once = () => {
      ends.delete(once);
      end();
    };
    ends.add(once);
    return once;
  };
  return {
    world: {
      ...world,
      after: (ms, task) => (over ? () => {} : keep(world.after(ms, task))),
      on: (happening, task) => (over ? () => {} : keep(world.on(happening, task))),
      painted: (task) => world.painted(() => over || task()),
      openSocket(url) {
        if (over) throw new Error('This login is over.');
        const socket = world.openSocket(url);
        keep(() => socket.close());
        return socket;
      },
    },
    end() {
      over = true;
      for (const end of ends) end();
    },
  };
}
