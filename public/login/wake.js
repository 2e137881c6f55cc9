/** Owns the knowledge that this page may have missed something: it slept, was hidden, or has a new network. */

/** @typedef {import('./browser.js').World} World */

const tick = 2_000;
const sleptAfter = 10_000;
const awayAfter = 30_000;

/**
 * Calls `back` at each return, with `true` when a connection that looks open may well be dead.
 * @param {World} world
 * @param {(suspicious: boolean) => void} back
 * @returns {() => void} ends it
 */
export function watchAbsence(world, back) {
  let hiddenAt = world.now();
  const ends = [
    world.on('online', () => back(true)),
    world.on('restored', () => back(true)),
    world.on('hidden', () => {
      hiddenAt = world.now();
    }),
    world.on('visible', () => back(world.now() - hiddenAt > awayAfter)),
    everyTick(world, (late) => {
      // Browsers slow the timers of a hidden page down; its return is told by `visible`.
      if (late > sleptAfter && world.visible()) back(true);
    }),
  ];
  return () => ends.forEach((end) => end());
}

/**
 * @param {World} world
 * @param {(late: number) => void} task
 */
function everyTick(world, task) {
  const next = () => {
    const due = world.now() + tick;
    return world.after(tick, () => {
      calledOff = next();
      task(world.now() - due);
    });
  };
  let calledOff = next();
  return () => calledOff();
}
