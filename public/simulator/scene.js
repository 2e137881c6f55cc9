const shown = 14;

/**
 * A scene id as people can tell it from another one.
 * @param {string} scene
 */
export function shortScene(scene) {
  return scene.length <= shown ? scene : `${scene.slice(0, 6)}…${scene.slice(-4)}`;
}
