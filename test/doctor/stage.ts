import { onTestFinished } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { Clock } from '../../src/kit/clock.ts';
import type { Finding } from '../../src/doctor/check.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { countOf, entryOf, lineOf, summaryOf } from '../../src/doctor/report.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';

export interface Diagnosis {
  findings: readonly Finding[];
  failed: string[];
  /** What is said of a check: `verdict says mend`. */
  of(check: string): string;
  /** All that is printed, in both languages and as JSON. */
  printed: string;
}

interface Conditions {
  clock?: Clock;
  mayMakeQrCode?: boolean;
}

export async function diagnose(config: Config, conditions: Conditions = {}): Promise<Diagnosis> {
  const { clock = systemClock, mayMakeQrCode = true } = conditions;
  const findings: Finding[] = [];
  for await (const finding of examine({ config, clock, mayMakeQrCode })) findings.push(finding);
  return {
    findings,
    failed: findings.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check),
    of(check) {
      const found = findings.filter((finding) => finding.check === check);
      return found
        .map(({ verdict, says, mend }) => [verdict, says, mend].filter(Boolean).join(' '))
        .join('; ');
    },
    printed: print(findings),
  };
}

function print(findings: readonly Finding[]): string {
  const counts = countOf(findings);
  const inOne = (lang: 'zh' | 'en') => [
    ...findings.map((finding) => lineOf(finding, lang)),
    ...findings.map((finding) => JSON.stringify(entryOf(finding, lang))),
    summaryOf(counts, lang),
  ];
  return [...inOne('en'), ...inOne('zh')].join('\n');
}

/** A whole service beside a stand-in WeChat, until the test is over. */
export async function startHospital(options: StartOptions = {}): Promise<TestApp & { play: Play }> {
  const app = await startApp(options);
  onTestFinished(() => app.close());
  return { ...app, play: playFor(app) };
}

type Play = (call: string, body: object) => Promise<void>;

/** Has the stand-in do something, by its control API. */
function playFor({ simulator }: TestApp): Play {
  return async (call, body) => {
    const response = await fetch(`${simulator.url}/phone/api/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`);
  };
}

export async function healAll({ simulator }: TestApp): Promise<void> {
  await fetch(`${simulator.url}/phone/api/faults`, { method: 'DELETE' });
}

/** The doctor's configuration in place of the service's: another public address. */
export function at(config: Config, publicUrl: string): Config {
  return { ...config, server: { ...config.server, publicUrl } };
}

/** The doctor's configuration in place of the service's: another account. */
export function withAccount(config: Config, fields: object): Config {
  return { ...config, accounts: config.accounts.map((account) => Object.assign({}, account, fields)) };
}

/** Whatever of the configuration may never be printed, and what comes of it. */
export function secretsOf({ accounts, sites, ops }: Config): string[] {
  return [
    ...accounts.flatMap(({ appSecret, token, encodingAesKey }) => [
      appSecret,
      token ?? '',
      encodingAesKey ?? '',
    ]),
    ...sites.map(({ secret }) => secret),
    ops.token ?? '',
    ops.viewToken ?? '',
  ].filter((secret) => secret !== '');
}
