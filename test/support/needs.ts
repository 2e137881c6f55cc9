import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const redisServerPath = process.env['REDIS_SERVER_PATH'] ?? onPath('redis-server');

/** For `describe.skipIf`. `script/test` installs what is missing and allows no skip: there the tests run, and fail. */
export const noChromium = !existsSync(chromiumPath) && process.env['SAOMA_NO_SKIP'] === undefined;
if (noChromium)
  console.warn(
    `SKIPPED: tests in a real browser; there is no chromium at ${chromiumPath}, script/test installs it`,
  );

/** As `noChromium`. */
export const noRedis = !existsSync(redisServerPath) && process.env['SAOMA_NO_SKIP'] === undefined;
if (noRedis)
  console.warn(
    `SKIPPED: tests on a real Redis; there is no redis-server at ${redisServerPath}, script/test installs it`,
  );

/** Where the program is; its bare name if it is nowhere. */
function onPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? program;
}
