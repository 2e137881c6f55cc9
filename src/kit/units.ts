/** In ms and bytes. */
export const second = 1000;
export const minute = 60 * second;
export const KiB = 1024;
