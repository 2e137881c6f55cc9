import { describe, expect, test } from 'vitest';
import { load } from '../config/given.ts';
import type { Json } from '../config/given.ts';
import { every, read } from './pages.ts';

describe.each(['examples/chat/README.md', 'examples/chat/README.zh-CN.md'])('the commands of %s', (name) => {
  const [saoma = '', chat = ''] = every(read(name), /^```sh\n([\s\S]*?)^```$/gm);

  test('write a file with which the sandbox knows the chat, and start with it', () => {
    const [layer = '{}'] = every(saoma, /^cat > saoma\.json <<'END'\n([\s\S]*?)^END$/gm);
    const { sandbox, sites } = load(JSON.parse(layer) as Json);
    const address = 'http://localhost:8081';
    expect(sandbox.enabled).toBe(true);
    expect(sites[0]).toMatchObject({
      accounts: ['main', 'mini'],
      origins: [address],
      redirectUris: [`${address}/callback`],
      messaging: { peers: true },
    });
    expect(saoma).toMatch(/\nSAOMA_CONFIG=saoma\.json npm start\n$/);
    const { id, secret } = sites[0]!;
    expect(chat).toBe(`SITE_ID=${id} SITE_SECRET=${secret} npm run example:chat\n`);
  });
});
