// What WeChat puts before every script of a mini program. Elsewhere it is missing, and handed in.
import type { Wx } from './calls.js';

declare global {
  const wx: Wx | undefined;
}
