/**
 * Carries connections on to the ports it was started with, in turn, as a process of its own: each connection costs it two
 * open files. Ends with its parent; on the word `cut` it ends every connection that there is, and tells how many.
 */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const ports = process.argv.slice(2).map(Number);
const ends = new Set<Socket>();
let connections = 0;

const server = net.createServer((browser) => {
  const node = net.connect(ports[connections++ % ports.length] ?? 0, '127.0.0.1');
  join(browser, node);
  join(node, browser);
});
// All of them come back in a few seconds.
server.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 });
await once(server, 'listening');
process.send?.({ told: (server.address() as AddressInfo).port });
process.on('message', () => process.send?.({ told: cut() }));
process.on('disconnect', () => process.exit(0));

function join(from: Socket, to: Socket): void {
  ends.add(from);
  from.setNoDelay(true);
  from.on('error', () => undefined);
  from.on('data', (data) => to.write(data));
  from.on('end', () => to.end());
  from.on('close', () => {
    ends.delete(from);
    to.destroySoon();
  });
}

function cut(): number {
  const all = [...ends];
  for (const end of all) end.resetAndDestroy();
  return all.length / 2;
}
