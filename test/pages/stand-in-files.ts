/** Owns the files the stand-in serves: those of `public/`, and the protocol as the build compiles it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

let protocol: Map<string, string> | undefined;

export function readStatic(path: string, response: ServerResponse): void {
  const type = types[extname(path)];
  const text = type === undefined ? undefined : read(path);
  if (type === undefined || text === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('Content-Type', type);
  response.end(text);
}

function read(path: string): string | undefined {
  protocol ??= compileProtocol();
  if (path.startsWith('/protocol/')) return protocol.get(path);
  try {
    return readFileSync(join(root, 'public', path), 'utf8');
  } catch {
    return undefined;
  }
}

function compileProtocol(): Map<string, string> {
  const out = mkdtempSync(join(tmpdir(), 'saoma-protocol-'));
  const names = ['close-codes', 'messages'];
  const sources = names.map((name) => join('src/protocol', `${name}.ts`));
  const options = ['--ignoreConfig', '--target', 'es2023', '--module', 'esnext', '--outDir', out];
  execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, ...sources], { cwd: root });
  const compiled = names.map(
    (name) => [`/protocol/${name}.js`, readFileSync(join(out, `${name}.js`), 'utf8')] as const,
  );
  rmSync(out, { recursive: true });
  return new Map(compiled);
}
