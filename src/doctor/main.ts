/** The doctor as a program: reads the configuration as the service does, and says what is wrong with the installation. */
import { ConfigError, loadConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../kit/clock.ts';
import type { Finding } from './check.ts';
import { readCommandLine, usage } from './command-line.ts';
import type { Asked } from './command-line.ts';
import { examine } from './doctor.ts';
import { countOf, entryOf, lineOf, summaryOf } from './report.ts';

/** sysexits.h: the command line is wrong; the configuration is. */
const exUsage = 64;
const exConfig = 78;

const asked = readArguments();
const config = readConfig(asked);
const findings: Finding[] = [];
for await (const finding of examine({ config, clock: systemClock, mayMakeQrCode: asked.mayMakeQrCode })) {
  findings.push(finding);
  if (!asked.json) say(lineOf(finding, asked.lang));
}
const counts = countOf(findings);
if (asked.json) {
  const entries = findings.map((finding) => entryOf(finding, asked.lang));
  say(
    JSON.stringify(
      { ok: counts.failed === 0, sandbox: config.sandbox.enabled, counts, findings: entries },
      null,
      2,
    ),
  );
} else say(`\n${summaryOf(counts, asked.lang)}`);
// Whatever still waits for an answer is not worth waiting for; what was said is.
process.stdout.write('', () => process.exit(counts.failed === 0 ? 0 : 1));

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function readArguments(): Asked {
  try {
    const given = readCommandLine(process.argv.slice(2), process.env);
    if (!given.help) return given;
    process.stdout.write(usage);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(exUsage);
  }
}

/** Its faults are told as `npm start -- --check-config` tells them. */
function readConfig({ json }: Asked): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.report()}\n`);
    if (json) say(JSON.stringify({ ok: false, faults: error.faults }, null, 2));
    return process.exit(exConfig);
  }
}
