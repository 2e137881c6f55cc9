import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { NodeRow } from '../../src/ops/overview.ts';
import type { Row } from '../../src/ops/row.ts';
import { noRedis } from '../support/needs.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';
import { ann, cookieOf, operators, scan, SignInPage, wrong } from './sign-in-page.ts';

const token = 'canary-ops-token-0123456789abcdef';

async function signIn({ url }: TestApp): Promise<string> {
  const headers = { 'content-type': 'application/json', origin: url };
  const body = JSON.stringify({ token });
  const answer = await fetch(`${url}/ops/session`, { method: 'POST', headers, body });
  expect(answer.status).toBe(204);
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

/** What another node's browser would send: one host, whichever port. */
function cookieAt({ url }: TestApp, cookie: string): string {
  return cookie.replace(/^saoma_ops_\d+/, `saoma_ops_${new URL(url).port}`);
}

async function api<T>({ url }: TestApp, path: string): Promise<T> {
  const answer = await fetch(`${url}/ops/api/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as T;
}

describe.skipIf(noRedis)('the dashboard of two nodes on one Redis', () => {
  let fleet: Fleet;
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    fleet = await startFleet(2, { config: { ops: { token, operators } } });
    [one, other] = fleet.nodes as [TestApp, TestApp];
  });
  afterAll(() => fleet.close());

  test('signed in at one node is signed in at the other; signed out there ends the socket here within 2 s', async () => {
    const cookie = await signIn(one);
    const headers = { cookie: cookieAt(other, cookie), origin: other.url };
    expect((await fetch(`${other.url}/ops/api/overview`, { headers })).status).toBe(200);

    const socket = new WebSocket(`${one.url.replace('http', 'ws')}/ws/ops`, {
      headers: { cookie },
      origin: one.url,
    });
    await once(socket, 'message');
    const begun = performance.now();
    expect((await fetch(`${other.url}/ops/session`, { method: 'DELETE', headers })).status).toBe(204);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4401);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect((await fetch(`${one.url}/ops/api/overview`, { headers: { cookie } })).status).toBe(401);
  });

  test('a scan that one node hears of signs in at the other', async () => {
    const [here, there] = [new SignInPage(one.url), new SignInPage(other.url)];
    const { code, number } = await scan(other, ann.openid, await here.show());
    const cookie = cookieOf(await there.signIn(code, number));
    expect((await there.ask('/ops/session', cookie)).status).toBe(200);
    const session = await here.ask('/ops/session', cookieAt(one, cookie));
    expect(await session.json()).toMatchObject({ role: 'operate', name: 'Ann' });
    expect((await here.signIn(code, number)).status).toBe(401);
  });

  test('wrong numbers are counted over both', async () => {
    const [here, there] = [new SignInPage(one.url), new SignInPage(other.url)];
    const shown = await here.show();
    const { code, number } = await scan(one, ann.openid, shown);
    for (const node of [here, there, here]) expect((await node.signIn(code, wrong(number))).status).toBe(401);
    await shown.socket.reach('cancelled');
    expect((await there.signIn(code, number)).status).toBe(401);
  });

  test('each lists both nodes, and a scene is connected whichever holds its socket', async () => {
    const scene = await one.browser().open('shop');
    await (await other.browser().attach(scene)).reach('pending');
    for (const node of [one, other]) {
      const { nodes } = await api<{ nodes: NodeRow[] }>(node, 'overview');
      expect(nodes).toHaveLength(2);
      const { scenes } = await api<{ scenes: Row[] }>(node, 'scenes');
      const row = scenes.find(({ sceneId }) => sceneId === scene.sceneId);
      expect(row?.connected).toBe(true);
      expect(nodes.map((each) => each.node)).toContain(row?.node);
    }
  });
});
