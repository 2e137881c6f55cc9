import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import type { ErrorCode } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { createSaoma } from '../clients/saoma.ts';
import { openStage } from '../clients/stage.ts';
import type { Phone, Stage } from '../clients/stage.ts';
import { load } from '../config/given.ts';
import type { Json } from '../config/given.ts';
import { every, read } from './pages.ts';

const english = read('docs/mini-program.md');
const chinese = read('docs/mini-program.zh-CN.md');

const day = 24 * 60 * 60_000;
const { miniProgram } = settings;

describe.each([
  { language: 'English', page: english },
  { language: 'Chinese', page: chinese },
])('the page on mini programs in $language', ({ page }) => {
  const blocks = every(page, /^```json\n([\s\S]*?)^```$/gm).map((block) => JSON.parse(block) as Json);

  test('shows a configuration that Saoma takes', () => {
    const config = load(blocks[0]!);
    expect(config.accounts.map(({ kind }) => kind)).toEqual(['official-account', 'mini-program']);
    expect(config.sites[0]).toMatchObject({ account: 'main', accounts: ['main', 'mini'] });
  });

  test('names each error by the status that it has', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    expect(rows.length).toBeGreaterThan(15);
    for (const [, code, status] of rows)
      expect([code, String(new AppError(code as ErrorCode).status)]).toEqual([code, status]);
  });

  test('tells the figures that hold', () => {
    expect(miniProgram).toMatchObject({
      sessionIdle: 7 * day,
      sessionTtl: 30 * day,
      dataAge: 300_000,
      profileBytes: 65_536,
    });
    expect(blocks[1]).toMatchObject({ expiresIn: miniProgram.sessionIdle / 1000 });
    const limits = [...page.matchAll(/^\| [^`|]+ \| [^`|\d]*(\d+)[^|]*\|$/gm)].map(([, figure]) =>
      Number(figure),
    );
    const { refusedCodes, sessionsEach, sessionsPerPerson, keyChecks } = miniProgram;
    expect(limits).toEqual([refusedCodes, sessionsEach, sessionsPerPerson, keyChecks]);
  });
});

test('both languages say the same of the same calls and errors', () => {
  for (const what of [/^### (.*)$/gm, /^\| `(\w+)` \| \d/gm])
    expect(every(chinese, what)).toEqual(every(english, what));
});

describe('the page of the sample', () => {
  test('shows who asks, and logs in', async () => {
    const { app, phone } = await openStage();
    const page = opened(app, await phone());
    const scene = await app.browser().open('shop', { account: 'mini' });
    await page.onLoad({ scene: encodeURIComponent(scene.sceneId) });
    expect(page.data.scan).toMatchObject({ site: { name: 'The Shop' }, browser: { userAgent: 'node' } });
    await Promise.all([page.confirm(), page.confirm()]);
    expect(page.data).toEqual({ scan: null, said: 'Done: back to your browser.' });
  });

  test('declines', async () => {
    const { app, phone } = await openStage();
    const page = opened(app, await phone());
    const { sceneId } = await app.browser().open('shop', { account: 'mini' });
    await page.onLoad({ scene: sceneId });
    await page.decline();
    expect(page.data).toEqual({ scan: null, said: 'Nobody was logged in.' });
  });

  test('opened without a code says so, and answers nothing', async () => {
    const { app, phone } = await openStage();
    const page = opened(app, await phone());
    await page.onLoad({});
    await page.confirm();
    expect(page.data).toEqual({ scan: null, said: expect.stringContaining('no longer good') as string });
  });

  test('says that somebody else was first, and that a code is over', async () => {
    const { app, phone } = await openStage();
    const [first, second] = [opened(app, await phone()), opened(app, await phone())];
    const scene = await app.browser().open('shop', { account: 'mini' });
    for (const page of [first, second]) await page.onLoad({ scene: scene.sceneId });
    expect(second.data).toEqual({ scan: null, said: 'Somebody else has scanned this code.' });
    const socket = await app.browser().attach(scene);
    await socket.reach('scanned');
    socket.send({ type: 'cancel' });
    await socket.reach('cancelled');
    await first.confirm();
    expect(first.data.said).toContain('no longer good');
  });

  test('asks again when there was no answer', async () => {
    const { app, phone } = await openStage();
    const person = await phone();
    const page = opened(app, person);
    const { sceneId } = await app.browser().open('shop', { account: 'mini' });
    await page.onLoad({ scene: sceneId });
    person.wx.online = false;
    await page.confirm();
    expect(page.data).toMatchObject({
      scan: { site: { id: 'shop' } },
      said: expect.stringContaining('again'),
    });
    person.wx.online = true;
    await page.confirm();
    expect(page.data.said).toContain('Done');
  });
});

interface SamplePage {
  data: { scan: object | null; said: string };
  onLoad(launch: object): Promise<void>;
  confirm(): Promise<void>;
  decline(): Promise<void>;
  setData(change: object): void;
}

/** The mini program of the sample, with that page open, on somebody's phone. */
function opened({ url }: Stage['app'], { wx }: Phone): SamplePage {
  const [ofApp = '', ofPage = ''] = every(english, /^```js\n([\s\S]*?)^```$/gm);
  let running: object | undefined;
  let page: SamplePage | undefined;
  const context = {
    require: () => ({
      createSaoma: (given: { account: string }) => createSaoma({ ...given, baseUrl: url, wx }),
    }),
    App: (app: object) => void (running = app),
    getApp: () => running,
    Page: (given: SamplePage) => void (page = { ...given, setData }),
  };
  vm.runInNewContext(ofApp, context);
  vm.runInNewContext(ofPage, context);
  return page!;
}

/** As a page of a mini program does it. */
function setData(this: SamplePage, change: object): void {
  Object.assign(this.data, change);
}
