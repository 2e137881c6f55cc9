import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import type { NewEntry } from '../../src/ops/audit.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Stage, viewToken } from './stage.ts';

const path = '/ops/api/audit/export';
const headers = { authorization: `Bearer ${viewToken}` };
const { exported, exportWithin, exportPortion } = settings.audit;

const timeout = 5_000;

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  stage = await new Stage({ clock }).listen();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
});

const kinds = ['webhook_forged', 'exchange_refused', 'second_scanner'] as const;

/** More than may be in one file; together more than a connection holds that nobody reads. */
async function fill(): Promise<void> {
  const detail = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`fact${i}`, 'x'.repeat(400)]));
  const entries = Array.from({ length: exported + 500 }, (_, i): NewEntry => {
    const nowhere = { site: null, account: null, sceneId: null, ip: null };
    return { at: clock.now(), kind: kinds[i % 3]!, actor: 'wechat', ...nowhere, detail };
  });
  await stage.trail.add({ id: 'many', entries });
}

/** One that asks, and does not read. */
async function askAndStare(): Promise<net.Socket> {
  const socket = net.connect(Number(new URL(stage.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: saoma.test\r\nAuthorization: Bearer ${viewToken}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

/** Of a file in which nothing is, unless it is said what. */
const statusNow = async (query = '?kind=started'): Promise<number> => {
  const answer = await stage.fetch(path + query, { headers });
  await answer.text();
  return answer.status;
};

test('is whole, says how long it is, and where to go on', async () => {
  await fill();
  const answer = await stage.fetch(path, { headers });
  const text = await answer.text();
  expect(text.split('\n')).toHaveLength(exported + 1);
  expect(answer.headers.get('content-length')).toBe(String(text.length));
  const cursor = answer.headers.get('x-next-cursor');
  const rest = await (await stage.fetch(`${path}?cursor=${cursor}`, { headers })).text();
  expect(rest.split('\n')).toHaveLength(500 + 1);
});

test('lets others have their turn between its portions', async () => {
  await fill();
  let turn = 0;
  const turns: number[] = [];
  const page = stage.trail.page.bind(stage.trail);
  vi.spyOn(stage.trail, 'page').mockImplementation((query) => {
    turns.push(turn);
    setImmediate(() => turn++);
    return page(query);
  });
  expect(await statusNow('')).toBe(200);
  expect(turns).toEqual(Array.from({ length: exported / exportPortion }, (_, i) => i));
});

test('of many at once there is one, and the others are told when to come', async () => {
  await fill();
  const answers = await Promise.all(Array.from({ length: 60 }, () => stage.fetch(path, { headers })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(refused).toHaveLength(59);
  expect(await refused[0]!.json()).toMatchObject({ error: 'export_under_way' });
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  await Promise.all(answers.filter(({ bodyUsed }) => !bodyUsed).map((answer) => answer.text()));
  await vi.waitFor(async () => expect(await statusNow()).toBe(200), { timeout });
});

test('that nobody reads is given up after a time, and another may come', async () => {
  await fill();
  const socket = await askAndStare();
  expect(await statusNow()).toBe(429);
  clock.advance(exportWithin - 1);
  expect(await statusNow()).toBe(429);
  clock.advance(1);
  expect(await statusNow()).toBe(200);
  socket.resume();
  await once(socket, 'close');
  expect(stage.lines.join('')).not.toContain('"unexpected"');
});

test('whose reader leaves makes room at once', async () => {
  await fill();
  const socket = await askAndStare();
  socket.destroy();
  await vi.waitFor(async () => expect(await statusNow()).toBe(200), { timeout });
});

test('that a store did not let come about makes room, too, and leaves no deadline behind', async () => {
  vi.spyOn(stage.trail, 'page').mockRejectedValueOnce(new AppError('store_unavailable'));
  const before = clock.alarms;
  expect(await statusNow()).toBe(503);
  expect(await statusNow()).toBe(200);
  await vi.waitFor(() => expect(clock.alarms).toBeLessThanOrEqual(before + 1));
});

test('what was asked wrongly takes no place', async () => {
  expect((await stage.fetch(`${path}?format=pdf`, { headers })).status).toBe(400);
  expect(await statusNow()).toBe(200);
});
