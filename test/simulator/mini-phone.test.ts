import { EventEmitter, once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { isOver, startMiniWorld, startServer } from './mini-support.ts';
import type { Asked } from './mini-support.ts';

type Answering = Parameters<typeof startServer>[0];

async function startBoth(answer?: Answering) {
  const server = await startServer(answer);
  const world = await startMiniWorld({ miniProgram: { serverUrl: server.url } });
  await world.createMiniCode('scene-1');
  const scan = () => world.act('/scan', { person: 'robin', scene: 'scene-1' });
  return { ...world, server, scan };
}

const steps = (asked: Asked[]) => asked.map(({ method, path, session }) => [method, path, session]);
const happened = (screen: { events: { event: string }[] } | undefined) =>
  screen?.events.map(({ event }) => event);

test('a scan opens it: it signs in, tells its server, and asks the person', async () => {
  const { scan, server } = await startBoth();
  const { outcome, screen, deliveries } = await scan();
  expect([outcome, deliveries]).toEqual(['mini_program', []]);
  expect(screen).toMatchObject({
    scene: 'scene-1',
    step: 'ask',
    busy: false,
    trouble: null,
    ask: { site: 'The <b>Shop</b>', browser: 'Chrome, Windows', address: '203.0.113.7' },
  });
  expect(steps(server.asked)).toEqual([
    ['POST', '/login', undefined],
    ['POST', '/scenes/scene-1/scan', 'session-1'],
  ]);
  expect(server.asked[0]?.body).toEqual({ code: expect.stringMatching(/^0[\w-]{31}$/) });
});

test('nobody has to follow for it, and it opens as others hold the phone', async () => {
  const { act, person } = await startBoth();
  expect(await act('/scan', { person: 'ama', newest: true })).toMatchObject({ outcome: 'mini_program' });
  const { mini } = (await person('ama')) as unknown as { mini: object };
  expect(mini).toMatchObject({ step: 'ask' });
  expect(await person('robin')).toMatchObject({ mini: null });
});

test.each(['accept', 'decline'])('the answer %s goes to the handle, with the session', async (answer) => {
  const state = answer === 'accept' ? 'confirmed' : 'denied';
  const { scan, screen, server } = await startBoth(({ path }) =>
    path.startsWith('/approvals/') ? { body: { state } } : undefined,
  );
  await scan();
  expect(await screen('/answer', { answer })).toMatchObject({ step: state, trouble: null });
  expect(server.asked.at(-1)).toEqual({
    method: 'POST',
    path: '/approvals/handle%2F1',
    session: 'session-1',
    body: { answer },
  });
});

describe('a session that is over', () => {
  test('is begun anew, and the data are made anew, with the key that stands by then', async () => {
    let over = true;
    const { scan, screen, mini, server } = await startBoth(({ path, session }) =>
      path === '/profile' && over && session === 'session-1' ? isOver : undefined,
    );
    await scan();
    await mini('/replace-session-key');
    const after = await screen('/profile');
    expect(after).toMatchObject({ profile: { nickName: '微信用户' }, trouble: null, step: 'ask' });
    expect(happened(after)).toEqual([
      'signed_in',
      'key_replaced',
      'session_over',
      'signed_in_again',
      'profile_read',
    ]);
    expect(steps(server.asked.slice(2))).toEqual([
      ['POST', '/profile', 'session-1'],
      ['POST', '/login', undefined],
      ['POST', '/profile', 'session-2'],
    ]);
    over = false;
    expect(await screen('/profile')).toMatchObject({ trouble: null });
    expect(server.asked).toHaveLength(6);
  });

  test('once: a server that says so again is believed', async () => {
    const { scan, server } = await startBoth(({ path }) => (path.endsWith('/scan') ? isOver : undefined));
    const { screen } = await scan();
    expect(screen).toMatchObject({ step: 'failed', trouble: { code: 'session_expired' } });
    expect(server.asked).toHaveLength(4);
  });

  test('any other 401 is not one', async () => {
    const refused = { status: 401, body: { error: 'unauthorized', message: 'No.' } };
    const { scan, server } = await startBoth(({ path }) => (path.endsWith('/scan') ? refused : undefined));
    expect((await scan()).screen).toMatchObject({
      step: 'failed',
      trouble: { code: 'unauthorized', message: 'No.' },
    });
    expect(server.asked).toHaveLength(2);
  });
});

const refuse = (status: number, error: string) => ({ status, body: { error, message: 'So it is.' } });

describe('trouble', () => {
  test.each([
    ['a scene that is gone', '/scan', refuse(404, 'scene_not_found'), 'scene_not_found'],
    ['a login that is refused', '/login', refuse(403, 'person_refused'), 'person_refused'],
    ['a page in place of JSON', '/scan', { status: 502, body: '<html>' }, 'bad_answer'],
    ['JSON of another shape', '/scan', { body: { handle: 1 } }, 'bad_answer'],
    ['a redirect', '/login', { status: 302 }, 'bad_answer'],
  ])('%s', async (_name, path, answer, code) => {
    const { scan } = await startBoth((asked) => (asked.path.endsWith(path) ? answer : undefined));
    expect((await scan()).screen).toMatchObject({ step: 'failed', busy: false, trouble: { code } });
  });

  test('a server that is away: the person can answer again', async () => {
    let away = true;
    const { scan, screen } = await startBoth(({ path }) =>
      path.startsWith('/approvals/') && away ? refuse(503, 'store_unavailable') : undefined,
    );
    await scan();
    expect(await screen('/answer', { answer: 'accept' })).toMatchObject({
      step: 'ask',
      trouble: { code: 'store_unavailable' },
    });
    away = false;
    expect(await screen('/answer', { answer: 'accept' })).toMatchObject({ step: 'confirmed', trouble: null });
  });

  test('an answer that came too late ends the question', async () => {
    const { scan, screen, mini } = await startBoth(({ path }) =>
      path.startsWith('/approvals/') ? refuse(409, 'approval_used') : undefined,
    );
    await scan();
    expect(await screen('/answer', { answer: 'accept' })).toMatchObject({ step: 'failed' });
    expect(await mini('/answer', { answer: 'accept' })).toMatchObject({
      status: 409,
      body: { error: 'nothing_asked' },
    });
  });

  test('no server at all', async () => {
    const serverUrl = `http://127.0.0.1:${await freePort()}/miniprogram/mini`;
    const { act, createMiniCode } = await startMiniWorld({ miniProgram: { serverUrl } });
    await createMiniCode('scene-1');
    const { screen } = await act('/scan', { person: 'robin', newest: true });
    expect(screen?.trouble).toEqual({ code: 'no_answer', message: 'connection refused' });
  });
});

test('without a code it shows that the session stands; signed out, it signs in when it has to', async () => {
  const { screen, server } = await startBoth();
  expect(await screen('/open')).toMatchObject({
    scene: null,
    step: 'home',
    sessionEndsAt: expect.any(Number),
  });
  expect(await screen('/sign-out')).toMatchObject({ step: 'signed_out', sessionEndsAt: null });
  expect(happened(await screen('/profile'))).toEqual([
    'signed_in',
    'signed_out',
    'signed_in',
    'profile_read',
  ]);
  expect(steps(server.asked)).toEqual([
    ['POST', '/login', undefined],
    ['GET', '/session', 'session-1'],
    ['POST', '/logout', 'session-1'],
    ['POST', '/login', undefined],
    ['POST', '/profile', 'session-2'],
  ]);
});

test('closed, it does nothing more, and keeps its session', async () => {
  const { mini, scan, server } = await startBoth();
  await scan();
  expect((await mini('/close')).status).toBe(204);
  expect(await mini('/profile')).toMatchObject({ status: 409, body: { error: 'not_open' } });
  await scan();
  expect(server.asked.filter(({ path }) => path === '/login')).toHaveLength(1);
});

test('what it asked is to be seen, sessions cut short', async () => {
  const { api, scan } = await startBoth(({ path }) =>
    path === '/login' ? { body: { session: 'x'.repeat(43), expiresAt: Date.now() } } : undefined,
  );
  await scan();
  const text = await (await api('/state')).text();
  expect(text).not.toContain('xxxxxxx');
  expect((JSON.parse(text) as { miniCalls: object[] }).miniCalls).toEqual([
    expect.objectContaining({ method: 'POST', session: null, status: 200, error: null }),
    expect.objectContaining({ session: 'xxxxxx…', body: '', status: 200 }),
  ]);
  await api('/history', { method: 'DELETE' });
  expect(await (await api('/state')).json()).toMatchObject({ miniCalls: [] });
});

test('what it is told while it waits for its server is done afterwards, if it is not too much', async () => {
  const gate = new EventEmitter();
  const held = once(gate, 'open').then(() => undefined);
  const { mini, person, scan, server } = await startBoth(({ path }) =>
    path === '/login' ? held : undefined,
  );
  const scanned = scan();
  await expect.poll(() => server.asked.length).toBe(1);
  expect(await person('robin')).toMatchObject({ mini: { busy: true, step: 'opening' } });
  const said: { error?: string; step?: string }[] = [];
  const answer = async (): Promise<void> => {
    said.push((await mini('/answer', { answer: 'accept' })).body as object);
  };
  const answers = Array.from({ length: 10 }, answer);
  const refused = { error: 'busy', message: expect.any(String) as string };
  await expect.poll(() => said).toEqual(Array.from({ length: 6 }, () => refused));
  gate.emit('open');
  expect((await scanned).outcome).toBe('mini_program');
  await Promise.all(answers);
  expect(said.filter(({ step }) => step === 'confirmed')).toHaveLength(1);
  expect(said.filter(({ error }) => error === 'nothing_asked')).toHaveLength(3);
  expect(await person('robin')).toMatchObject({ mini: { busy: false, step: 'confirmed' } });
});
