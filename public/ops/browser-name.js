/** Owns how a User-Agent is told in two words; the whole of it stands in the title. */

/** The first that applies: most name others as well, to be taken for them. @type {[RegExp, string][]} */
const browsers = [
  [/MicroMessenger/i, 'WeChat'],
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser/, 'Samsung'],
  [/QQBrowser/, 'QQ'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];

/** @type {[RegExp, string][]} */
const systems = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/**
 * @param {string} userAgent
 * @returns {string} empty when it tells nothing
 */
export function browserName(userAgent) {
  const names = [nameIn(browsers, userAgent), nameIn(systems, userAgent)].filter(Boolean);
  return names.length > 0 ? names.join(' · ') : (userAgent.split(/[\s/]/, 1)[0] ?? '').slice(0, 24);
}

/**
 * @param {[RegExp, string][]} table
 * @param {string} userAgent
 */
function nameIn(table, userAgent) {
  return table.find(([sign]) => sign.test(userAgent))?.[1];
}
