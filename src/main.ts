/** Owns the process: reads the configuration, starts, and stops on a signal. */
import { readFileSync } from 'node:fs';
import { createApp } from './app.ts';
import { configWarnings, describeConfig } from './config/check.ts';
import { ConfigError, loadConfig } from './config/config.ts';
import type { Config } from './config/config.ts';
import { systemClock } from './kit/clock.ts';
import { startSandbox } from './sandbox.ts';
import { createLog } from './telemetry/log.ts';
import type { Log } from './telemetry/log.ts';

/** sysexits.h: something is wrong in the configuration. */
const exConfig = 78;

const config = readConfig();
if (process.argv.includes('--check-config')) {
  process.stdout.write(`${describeConfig(config)}\n`);
  process.exit(0);
}
const log = createLog(config.log.level);
diesAloud(log);
try {
  stopOnSignal(await start(config), log);
} catch (error) {
  log.fatal(readableStartFault(error), 'cannot start');
  process.exit(1);
}

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.report()}\n`);
    return process.exit(exConfig);
  }
}

/** Starts everything; the returned function stops it. */
async function start(given: Config): Promise<() => Promise<void>> {
  for (const warning of configWarnings(given)) log.warn(warning);
  const sandbox = given.sandbox.enabled ? await startSandbox(given, log) : undefined;
  const app = createApp({
    config: sandbox?.config ?? given,
    log,
    clock: systemClock,
    version: version(),
    ...(sandbox && { sandbox }),
  });
  await app.listen();
  if (sandbox) announceSandbox(given.server.publicUrl, sandbox.phoneUrl);
  return async () => {
    await app.close();
    await sandbox?.close();
  };
}

function announceSandbox(publicUrl: string, phoneUrl: string): void {
  log.warn(
    'SANDBOX: no real WeChat, nobody is really logged in. Configure an account and a site to leave it.',
  );
  log.info(`  the demo website  ${publicUrl}`);
  log.info(`  the phone         ${phoneUrl}`);
}

function stopOnSignal(stop: () => Promise<void>, to: Log): void {
  let stopping = false;
  const leave = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    to.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        to.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
}

/** Nothing is meant to get here; if it does, the state of the process is unknown. */
function diesAloud(to: Log): void {
  const die = (error: unknown): void => {
    to.fatal({ err: error }, 'unexpected; ending the process');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

function readableStartFault(error: unknown): object {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE'
    ? { port, remedy: 'the port is in use; choose another with PORT' }
    : { err: error };
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
