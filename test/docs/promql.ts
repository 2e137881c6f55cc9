/** What an expression of PromQL names, as far as ours go: a metric, with the labels that it is picked or grouped by. */
export interface Named {
  metric: string;
  labels: string[];
}

const selector = /\b((?:saoma_\w+)|up)\b(?:\{([^}]*)\})?/g;
const grouping = /\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g;
/** Put on by Prometheus. */
const ofPrometheus = new Set(['instance', 'job']);

export function namedIn(expression: string): Named[] {
  const grouped = [...expression.matchAll(grouping)].flatMap(([, list = '']) => listed(list));
  return [...expression.matchAll(selector)].map(([, metric = '', matchers = '']) => {
    const matched = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    return { metric, labels: [...matched, ...grouped].filter((label) => !ofPrometheus.has(label)) };
  });
}

/** The labels that a text for people names, as `{{label}}` or `{{ $labels.label }}`. */
export function labelsIn(template: string): string[] {
  const named = [...template.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
  return named.filter((label) => !ofPrometheus.has(label));
}

function listed(list: string): string[] {
  return list
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}
