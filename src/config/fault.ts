/** One thing that is wrong with the configuration. None of the three ever holds a secret. */
export interface Fault {
  /** The option, as in `accounts[0].token`, or the variable that could not be read. */
  path: string;
  found: string;
  allowed: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  readonly faults: Fault[];

  constructor(faults: Fault[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`);
    this.name = 'ConfigError';
    this.faults = faults;
  }

  /** For the operator: one line for each fault. */
  report(): string {
    const lines = this.faults.map(
      ({ path, found, allowed }) => `  ${path}: found ${found}; allowed: ${allowed}`,
    );
    return [this.message, ...lines].join('\n');
  }
}
