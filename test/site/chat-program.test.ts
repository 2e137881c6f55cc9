import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('../../examples/chat/server.js', import.meta.url));
const site = { SITE_ID: 'chat', SITE_SECRET: 'canary-chat-secret-0123456789' };

function run(env: Record<string, string>) {
  const { status, stderr } = spawnSync(process.execPath, [program], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, lines: stderr.trimEnd().split('\n') };
}

test.each([
  { what: 'without its secret', env: { SITE_ID: 'chat' }, says: 'see examples/chat/README.md' },
  {
    what: 'with a SAOMA_URL that is none',
    env: { ...site, SAOMA_URL: 'somewhere' },
    says: 'not "somewhere"',
  },
  { what: 'without a scheme', env: { ...site, SAOMA_URL: 'localhost:3000' }, says: 'SAOMA_URL has to be' },
  { what: 'with a CHAT_URL that is none', env: { ...site, CHAT_URL: 'http://' }, says: 'CHAT_URL has to be' },
])('the chat does not start $what, and says so in a sentence', ({ env, says }) => {
  expect(run(env)).toEqual({ status: 78, lines: [expect.stringContaining(says)] });
});

test('the chat does not start at a port that is in use, and says so in a sentence', async () => {
  const other = http.createServer().listen(0);
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const says = `Port ${port} is in use: give the chat another CHAT_URL.`;
  expect(run({ ...site, CHAT_URL: `http://localhost:${port}` })).toEqual({ status: 1, lines: [says] });
});
