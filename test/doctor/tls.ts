import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Where one of the certificates is that nobody trusts by himself. */
export function certificate(name: 'cert' | 'expired'): string {
  return fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
}

/** An https address whose server has this certificate, and is alive as Saoma would be. */
export async function startTls(name: 'cert' | 'expired'): Promise<string> {
  const key = readFileSync(new URL('../fixtures/tls/key.pem', import.meta.url));
  const cert = readFileSync(certificate(name));
  const server = https.createServer({ key, cert }, (_, response) => response.end('{"status":"ok"}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
