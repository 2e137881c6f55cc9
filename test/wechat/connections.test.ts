import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { Axios } from 'axios';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../src/wechat/connections.ts';

const listener =
  'const s = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port))';

/** A port where nobody answers to a SYN: its queue is full, and nobody takes from it. */
async function deafPort(): Promise<number> {
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const port = Number(said.toString());
  const waiting = Array.from({ length: 8 }, () =>
    net.connect(port, '127.0.0.1').on('error', () => undefined),
  );
  onTestFinished(() => waiting.forEach((socket) => void socket.destroy()));
  await once(waiting[0]!, 'connect');
  return port;
}

test('what is called off while it connects is over at once', async () => {
  const connections = new Connections(`http://127.0.0.1:${await deafPort()}`);
  onTestFinished(() => connections.close());
  const http = new Axios({ adapter: connections.adapter });
  const calledOff = new AbortController();
  const asked = http.request({ url: '/', method: 'GET', signal: calledOff.signal });
  const over = asked.then(
    () => 'answered',
    () => 'over',
  );
  const early = new Promise((resolve) => setTimeout(resolve, 300, 'connecting'));
  expect(await Promise.race([over, early])).toBe('connecting');
  calledOff.abort();
  const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'still connecting'));
  expect(await Promise.race([over, late])).toBe('over');
});
