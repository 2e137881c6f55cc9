import { describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { miniAccount, speakMini } from '../channel/mini-stage.ts';
import { noRedis } from '../support/needs.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import { FakeWechat } from '../wechat/fake-wechat.ts';
import { MailSocket } from './mail-socket.ts';
import { come, posted, presence, somebody } from './stage.ts';

const site = (id: string, accounts: string[]) => ({
  id,
  secret: `canary-${id}-secret-0123456789`,
  accounts,
  origins: [`https://${id}.example`],
});
const sites = [site('shop', ['main', 'mini']), site('app', ['mini']), site('plain', ['main'])];
const another = { ...miniAccount, name: 'other', appId: 'wx1111111111111111' };

interface Given {
  nodes?: number;
  /** The accounts beside the official one. */
  accounts?: (typeof miniAccount)[];
}

/** On memory, or on so many nodes with a real Redis. */
async function open({ nodes = 0, accounts = [miniAccount] }: Given = {}): Promise<TestApp[]> {
  const wechat = await FakeWechat.start();
  speakMini(wechat);
  const furtherAccounts = accounts.map((account) => ({ ...account, apiUrl: wechat.url }));
  const fleet = nodes > 0 ? await startFleet(nodes, { sites, furtherAccounts }) : undefined;
  const apps = fleet?.nodes ?? [await startApp({ sites, furtherAccounts })];
  onTestFinished(async () => {
    await (fleet ?? apps[0]!).close();
    await wechat.stop();
  });
  return apps;
}

let logins = 0;

async function logIn({ url }: TestApp, openid: string, account = 'mini'): Promise<string> {
  const response = await call(url, account, 'login', {
    body: JSON.stringify({ code: `${openid}.${logins++}` }),
  });
  return ((await response.json()) as { session: string }).session;
}

async function logOut({ url }: TestApp, session: string, account = 'mini'): Promise<number> {
  return (await call(url, account, 'logout', { session })).status;
}

function call(
  url: string,
  account: string,
  what: string,
  { session, body }: { session?: string; body?: string },
): Promise<Response> {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(session && { authorization: `Bearer ${session}` }),
  };
  return fetch(`${url}/miniprogram/${account}/${what}`, { method: 'POST', headers, ...(body && { body }) });
}

async function greet(app: TestApp, hello: object): Promise<MailSocket> {
  const socket = await MailSocket.open(app.url, null);
  socket.send({ type: 'hello', ...hello });
  return socket;
}

describe('a mini program', () => {
  test('opens a socket with its session, as its user at the first site that names it', async () => {
    const [app] = (await open()) as [TestApp];
    const user = somebody();
    const token = await logIn(app, user);
    const socket = await greet(app, { token, account: 'mini' });
    await socket.first('welcome');
    await posted(app, { to: user, id: 'for-you' });
    await posted(app, { to: user, id: 'not-here' }, 'app');
    await socket.receive(1);
    expect(socket.ids).toEqual(['for-you']);
    expect(await presence(app, user, 'app')).toMatchObject({ online: false });
  });

  test('need not name itself where there is no other', async () => {
    const [app] = (await open()) as [TestApp];
    const socket = await greet(app, { token: await logIn(app, somebody()) });
    expect(await socket.first('welcome')).toMatchObject({ waiting: 0 });
  });

  test('may choose among the sites that name it', async () => {
    const [app] = (await open()) as [TestApp];
    const user = somebody();
    const socket = await greet(app, { token: await logIn(app, user), account: 'mini', site: 'app' });
    await socket.first('welcome');
    await posted(app, { to: user, id: 'here' }, 'app');
    await socket.receive(1);
    expect(socket.ids).toEqual(['here']);
  });

  test.each([
    { what: 'at a site that does not name it', hello: { account: 'mini', site: 'plain' } },
    { what: 'at a site that there is not', hello: { account: 'mini', site: 'nowhere' } },
    { what: 'as another mini program', hello: { account: 'other' } },
    { what: 'as what is no mini program', hello: { account: 'main' } },
    { what: 'as none of several', hello: {} },
    { what: 'as a name that every object has', hello: { account: 'constructor' } },
  ])('is not let in $what', async ({ hello }) => {
    const [app] = (await open({ accounts: [miniAccount, another] })) as [TestApp];
    const socket = await greet(app, { token: await logIn(app, somebody()), ...hello });
    expect(await socket.closed).toBe(4401);
  });

  test('is whoever the session is of, whatever else it says', async () => {
    const [app] = (await open()) as [TestApp];
    const [user, other] = [somebody(), somebody()];
    await (await greet(app, { token: await logIn(app, user), openid: other })).first('welcome');
    expect(await presence(app, user)).toMatchObject({ connections: 1 });
    expect(await presence(app, other)).toMatchObject({ connections: 0 });
  });
});

describe.each([
  { name: 'in memory', nodes: 0, skip: false },
  { name: 'on two nodes', nodes: 2, skip: noRedis },
])('a session that ends, $name,', ({ nodes, skip }) => {
  test.skipIf(skip)('closes its sockets at every node, and no others', async () => {
    const apps = await open({ nodes });
    const [near, far] = [apps[0]!, apps.at(-1)!];
    const user = somebody();
    const [ended, stays] = [await logIn(near, user), await logIn(far, user)];
    const sockets = await Promise.all([
      greet(near, { token: ended }),
      greet(far, { token: ended }),
      greet(far, { token: ended, site: 'app' }),
    ]);
    const other = await greet(near, { token: stays });
    const page = await come(near, user);
    await Promise.all([...sockets, other].map((socket) => socket.first('welcome')));
    expect(await logOut(near, ended)).toBe(204);
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([4401, 4401, 4401]);
    await posted(near, { to: user, id: 'on' });
    await Promise.all([other.receive(1), page.receive(1)]);
    const again = await greet(far, { token: ended });
    expect(await again.closed).toBe(4401);
    await expect.poll(() => presence(near, user)).toMatchObject({ connections: 2 });
  });

  test.skipIf(skip)('because its person began too many closes its sockets as well', async () => {
    const apps = await open({ nodes });
    const [near, far] = [apps[0]!, apps.at(-1)!];
    const user = somebody();
    const [oldest, next] = [await logIn(near, user), await logIn(far, user)];
    const first = await greet(far, { token: oldest });
    await first.first('welcome');
    // To hold a socket by it is no use of a session, to open one is.
    const other = await greet(far, { token: next });
    await other.first('welcome');
    for (let i = 2; i < settings.miniProgram.sessionsPerPerson; i++) await logIn(near, user);
    expect(first.raw.readyState).toBe(first.raw.OPEN);
    const newest = await logIn(near, user);
    expect(await first.closed).toBe(4401);
    expect(other.raw.readyState).toBe(other.raw.OPEN);
    await (await greet(far, { token: newest })).first('welcome');
    expect(await (await greet(near, { token: oldest })).closed).toBe(4401);
  });
});
