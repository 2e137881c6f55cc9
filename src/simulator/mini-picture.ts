import { createHash } from 'node:crypto';
import { greyPng } from './png.ts';

const spokes = 54;
const dotsPerSpoke = 9;
/** All lengths are shares of the picture's width, from its middle. */
const inner = 0.235;
const outer = 0.475;
const pitch = (outer - inner) / dotsPerSpoke;
const dot = 0.0078;
const eye = 0.315;
const eyes = [
  [-eye, -eye],
  [eye, -eye],
  [-eye, eye],
] as const;
/** Round each eye no dots are drawn. */
const clearing = 0.1;

/**
 * A picture in the manner of a mini-program code: rays of dots, three eyes, a disc for the program's own picture. To look
 * at only: nothing reads these codes but WeChat, so the phone is told of them when they are made.
 */
export function miniProgramPicture(scene: string, width: number): Buffer {
  const isDark = dotsOf(scene);
  return greyPng(width, (x, y) => {
    const [px, py] = [(x + 0.5) / width - 0.5, (y + 0.5) / width - 0.5];
    return shadeOf(inkAt(px, py, isDark) * width);
  });
}

type Dots = (spoke: number, index: number) => boolean;

function dotsOf(scene: string): Dots {
  const bits = Buffer.concat(
    ['a', 'b'].map((salt) =>
      createHash('sha256')
        .update(salt + scene)
        .digest(),
    ),
  );
  return (spoke, index) => {
    if (index < 0 || index >= dotsPerSpoke || isBesideEye(spoke, index)) return false;
    const bit = (((spoke + spokes) % spokes) * dotsPerSpoke + index) % (bits.length * 8);
    return (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  };
}

function isBesideEye(spoke: number, index: number): boolean {
  const angle = (spoke * 2 * Math.PI) / spokes;
  const along = inner + (index + 0.5) * pitch;
  const [x, y] = [along * Math.cos(angle), along * Math.sin(angle)];
  return eyes.some(([eyeX, eyeY]) => Math.hypot(x - eyeX, y - eyeY) < clearing + dot);
}

/** How far inside the ink the point is; less than 0: outside. */
function inkAt(x: number, y: number, isDark: Dots): number {
  for (const [eyeX, eyeY] of eyes) {
    const away = Math.hypot(x - eyeX, y - eyeY);
    if (away < clearing) return eyeInk(away);
  }
  const r = Math.hypot(x, y);
  return r < inner - 0.02 ? discInk(r) : rayInk(r, Math.atan2(y, x), isDark);
}

/** A ring around a dot. */
function eyeInk(away: number): number {
  return Math.max(0.034 - away, Math.min(0.076 - away, away - 0.058));
}

/** A disc with a mark like a viewfinder's in it. */
function discInk(r: number): number {
  return Math.min(0.2 - r, Math.max(r - 0.12, Math.min(0.095 - r, r - 0.045)));
}

/** Dots that are neighbours on a ray run into one another. */
function rayInk(r: number, angle: number, isDark: Dots): number {
  const turn = (2 * Math.PI) / spokes;
  const spoke = Math.round(angle / turn);
  const off = angle - spoke * turn;
  const [along, across] = [r * Math.cos(off), Math.abs(r * Math.sin(off))];
  const index = Math.floor((along - inner) / pitch);
  if (!isDark(spoke, index)) return -dot;
  const beside = along - (inner + (index + 0.5) * pitch);
  const joined = isDark(spoke, index + Math.sign(beside));
  return dot - (joined ? across : Math.hypot(across, beside));
}

/** Its edges are soft for the width of a pixel; few shades, so that the picture stays small. */
function shadeOf(pixelsInside: number): number {
  const cover = Math.min(1, Math.max(0, pixelsInside + 0.5));
  return 255 - Math.round(cover * 15) * 17;
}
