/** Owns a login as a person lives it: open the page, scan what it shows, be logged in; and try again when it comes to nothing. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Fleet } from './fleet.ts';
import { site } from './fleet.ts';
import { History } from './history.ts';
import { Page } from './page.ts';
import type { PageParts } from './page.ts';
import { Phones } from './phone.ts';
import { SiteBackend } from './site.ts';

/** Browsers, phones and the site's backend around one fleet, and the history of what they see. */
export class Town {
  readonly history = new History();
  readonly phones: Phones;
  readonly backend: SiteBackend;
  readonly chance: Chance;
  readonly #fleet: Pick<Fleet, 'anyPort' | 'otherPort'>;
  #pages = 0;

  constructor(fleet: Pick<Fleet, 'anyPort' | 'otherPort'>, chance: Chance) {
    this.#fleet = fleet;
    this.chance = chance;
    this.phones = new Phones(fleet, this.history);
    this.backend = new SiteBackend(fleet, this.history);
  }

  /** A browser that nobody has opened the page in yet. */
  page(
    more: Partial<Pick<PageParts, 'name' | 'site' | 'origin' | 'port' | 'socketPort' | 'random'>> = {},
  ): Page {
    this.#pages += 1;
    return new Page({
      name: `page ${this.#pages}`,
      history: this.history,
      site: site.id,
      origin: site.origins[0] ?? '',
      port: this.#fleet.anyPort,
      random: this.chance.next,
      ...more,
    });
  }
}

export function newOpenid(): string {
  return `o${randomBytes(21).toString('base64url').slice(0, 27)}`;
}

export interface LoginOptions {
  /** How long the person looks at the QR code before they scan it, ms. */
  hesitates?: number;
  /** When they scan once more what the page still shows, ms after they were told that they log in; never unless told. */
  scansAgainAfter?: number;
  /** How long the site looks at the code before it exchanges it, ms. */
  dawdles?: number;
  /** When they give up, ms from the beginning. */
  patience?: number;
  /** The site tries the spent code again, with another key and with the same one. */
  triesAgain?: boolean;
  page?: Page;
  openid?: string;
}

/** How long somebody waits before they scan or click again, ms. */
const again = 2_000;

/** One login, until the site knows who came or the person gives up. Whether it went well says the checker. */
export async function logIn(town: Town, options: LoginOptions = {}): Promise<void> {
  const {
    hesitates = 0,
    dawdles = 0,
    scansAgainAfter = Infinity,
    patience = 90_000,
    openid = newOpenid(),
    page = town.page(),
  } = options;
  const deadline = performance.now() + patience;
  page.open();
  try {
    const code = await untilCode(town, page, openid, { hesitates, deadline, scansAgainAfter });
    if (code === undefined) return;
    if (dawdles > 0) await sleep(dawdles);
    const key = SiteBackend.newKey();
    const { status } = await town.backend.exchange(code, key);
    if (status !== 200 || !options.triesAgain) return;
    await town.backend.exchangeOnce(code, SiteBackend.newKey());
    await town.backend.exchangeOnce(code, key);
  } finally {
    page.close();
  }
}

interface Person {
  hesitates: number;
  deadline: number;
  scansAgainAfter: number;
}

async function untilCode(
  town: Town,
  page: Page,
  openid: string,
  { hesitates, deadline, scansAgainAfter }: Person,
): Promise<string | undefined> {
  while (performance.now() < deadline) {
    const scene = await shownScene(page, deadline);
    if (scene === undefined) return page.code;
    await sleep(hesitates);
    // It may have been replaced by another, and the person scans what they see.
    if (page.scene !== scene) continue;
    const answer = await town.phones.scan(openid, scene);
    const patience = answer === 'accepted' ? scansAgainAfter : again;
    const wait = Math.min(performance.now() + patience, deadline);
    const code = await page.until(
      () => page.code ?? (page.scene === scene ? undefined : settled(page)),
      wait,
    );
    if (code) return code;
  }
  return page.code;
}

/** Nothing to wait for any more on the present scene, without a code. */
function settled(page: Page): '' | undefined {
  return page.phase === 'scanned' || page.phase === 'done' ? undefined : '';
}

/** The QR code on screen; a person clicks where the page waits for them. */
async function shownScene(page: Page, deadline: number): Promise<string | undefined> {
  for (;;) {
    const found = await page.until(
      () => page.scene ?? (page.code === undefined ? clickable(page) : ''),
      deadline,
    );
    if (found !== 'click') return found || undefined;
    await sleep(again);
    if (clickable(page)) page.click();
  }
}

function clickable(page: Page): 'click' | undefined {
  return ['paused', 'over', 'replaced', 'tooMany', 'failed'].includes(page.phase) ? 'click' : undefined;
}
