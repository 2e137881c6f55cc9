import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ClientAddress } from '../../src/http/address.ts';
import { createHttpServer } from '../../src/http/app.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { createLog } from '../../src/telemetry/log.ts';

test.each([
  ['/api/users/oSomebody0123456789/presence', '/api/users/…/presence'],
  ['/miniprogram/mini/approvals/a-handle-that-is-good-once', '/miniprogram/mini/approvals/…'],
  ['/miniprogram/mini/login', '/miniprogram/mini/login'],
  ['/api/scenes/AAAAAAAAAAAAAAAAAAAAAA?state=canary', '/api/scenes/AAAAAAAAAAAAAAAAAAAAAA'],
])('%s stands in the log as %s', async (path, logged) => {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const parts = { publicUrl: 'http://saoma.test', doors: [], socketDoors: [], clock: systemClock };
  const server = createHttpServer({ ...parts, address: new ClientAddress([]), log });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { connection: 'close' } });
  const requests = lines.map((line) => JSON.parse(line) as { path?: string });
  expect(requests.map((line) => line.path)).toContain(logged);
});
