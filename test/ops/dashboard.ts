/** Owns the dashboard in a real browser, as its tests open it: on a running service, at its own address, under its own policy. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import type { Door } from '../../src/http/door.ts';
import { staticDoor } from '../../src/http/static.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { MiniProgram } from '../../src/wechat/mini-program.ts';
import type { OfficialAccount } from '../../src/wechat/official-account.ts';
import { useChromium } from '../pages/chromium.ts';
import { readStatic } from '../pages/stand-in-files.ts';
import { freePort } from '../support/free-port.ts';
import { Stage, token } from './stage.ts';

/** The protocol's modules as the build compiles them: here the sources run. */
const protocolDoor: Door = (router) => {
  for (const name of ['messages', 'close-codes'])
    router.get(`/protocol/${name}.js`, (ctx) => {
      ctx.respond = false;
      ctx.status = 200;
      readStatic(ctx.path, ctx.res);
    });
};

interface OpenOptions {
  /** Wrong tokens that one address may send in a minute. */
  tries?: number;
  accounts?: readonly OfficialAccount[];
  miniPrograms?: readonly Pick<MiniProgram, 'options' | 'health'>[];
  context?: BrowserContextOptions;
}

export class Dashboard {
  readonly stage: Stage;
  readonly page: Page;
  /** What no page of ours may have: errors that nobody caught, and breaches of the content security policy. */
  readonly faults: string[] = [];

  constructor(stage: Stage, page: Page) {
    this.stage = stage;
    this.page = page;
    page.setDefaultTimeout(8000);
    page.on('pageerror', (error) => this.faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.faults.push(message.text());
    });
  }

  async signIn(path = '/ops', given = token): Promise<void> {
    await this.page.goto(this.stage.url + path);
    await this.page.locator('#token').fill(given);
    await this.page.keyboard.press('Enter');
    await this.page.locator('[data-link="live"]').waitFor();
  }

  row(sceneId: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByTitle(sceneId) });
  }

  get drawer(): Locator {
    return this.page.getByRole('dialog');
  }

  /** What stands in the address behind the path. */
  get search(): string {
    return new URL(this.page.url()).search;
  }

  /** What has the keyboard: its id, else its text. */
  focused(): Promise<string> {
    return this.page.evaluate<string>(
      'document.activeElement.id || document.activeElement.title || document.activeElement.textContent',
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await this.stage.close();
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
  }
}

/** For the tests of one `describe`: what it returns opens a dashboard, which ends with the test. */
export function useDashboard(): (options?: OpenOptions) => Promise<Dashboard> {
  const newPage = useChromium();
  let open: Dashboard[] = [];
  afterEach(async () => {
    const ending = open.map((dashboard) => dashboard.close());
    open = [];
    await Promise.all(ending);
  });
  return async ({ tries = 3, context = { locale: 'en-US' }, ...known } = {}) => {
    const port = await freePort();
    const moreDoors = [protocolDoor, staticDoor(['ops', 'login'])];
    const publicUrl = `http://127.0.0.1:${port}`;
    const stage = await new Stage({ clock: systemClock, publicUrl, tries, moreDoors, ...known }).listen(port);
    const dashboard = new Dashboard(stage, await newPage(context));
    open.push(dashboard);
    return dashboard;
  };
}
