import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addFault } from '../channel/support.ts';
import { Exposition } from '../support/exposition.ts';
import { noRedis } from '../support/needs.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';
import { readAlertRules } from './alert-rules.ts';
import { every, read } from './pages.ts';
import { labelsIn, namedIn } from './promql.ts';

interface Target {
  expr: string;
  legendFormat: string;
}

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
}

interface Dashboard {
  title: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: unknown }[] };
}

const page = read('docs/monitoring/README.md');
const rules = readAlertRules(read('docs/monitoring/alerts.yml'));
const dashboard = JSON.parse(read('docs/monitoring/grafana-dashboard.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const targets = panels.flatMap((panel) => panel.targets ?? []);

describe('the rules', () => {
  test('have each a name of their own, and say how bad it is and what to do', () => {
    expect(rules.length).toBeGreaterThan(12);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    expect(rules.filter(({ severity }) => !['critical', 'warning'].includes(severity))).toEqual([]);
    expect(rules.filter(({ remedy }) => remedy.length < 20)).toEqual([]);
  });

  test('name only rules, in their remedies, that there are', () => {
    const named = rules.flatMap(({ remedy }) => every(remedy, /\b(Saoma[A-Z]\w+)/g));
    const names = new Set(rules.map(({ alert }) => alert));
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  test('asks the data source that was chosen', () => {
    const variables = dashboard.templating.list.map(({ name, type }) => [name, type]);
    expect(variables).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
      ['instance', 'query'],
    ]);
    const sources = JSON.stringify(dashboard).match(/"uid":"[^"]*"/g) ?? [];
    expect(new Set(sources)).toEqual(new Set(['"uid":"${datasource}"', '"uid":"saoma"']));
  });

  test('has panels that do not lie on each other, each with a name of its own', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    const titles = panels.map(({ title }) => title);
    expect(titles.length).toBeGreaterThan(20);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

describe.skipIf(noRedis)('what a node says after some work', () => {
  let fleet: Fleet;
  let said: Exposition;
  beforeAll(async () => {
    fleet = await startFleet(1, { config: { limits: { scenesPerIpPerMinute: 3 } } });
    const [node] = fleet.nodes as [Fleet['nodes'][0]];
    const scene = await node.browser().open('shop');
    const socket = await node.browser().attach(scene);
    const { version } = await socket.reach('pending');
    socket.send({ type: 'ack', version });
    await node.wechat.scan('oPerson', scene.sceneId);
    const { code } = await socket.reach('confirmed');
    await node.exchange(code!);
    await node.wechat.post(new URLSearchParams({ signature: 'forged' }), 'nothing');
    await addFault(node, { api: 'qrcode/create', errcode: -1 });
    for (let i = 0; i < 4; i++) await node.browser().post('/api/scenes', { site: 'shop' });
    said = await Exposition.of(node.url);
  });
  afterAll(() => fleet.close());

  /** The labels that a metric has, as Prometheus stores it; `undefined`: there is none. */
  function labelsOf(metric: string): Set<string> | undefined {
    if (metric === 'up') return new Set();
    const samples = said.samples.filter(({ name }) => name === metric);
    return samples.length === 0 ? undefined : new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
  }

  /** What there is not of what an expression, and the texts about it, name. */
  function missingIn(expression: string, ...texts: string[]): string[] {
    const named = namedIn(expression);
    const inTexts = texts.flatMap(labelsIn).map((label) => [label, named] as const);
    return [
      ...named.flatMap(({ metric, labels }) => {
        const known = labelsOf(metric);
        return known
          ? labels.filter((label) => !known.has(label)).map((label) => `${metric}{${label}}`)
          : metric;
      }),
      ...inTexts
        .filter(([label, all]) => !all.some(({ metric }) => labelsOf(metric)?.has(label)))
        .map(([label]) => `${expression}: {{${label}}}`),
    ];
  }

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    'the rule %s names what there is',
    (_, rule) => {
      expect(namedIn(rule.expr).length).toBeGreaterThan(0);
      expect(missingIn(rule.expr, rule.summary, rule.remedy)).toEqual([]);
      const mentioned = every(rule.remedy, /\b(saoma_\w+)/g);
      expect(mentioned.filter((name) => !said.types.has(name))).toEqual([]);
    },
  );

  test('so does every panel', () => {
    expect(targets.length).toBeGreaterThan(30);
    expect(targets.flatMap(({ expr, legendFormat }) => missingIn(expr, legendFormat))).toEqual([]);
  });

  test('values of labels that are asked for are those that there can be', () => {
    const asked = [...rules.map(({ expr }) => expr), ...targets.map(({ expr }) => expr)].join('\n');
    for (const [metric, label] of [
      ['saoma_scene_moves_total', 'state'],
      ['saoma_scene_ends_total', 'cause'],
      ['saoma_messages_total', 'outcome'],
    ] as const) {
      const known = new Set(said.of(metric).map(({ labels }) => labels[label]));
      const values = every(asked, new RegExp(`${metric}\\{[^}]*\\b${label}="(\\w+)"`, 'g'));
      expect(values.length).toBeGreaterThan(0);
      expect(values.filter((value) => !known.has(value))).toEqual([]);
    }
  });

  test('the page tells of every metric of ours, with its type and labels, and of no other', () => {
    const rows = [...page.matchAll(/^\| (`saoma_[^|]*) \| ([^|]*) \|/gm)];
    const told = rows.flatMap(([, names = '', about = '']) =>
      every(names, /`(saoma_\w+)`/g).map((name) => [name, about] as const),
    );
    const runtime = /^saoma_(process|nodejs)_/;
    const ours = [...said.types.keys()].filter((name) => !runtime.test(name));
    expect(ours.filter((name) => !told.some(([known]) => known === name))).toEqual([]);
    for (const [name, about] of told) {
      const [type, ...labels] = about.split(', ');
      const samples = said.samples.filter((sample) => [name, `${name}_bucket`].includes(sample.name));
      const known = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
      known.delete('le');
      expect([name, said.types.get(name)]).toEqual([name, type]);
      expect([name, new Set(labels.map((label) => label.replaceAll('`', '')))]).toEqual([name, known]);
    }
  });
});
