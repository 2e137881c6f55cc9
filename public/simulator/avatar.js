import { draw } from './dom.js';

const backgrounds = ['#2f9e6e', '#3b7dd8', '#d9822b', '#b0569b', '#5b6bd6', '#c2503f', '#2a8c9e', '#7d8a2e'];
const skins = ['#f7d7b5', '#eec39a', '#d9a679', '#a8734b'];
const hairs = ['#2b2320', '#4a3426', '#6e4a2c', '#8a8f94'];
const hairShapes = [
  'M9 19c0-8 5-12 11-12s11 4 11 12c-3-1-4-4-5-6-3 3-9 4-13 3-1 1-2 2-4 3z',
  'M8 26V18C8 11 13 7 20 7s12 4 12 11v8h-3V17c-4 0-8-2-10-4-2 3-5 4-8 4v9z',
  'M9 18c0-7 5-11 11-11s11 4 11 11c-2-3-5-5-11-5s-9 2-11 5z',
];

/**
 * A face that is always the same for the same person.
 * @param {string} seed
 */
export function avatar(seed) {
  const number = hash(seed);
  /** @param {string[]} list @param {number} by */
  const pick = (list, by) => list[Math.floor(number / by) % list.length] ?? '';
  const ink = '#2b2320';
  return draw(
    'svg',
    { viewBox: '0 0 40 40', 'aria-hidden': 'true', class: 'avatar' },
    draw('rect', { width: '40', height: '40', rx: '8', fill: pick(backgrounds, 1) }),
    draw('path', { d: 'M5 42c0-9 7-13 15-13s15 4 15 13z', fill: '#ffffff', opacity: '0.85' }),
    draw('circle', { cx: '20', cy: '20', r: '10', fill: pick(skins, 8) }),
    draw('path', { d: pick(hairShapes, 128), fill: pick(hairs, 32) }),
    draw('circle', { cx: '16.5', cy: '21', r: '1.2', fill: ink }),
    draw('circle', { cx: '23.5', cy: '21', r: '1.2', fill: ink }),
    draw('path', {
      d: 'M16.5 25c2 2 5 2 7 0',
      fill: 'none',
      stroke: ink,
      'stroke-width': '1.3',
      'stroke-linecap': 'round',
    }),
  );
}

/** The account's own picture. */
export function accountAvatar() {
  const image = document.createElement('img');
  image.src = '/simulator/icon.svg';
  image.alt = '';
  image.className = 'avatar';
  return image;
}

/** @param {string} text */
function hash(text) {
  let number = 7;
  for (const character of text) number = (number * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return number;
}
