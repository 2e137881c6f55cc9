import { existsSync } from 'node:fs';

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** For `describe.skipIf`. `script/test` installs what is missing and allows no skip: there the tests run, and fail. */
export const noChromium = !existsSync(chromiumPath) && process.env['SAOMA_NO_SKIP'] === undefined;
if (noChromium)
  console.warn(
    `SKIPPED: tests in a real browser; there is no chromium at ${chromiumPath}, script/test installs it`,
  );
