/** Runs one program: `npm run faults -- <name> [--full] [--seed N] [--history FILE]`. Prints its figures; ends with 1 when something was wrong. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Chance } from './chance.ts';
import { programs } from './programs.ts';
import { print } from './report.ts';
import { Stage } from './stage.ts';
import type { Program } from './stage.ts';

/** No run may last longer, whatever hangs. */
const deadline = { short: 120_000, full: 30 * 60_000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    history: { type: 'string' },
  },
});
const [name = ''] = positionals;
const program = programs[name];
if (!program) usage();

const chance = new Chance(Number(values.seed ?? Date.now() % 1_000_000));
const stage = new Stage(values.full, chance);
process.stdout.write(`${name}${values.full ? ' --full' : ''} --seed ${chance.seed}: ${program.about}\n`);
// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
setTimeout(
  () => {
    process.stdout.write('FAULT: not over in time\n');
    process.exit(1);
  },
  values.full ? deadline.full : deadline.short,
).unref();
process.exit(await run(program));

async function run(played: Program): Promise<number> {
  try {
    const report = await played.run(stage);
    print(report);
    return report.faults.length > 0 ? 1 : 0;
  } catch (error) {
    process.stdout.write(
      `FAULT: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  } finally {
    if (values.history !== undefined) writeFileSync(values.history, stage.historyLines());
    await stage.end();
  }
}

function usage(): never {
  const names = Object.entries(programs).map(([known, { about }]) => `  ${known}: ${about}\n`);
  process.stderr.write(
    `Usage: npm run faults -- <name> [--full] [--seed N] [--history FILE]\n${names.join('')}`,
  );
  return process.exit(64);
}
