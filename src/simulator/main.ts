/**
 * The stand-in WeChat as a program. Started by Saoma it says on which port it listens, and ends with Saoma; started by
 * itself (`npm run simulator`) it prints what Saoma needs to know of it.
 */
import { optionsFrom, saomaLines, saomaMiniProgram } from './environment.ts';
import type { SimulatorOptions } from './options.ts';
import { startSimulator } from './simulator.ts';
import type { Simulator } from './simulator.ts';

try {
  const options = optionsFrom(process.env);
  const simulator = await startSimulator(options);
  endWith(simulator);
  if (process.send) process.send({ type: 'listening', port: simulator.port });
  else introduce(simulator, options);
} catch (error) {
  process.stderr.write(`The stand-in WeChat cannot start: ${reasonOf(error)}\n`);
  process.exit(1);
}

/** An interrupt from the terminal reaches parent and child at once: as a child, leave it to the parent. */
function endWith(simulator: Simulator): void {
  const end = (): void => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  if (process.send) {
    process.on('SIGINT', () => undefined);
    process.once('disconnect', end);
  } else process.once('SIGINT', end);
}

function introduce({ url, publicUrl }: Simulator, options: SimulatorOptions): void {
  const lines = saomaLines(options, url).map((line) => `  ${line}`);
  process.stdout.write(
    [
      `A stand-in WeChat, for development only. The phone: ${publicUrl}/phone`,
      `Events go to ${options.webhookUrl} (mode ${options.mode}). Saoma's environment for it:`,
      '',
      ...lines,
      '',
      'Its mini program, for the accounts in the configuration file:',
      '',
      `  ${saomaMiniProgram(options, url)}`,
      '',
    ].join('\n'),
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // Who starts us as a child has the port from the configuration.
  const option = process.send ? 'sandbox.port, and in sandbox.publicUrl' : 'SIMULATOR_PORT';
  if (code === 'EADDRINUSE') return `its port is in use; choose another with ${option}.`;
  return message;
}
