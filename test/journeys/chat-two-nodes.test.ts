import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { BalancedNodes } from '../support/balanced-nodes.ts';
import { launchChromium, readQr } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { noChromium, noRedis } from '../support/needs.ts';

const server = fileURLToPath(new URL('../../examples/chat/server.js', import.meta.url));
const secret = 'canary-chat-secret-0123456789';
const sides = ['left', 'right'] as const;
type Side = (typeof sides)[number];

describe.skipIf(noChromium || noRedis)('the example chat, before two nodes of the shipped program', () => {
  let chromium: Browser;
  let saoma: BalancedNodes;
  let chatUrl: string;
  let people: BrowserContext;

  beforeAll(async () => {
    chromium = await launchChromium();
  });
  afterAll(() => chromium.close());

  /** Gone again when the test is over: the chat as its developer runs it, and its two people signed in by a scan each. */
  async function open(messaging: object): Promise<void> {
    chatUrl = `http://localhost:${await freePort()}`;
    const site = {
      id: 'chat',
      name: 'The Chat',
      secret,
      account: 'main',
      origins: [chatUrl],
      redirectUris: [`${chatUrl}/callback`],
      messaging: { peers: true },
    };
    saoma = await BalancedNodes.start(2, { sites: [site], messaging });
    onTestFinished(() => expectCleanEnd(saoma));
    const env = { SAOMA_URL: saoma.url, CHAT_URL: chatUrl, SITE_ID: 'chat', SITE_SECRET: secret };
    const chat = spawn(process.execPath, [server], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void chat.kill());
    await once(chat.stdout, 'data');
    people = await chromium.newContext({ locale: 'en-US' });
    onTestFinished(() => people.close());
    people.setDefaultTimeout(15_000);
    await signIn();
  }

  async function signIn(): Promise<void> {
    const page = await people.newPage();
    await page.goto(chatUrl);
    for (const side of sides) {
      await page.locator(`#${side}`).getByRole('link', { name: 'Sign in with WeChat' }).click();
      await saoma.phone.scan(await saoma.phone.person(true), await readQr(page));
      await page.locator(`#${side}[data-state="open"]`).waitFor();
    }
    await page.close();
  }

  /** A window of one of them, whose socket is at this node. */
  async function sitDown(side: Side, node: number): Promise<Page> {
    saoma.prefer(node);
    const page = await people.newPage();
    await page.goto(`${chatUrl}/?side=${side}`);
    await page.locator(`#${side}[data-state="open"]`).waitFor();
    return page;
  }

  /** How many sockets each node has, as its metrics tell. */
  const sockets = () => Promise.all([saoma.messageSocketsAt(0), saoma.messageSocketsAt(1)]);

  /** They talk, one at each node; then the right one closes the page, and the left one writes four messages. */
  async function talkAndLeave(): Promise<Page> {
    const [left, right] = [await sitDown('left', 0), await sitDown('right', 1)];
    await soon(sockets).toEqual([1, 1]);
    await write(left, 'hello');
    await soon(read(right)).toEqual(['hello']);
    await write(right, 'good day');
    await soon(read(left)).toEqual(['good day']);
    await soon(outcomes(left)).toEqual([expect.stringContaining('Delivered')]);
    await left.getByText(/is online$/).waitFor();
    await right.close();
    await left.getByText('is offline').waitFor();
    await soon(sockets).toEqual([1, 0]);
    for (const text of ['one', 'two', 'three', 'four']) await write(left, text);
    return left;
  }

  const kept = expect.stringMatching(/^Kept until they are back · /) as string;

  test('one goes away, the fourth message is refused, three wait for whoever comes back by the other node', async () => {
    await open({ inboxPerSender: 3 });
    const left = await talkAndLeave();
    const full = expect.stringContaining('Not sent: their mailbox is full') as string;
    await soon(outcomesSince(left)).toEqual([kept, kept, kept, full]);
    const right = await sitDown('right', 0);
    await soon(read(right)).toEqual(['one', 'two', 'three']);
    await soon(sockets).toEqual([2, 0]);
    await write(left, 'live');
    await soon(read(right)).toEqual(['one', 'two', 'three', 'live']);
    await left.getByRole('button', { name: 'Send again' }).click();
    await soon(read(right)).toEqual(['one', 'two', 'three', 'live', 'four']);
    await write(right, 'I am back');
    await soon(read(left)).toEqual(['good day', 'I am back']);
    const delivered = expect.stringContaining('Delivered') as string;
    await soon(outcomesSince(left)).toEqual([kept, kept, kept, delivered, delivered]);
  });

  test('what is beyond is dropped where the site wants it, and the writer reads it', async () => {
    await open({ inboxPerSender: 3, beyondPerSender: 'drop' });
    const left = await talkAndLeave();
    const dropped = expect.stringContaining('Not kept: their mailbox is full') as string;
    await soon(outcomesSince(left)).toEqual([kept, kept, kept, dropped]);
    const right = await sitDown('right', 1);
    await soon(sockets).toEqual([1, 1]);
    await write(left, 'live');
    await soon(read(right)).toEqual(['one', 'two', 'three', 'live']);
  });
});

/** A page takes its time. */
function soon<T>(look: () => Promise<T>) {
  return expect.poll(look, { timeout: 10_000 });
}

async function write(page: Page, text: string): Promise<void> {
  const input = page.getByRole('textbox', { name: 'Write a message' });
  await input.fill(text);
  await input.press('Enter');
}

/** What came from the other one, in the order of the page. */
function read(page: Page): () => Promise<string[]> {
  return () => page.locator('.theirs .bubble').allInnerTexts();
}

/** What the page says under each message that was written there. */
function outcomes(page: Page): () => Promise<string[]> {
  return () => page.locator('.mine .below').allInnerTexts();
}

/** Of those after the first one. */
function outcomesSince(page: Page): () => Promise<string[]> {
  return async () => (await outcomes(page)()).slice(1);
}

/** Nothing went wrong in there that nobody noticed. */
async function expectCleanEnd(saoma: BalancedNodes): Promise<void> {
  expect(await saoma.stop()).toEqual([0, 0]);
  for (const node of saoma.nodes) expect(node.output()).not.toMatch(/"level":(50|60)/);
}
