import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../examples/website/server.js', import.meta.url));

export interface WebsiteProgram {
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** The example website as its developer runs it: a node process with four variables. */
export async function startWebsite(env: Record<string, string>): Promise<WebsiteProgram> {
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  child.stderr.on('data', (data) => (output += String(data)));
  child.stdout.on('data', (data) => (output += String(data)));
  await Promise.race([once(child.stdout, 'data'), exited]);
  return {
    output: () => output,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** Its exit code when it is started like this. */
export async function exitOfWebsite(env: Record<string, string>): Promise<number> {
  const [code] = (await once(spawn(process.execPath, [program], { env }), 'exit')) as [number];
  return code;
}
