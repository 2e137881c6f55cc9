/**
 * Owns what is counted, and whom it is told: each event once, to the metrics of this process and to the statistics of all nodes.
 */
import { dashboardSite } from './config/dashboard.ts';
import type { Ground } from './ground.ts';
import { LastHour } from './ops/last-hour.ts';
import { causeOf, causeOfExpiry, causes } from './ops/statistics.ts';
import type { Cause } from './ops/statistics.ts';
import { Tally } from './ops/tally.ts';
import { lately } from './kit/lately.ts';
import { settings } from './kit/settings.ts';
import { messageOutcomes } from './messaging/messages.ts';
import type { MessageOutcome } from './messaging/messages.ts';
import { sceneStates } from './protocol/messages.ts';
import type { SceneState } from './protocol/messages.ts';
import type { NodeInfo } from './realtime/registry.ts';
import type { Scene } from './scene/scene.ts';
import type { Metrics } from './telemetry/metrics.ts';

export class Figures {
  readonly lastHour: LastHour;
  readonly #tally: Tally;
  readonly #ground: Ground;

  constructor(ground: Ground) {
    const { store, clock, log, metrics, node, version } = ground;
    this.#ground = ground;
    this.#tally = new Tally({ store: store.statistics, clock, log });
    this.lastHour = new LastHour(store.statistics, this.#tally);
    store.scenes.expired((ended, count) => this.#count('expired', causeOfExpiry(ended), count));
    store.whenLost((scenes) => this.#count('cancelled', 'cancelled_state_lost', scenes));
    metrics.describe(node, version);
    beginAtNothing(metrics);
    showAccounts(ground);
    showStore(ground);
  }

  /** A scene made a move at this node. Operators who come in by a scan are no logins. */
  moved(scene: Scene): void {
    if (scene.site === dashboardSite) return;
    this.#count(scene.state, causeOf(scene), 1);
    if (scene.state === 'scanned' && scene.heardAt !== null) this.#stored(scene.heardAt);
  }

  /** A scan was shown to its browser. @param ms since WeChat's event came */
  pushed(ms: number): void {
    this.#ground.metrics.pushed(ms);
    this.#tally.pushed(ms);
  }

  /** So many messages came to this. */
  messages(outcome: MessageOutcome, count: number): void {
    this.#ground.metrics.message(outcome, count);
    this.#tally.messages(outcome, count);
  }

  /** What the others are told of this node, besides what it does. */
  about(): Pick<NodeInfo, 'lagP99Seconds' | 'accounts'> {
    const { metrics, accounts, miniPrograms } = this.#ground;
    return {
      lagP99Seconds: metrics.lagP99(),
      accounts: [...accounts, ...miniPrograms].map(({ options, health: { token, fault } }) => ({
        account: options.name,
        token,
        fault,
      })),
    };
  }

  /** Tells the store what is left to tell. */
  close(): Promise<void> {
    return this.#tally.close();
  }

  #stored(heardAt: number): void {
    const { metrics, store } = this.#ground;
    const ms = Math.max(0, store.scenes.now() - heardAt);
    metrics.stored(ms);
    this.#tally.stored(ms);
  }

  #count(state: SceneState, cause: Cause | undefined, count: number): void {
    const { metrics } = this.#ground;
    metrics.moved(state, count);
    if (cause) metrics.ended(cause, count);
    this.#tally.moved(state, cause, count);
  }
}

/** What first appears with its first event is to Prometheus no increase: an alert would miss it. */
function beginAtNothing(metrics: Metrics): void {
  for (const state of sceneStates) metrics.moved(state, 0);
  for (const cause of causes) metrics.ended(cause, 0);
  for (const outcome of messageOutcomes) metrics.message(outcome, 0);
}

/** By account, as far as this node knows. The codes of mini programs have no quota of the day. */
function showAccounts({ metrics, accounts, miniPrograms, clock }: Ground): void {
  const gaugeOf =
    <A extends { options: { name: string } }>(those: readonly A[]) =>
    (name: string, help: string, read: (account: A) => number): void =>
      metrics.gauge(
        name,
        help,
        () => Object.fromEntries(those.map((account) => [account.options.name, read(account)])),
        'account',
      );
  const official = gaugeOf(accounts);
  official(
    'saoma_qr_codes_today',
    "QR codes of WeChat's day, by all nodes as far as this one knows.",
    (account) => account.qrCodesToday.made,
  );
  official('saoma_qr_codes_per_day', 'QR codes that WeChat allows on a day.', () => settings.wechat.qrPerDay);
  const gauge = gaugeOf([...accounts, ...miniPrograms]);
  gauge(
    'saoma_token_valid_seconds',
    'For how long the access token will be used yet; 0: there is none.',
    ({ health: { token } }) => Math.max(0, ((token.expiresAt ?? 0) - clock.now()) / 1000),
  );
  gauge('saoma_token_failing', '1: no access token was to be had when one was needed last.', ({ health }) =>
    Number(health.token.state === 'failing'),
  );
  gauge('saoma_wechat_fault', '1: WeChat refuses until somebody changes a setting.', ({ health }) =>
    Number(health.fault !== null),
  );
}

function showStore({ metrics, store, config, clock }: Ground): void {
  const { scenesCountedEvery } = settings.statistics;
  const counts = lately(clock, scenesCountedEvery, () => store.scenes.counts());
  metrics.gauge(
    'saoma_scenes',
    'Scenes by state, of all nodes, those included that are kept after their end.',
    // While the store is away nobody knows.
    () => counts().catch(() => undefined),
    'state',
  );
  if (config.redis.url === null) return;
  const ailment = (): string | undefined => store.ailments()['redis'];
  metrics.gauge('saoma_redis_up', '1: Redis answers.', () => Number(ailment() !== 'down'));
  metrics.gauge('saoma_redis_writable', '1: Redis answers, and takes what is written.', () =>
    Number(ailment() === undefined),
  );
}
