/** A rule of `docs/monitoring/alerts.yml`. */
export interface AlertRule {
  group: string;
  alert: string;
  expr: string;
  for: string;
  severity: string;
  summary: string;
  remedy: string;
}

const shapes = {
  group: /^ {2}- name: ([a-z-]+)$/,
  alert: /^ {6}- alert: (\w+)$/,
  expr: /^ {8}expr: '((?:[^']|'')+)'$/,
  for: /^ {8}for: (\d+[sm])$/,
  severity: /^ {10}severity: (\w+)$/,
  summary: /^ {10}summary: '((?:[^']|'')+)'$/,
  remedy: /^ {10}remedy: '((?:[^']|'')+)'$/,
} as const;
const around = /^(?:#.*|groups:| {4}rules:| {8}(?:labels|annotations):|)$/;

/** Reads the file line by line; it is as simple as that on purpose. Throws at a line that it does not expect. */
export function readAlertRules(text: string): AlertRule[] {
  const rules: Partial<AlertRule>[] = [];
  let group = '';
  for (const line of text.split('\n')) {
    const found = Object.entries(shapes).find(([, shape]) => shape.test(line));
    if (!found && !around.test(line)) throw new Error(`unexpected: ${line}`);
    if (!found) continue;
    const [name, shape] = found as [keyof typeof shapes, RegExp];
    const value = shape.exec(line)![1]!.replaceAll("''", "'");
    if (name === 'group') group = value;
    else if (name === 'alert') rules.push({ group, alert: value });
    else rules.at(-1)![name] = value;
  }
  return rules.map(whole);
}

function whole(rule: Partial<AlertRule>): AlertRule {
  const missing = Object.keys(shapes).filter((name) => !Object.hasOwn(rule, name));
  if (missing.length > 0) throw new Error(`${rule.alert}: without ${missing.join(', ')}`);
  return rule as AlertRule;
}
