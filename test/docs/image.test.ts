import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { every, read, root } from './pages.ts';

const dockerfile = read('Dockerfile');
const stages = dockerfile.split(/^FROM .*$/m).slice(1);
const image = stages.at(-1) ?? '';

/** What a stage takes from our folder. */
function copied(stage: string): string[] {
  return every(stage, /^COPY (?!--from)(.*) \S+$/gm).flatMap((sources) => sources.split(' '));
}

/** The command in its exec form that `before` stands in front of. */
function command(before: RegExp): [string, ...string[]] {
  const list = new RegExp(`${before.source}CMD (\\[.*\\])$`, 'm').exec(image)?.[1];
  return JSON.parse(list ?? '') as [string, ...string[]];
}

/** Runs the health check of a program that listens on `port`; its exit code. */
async function verdict(port: number): Promise<number | null> {
  const [program, ...args] = command(/^HEALTHCHECK [^\n]*\\\n\s*/);
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], PORT: String(port) },
    timeout: 10_000,
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('the image', () => {
  test('copies what is there, and what .dockerignore lets in', () => {
    const letIn = every(read('.dockerignore'), /^!(.+)$/gm);
    const sources = stages.flatMap(copied);
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((source) => !existsSync(new URL(source, root)))).toEqual([]);
    const isLetIn = (source: string): boolean =>
      letIn.some((name) => name === source || name.startsWith(`${source}/`));
    expect(sources.filter((source) => !isLetIn(source))).toEqual([]);
  });

  test('has beside dist what the program looks for there', () => {
    const readers = ['main.ts', 'sandbox.ts', 'http/static.ts', 'config/config.ts'];
    const looked = readers.flatMap((name) => every(read(`src/${name}`), /new URL\('(?:\.\.\/)+([^/']+)/g));
    // The wire contract is in dist itself.
    const needed = new Set(looked.filter((name) => name !== 'protocol'));
    expect(needed).toEqual(new Set(['package.json', 'examples', 'public', 'config']));
    expect(new Set(copied(image))).toEqual(needed);
  });

  test('runs as nobody special, and never as a sandbox by accident', () => {
    expect(image).toMatch(/^USER node$/m);
    expect(image).toMatch(/^ENV NODE_ENV=production$/m);
  });

  test('starts the program itself, so that signals reach it', () => {
    const [program, ...args] = command(/^/);
    expect(program).toBe('node');
    const source = args.at(-1)?.replace(/^dist\/(.*)\.js$/, 'src/$1.ts') ?? '';
    expect(existsSync(new URL(source, root))).toBe(true);
  });
});

describe('its health check', () => {
  test.each([
    { status: 200, code: 0 },
    { status: 503, code: 1 },
  ])('ends with $code for a process that answers $status', async ({ status, code }) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    });
    const port = await freePort();
    await once(server.listen(port, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    expect(await verdict(port)).toBe(code);
    expect(asked).toEqual(['/livez']);
  });

  test('ends with 1 where nobody listens', async () => {
    expect(await verdict(await freePort())).toBe(1);
  });
});
