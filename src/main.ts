/** Owns the process: reads the configuration, starts, and stops on a signal. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createApp } from './app.ts';
import { configWarnings, describeConfig } from './config/check.ts';
import { ConfigError, loadConfig } from './config/config.ts';
import type { Config } from './config/config.ts';
import { hasDashboard } from './config/dashboard.ts';
import { systemClock } from './kit/clock.ts';
import { settings } from './kit/settings.ts';
import { startSandbox } from './sandbox.ts';
import { createLog, standardOutput } from './telemetry/log.ts';
import type { Log } from './telemetry/log.ts';

/** sysexits.h: the command line is wrong; the configuration is. */
const exUsage = 64;
const exConfig = 78;

const usage =
  'Usage: npm start [-- --check-config]\n  --check-config  says what the configuration would run, or what is wrong with it\n';

const { checkConfig } = readArguments();
const config = readConfig();
if (checkConfig) {
  process.stdout.write(`${describeConfig(config)}\n`);
  process.exit(0);
}
const log = createLog(config.log.level, await standardOutput());
diesAloud(log);
try {
  stopOnSignal(await start(config), log);
} catch (error) {
  log.fatal(readableStartFault(error), 'cannot start');
  process.exit(1);
}

function readArguments(): { checkConfig: boolean } {
  try {
    const { values } = parseArgs({
      options: { 'check-config': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (!values.help) return { checkConfig: values['check-config'] === true };
    process.stdout.write(usage);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(exUsage);
  }
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
  await Promise.all([app.listen(), sandbox?.ready]);
  const { server, ops } = given;
  const dashboard = hasDashboard(ops) && `${ops.publicUrl}/ops`;
  log.info({ node: app.node, publicUrl: server.publicUrl, ...(dashboard && { dashboard }) }, 'listening');
  if (sandbox) announceSandbox(server.publicUrl, sandbox.phoneUrl);
  return async () => {
    await app.close();
    await sandbox?.close();
  };
}

function announceSandbox(publicUrl: string, phoneUrl: string): void {
  log.warn(
    'SANDBOX: no real WeChat, nobody is really logged in. Configure an account and a site to leave it.',
  );
  log.info({ url: publicUrl }, 'the demo website');
  log.info({ url: phoneUrl }, 'the phone');
}

function stopOnSignal(stop: () => Promise<void>, to: Log): void {
  let stopping = false;
  const leave = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    to.info({ signal }, 'stopping');
    endsAtLast(to);
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

/** Whatever hangs: a supervisor would kill the process a little later, and nobody would know why. */
function endsAtLast(to: Log): void {
  setTimeout(() => {
    to.fatal('did not stop in time; ending the process');
    process.exit(1);
  }, settings.shutdown.hardEnd);
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
