import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const hopByHop = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Some HTTP clients offer to change to HTTP/2 with each request where there is no TLS (`Upgrade: h2c`; Java's among them). Node
 * takes every offer for a wish once somebody listens to upgrades; to decline it, the request is given back to the server as
 * if nothing had been offered.
 */
export function declineUpgrade(server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/1.1`, 'Connection: close'];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    if (!hopByHop.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', stream);
}
