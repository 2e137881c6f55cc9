import QRCode from 'qrcode';

/** Of light modules around the code, which phones need to find it. */
const quietZone = 2;
/**
 * The one of the eight masks that is always used. To try all eight and take the best costs ten times the rest of the work, and
 * is no easier to read: of thousands of pictures of urls like WeChat's, small and with noise, a reader failed at no more with it.
 */
const mask = 6;

/** The picture of a url as SVG; level M bears a scratched screen. @param url at most 512 characters of ASCII */
export function drawQrCode(url: string): string {
  // Bytes as they are: to look for parts that pack tighter takes longer than all else, and such urls have hardly any.
  const segments = [{ data: Buffer.from(url), mode: 'byte' as const }];
  const { modules } = QRCode.create(segments, { errorCorrectionLevel: 'M', maskPattern: mask });
  const { size, data } = modules;
  const side = size + 2 * quietZone;
  const dark = Array.from({ length: size }, (_, row) =>
    drawRow(data.subarray(row * size, (row + 1) * size), row),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#ffffff" d="M0 0h${side}v${side}H0z"/><path stroke="#000000" d="${dark.join('')}"/></svg>`
  );
}

/** Its dark runs as strokes that are one module thick, so along the middle of the row. */
function drawRow(modules: Uint8Array, row: number): string {
  const lastDark = modules.lastIndexOf(1);
  let path = `M${quietZone} ${row + quietZone + 0.5}`;
  for (let at = 0; at <= lastDark;) {
    const end = endOfRun(modules, at);
    path += modules[at] ? `h${end - at}` : `m${end - at} 0`;
    at = end;
  }
  return path;
}

function endOfRun(modules: Uint8Array, start: number): number {
  let end = start + 1;
  while (end < modules.length && modules[end] === modules[start]) end++;
  return end;
}
