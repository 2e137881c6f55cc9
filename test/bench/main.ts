/** Owns a run: `npm run bench -- [--full] [--only a,b] [--profile DIR] [--json FILE]`. Ends with 1 when a workload failed; a goal that is not met is only told. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pinThisProcess } from './cores.ts';
import { within } from './deadline.ts';
import { aboutThisRun } from './machine.ts';
import { Stage } from './stage.ts';
import { gather, tableOf, verdictOn } from './table.ts';
import type { Result } from './table.ts';
import type { Row, Workload } from './workload.ts';
import { workloads } from './workloads.ts';

const repetitionsInFull = 3;
const endsWithin = 20_000;

const { full: isFull, only, profile: profiles, json } = given();
const chosen = choose(only);

// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
// What a workload that was given up still does is nobody's concern.
process.on('unhandledRejection', (error) => say(`  (left over: ${String(error)})`));

for (const line of aboutThisRun(pinThisProcess())) say(line);
if (profiles !== undefined)
  say(`profiles go to ${profiles}: the figures are those of processes that are being profiled`);
process.exit(await runAll());

async function runAll(): Promise<number> {
  const results: Record<string, Result[]> = {};
  const failed: string[] = [];
  const begun = performance.now();
  for (const workload of chosen) {
    const found = await run(workload);
    if (found) results[workload.name] = found;
    else failed.push(workload.name);
  }
  if (json !== undefined) writeFileSync(json, JSON.stringify(results, null, 2));
  for (const line of summary(results, failed)) say(line);
  say(`${seconds(begun)} s in all`);
  return failed.length > 0 ? 1 : 0;
}

async function run(workload: Workload): Promise<Result[] | undefined> {
  const { name, about, isOnce = false } = workload;
  const begun = performance.now();
  say(`\n${name}: ${about}`);
  try {
    const repetitions: Row[][] = [];
    const count = isFull && !isOnce ? repetitionsInFull : 1;
    for (let index = 0; index < count; index++) repetitions.push(await runOnce(workload, index));
    const results = gather(repetitions);
    say(tableOf(results));
    say(`  (${seconds(begun)} s${count > 1 ? `; medians of ${count}, the least and the most of them` : ''})`);
    return results;
  } catch (error) {
    say(`  FAILED after ${seconds(begun)} s: ${error instanceof Error ? error.stack : String(error)}`);
    return undefined;
  }
}

async function runOnce(workload: Workload, repetition: number): Promise<Row[]> {
  const { name, deadline } = workload;
  const stage = new Stage({ name, isFull, repetition, profiles });
  try {
    return await within(isFull ? deadline.full : deadline.short, `${name} is over`, workload.run(stage));
  } finally {
    await within(endsWithin, 'its processes have ended', stage.end());
  }
}

function* summary(results: Record<string, Result[]>, failed: readonly string[]): Generator<string> {
  const { met, missed } = verdictOn(Object.values(results).flat());
  yield `\ngoals: ${met} met, ${missed} NOT met`;
  const left = workloads.filter((workload) => !chosen.includes(workload)).map(({ name }) => name);
  if (left.length > 0) yield `not run: ${left.join(', ')} (--only NAME runs it)`;
  if (failed.length > 0) yield `FAILED: ${failed.join(', ')}`;
}

/** Without names: all that are not too long for this form. */
function choose(names: string | undefined): readonly Workload[] {
  if (names === undefined)
    return workloads.filter(({ isLong, name }) => !isLong || (isFull && name !== 'check'));
  return names
    .split(',')
    .map((name) => workloads.find((one) => one.name === name) ?? usage(`unknown: ${name}`));
}

function given(): { full: boolean; only?: string; profile?: string; json?: string } {
  try {
    const file = { type: 'string' } as const;
    const options = {
      full: { type: 'boolean', default: false },
      only: file,
      profile: file,
      json: file,
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    return usage(String(error));
  }
}

function usage(fault: string): never {
  const list = workloads.map(({ name, about }) => `  ${name}: ${about}\n`).join('');
  process.stderr.write(
    `${fault}\nUsage: npm run bench -- [--full] [--only NAME,NAME] [--profile DIR] [--json FILE]\n${list}`,
  );
  return process.exit(64);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
