import { closedLoop } from '../load.ts';
import type { ScanAnswer } from '../phone.ts';
import { SiteBackend } from '../site.ts';
import type { Program } from '../stage.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';

/** In a scene's life each effect is one version: opened, scanned, confirmed. */
const confirmedVersion = 3;
const patience = 30_000;

/** The same push reaches three nodes in one moment, and has one effect. */
export const tripleEvents: Program = {
  about: 'each event delivered three times, to three nodes at once',
  async run(stage) {
    const redis = await stage.redis({ persistence: 'always' });
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const ports = fleet.nodes.map(({ port }) => port);
    const count = stage.size(300, 10_000);
    const unequal: string[] = [];
    await closedLoop(count, stage.size(30, 60), async () => {
      const answers = await logInThrice(town, ports);
      if (answers.some((answer) => answer !== 'accepted')) unequal.push(answers.join(', '));
    });
    const shown = town.history.sightings.flatMap((one) => (one.kind === 'shown' && one.code ? one : []));
    const effects = new Set(shown.map(({ scene, version }) => `${scene} ${version}`));
    const twice = shown.filter(({ version }) => version !== confirmedVersion);
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['events', count],
      ['deliveries', count * ports.length],
      ['effects', effects.size],
      ['effects that happened twice', twice.length],
      ['deliveries answered otherwise than the others', unequal.length],
    ]);
    const faults = [
      ...report.faults,
      ...twice.slice(0, 3).map((one) => `an event had more than one effect: ${JSON.stringify(one)}`),
      ...unequal.slice(0, 3).map((answers) => `one event, different answers: ${answers}`),
    ];
    return { ...report, faults };
  },
};

async function logInThrice(town: Town, ports: readonly number[]): Promise<ScanAnswer[]> {
  const page = town.page();
  page.open();
  const deadline = performance.now() + patience;
  try {
    const scene = (await page.until(() => (page.isConnected ? page.scene : undefined), deadline)) ?? '';
    const push = town.phones.push(newOpenid(), scene);
    const answers = await Promise.all(ports.map((port) => town.phones.send(push, port)));
    const code = await page.until(() => page.code, deadline);
    if (code) await town.backend.exchange(code, SiteBackend.newKey());
    return answers;
  } finally {
    page.close();
  }
}
