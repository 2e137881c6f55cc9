import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openChatStage, secret, sitDown, visitorOf } from './chat-stage.ts';
import type { ChatStage } from './chat-stage.ts';
import type { Visitor } from './visitor.ts';

interface Person {
  openid: string;
  nickname: string | null;
  token: string;
}
interface Seats {
  socketUrl: string;
  people: { left: Person | null; right: Person | null };
}

async function read<T>(visitor: Visitor, path: string): Promise<T> {
  return (await (await visitor.get(path)).json()) as T;
}

describe('sitting down', () => {
  test('nobody sits there at first', async () => {
    const stage = await openChatStage();
    const socketUrl = `${stage.app.url.replace('http', 'ws')}/ws/messages`;
    const nobody = { left: null, right: null };
    expect(await read(visitorOf(stage), 'seats')).toEqual({ socketUrl, people: nobody });
    expect(await read(visitorOf(stage), 'presence')).toEqual(nobody);
  });

  test('the login page is asked for with a state and a challenge, in the language of the page', async () => {
    const stage = await openChatStage();
    const answer = await visitorOf(stage).get('sign-in?seat=left&lang=zh');
    const login = new URL(answer.headers.get('location') ?? '');
    expect(login.origin + login.pathname).toBe(`${stage.app.url}/login`);
    expect(Object.fromEntries(login.searchParams)).toMatchObject({
      site: 'chat',
      lang: 'zh',
      redirect_uri: `${stage.url}/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  test('two people, by a scan each; their tokens open sockets', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    expect(await sitDown(stage, visitor, 'left', 'oAnn')).toBe('/?lang=en');
    await sitDown(stage, visitor, 'right', 'oBen');
    const { socketUrl, people } = await read<Seats>(visitor, 'seats');
    expect([people.left?.openid, people.right?.openid]).toEqual(['oAnn', 'oBen']);
    const { socket, code } = await hello(stage, { socketUrl, people }, 'left');
    expect(code).toBeUndefined();
    const { left, right } = await read<Record<'left' | 'right', { online: boolean }>>(visitor, 'presence');
    expect([left.online, right.online]).toEqual([true, false]);
    socket.terminate();
  });

  test('alone: whoever signed in on the page of one side comes back to it', async () => {
    const stage = await openChatStage();
    expect(await sitDown(stage, visitorOf(stage), 'right', 'oAnn', '&alone=1')).toBe('/?lang=en&side=right');
  });

  test('a session is of one browser', async () => {
    const stage = await openChatStage();
    await sitDown(stage, visitorOf(stage), 'left', 'oAnn');
    expect((await read<Seats>(visitorOf(stage), 'seats')).people.left).toBeNull();
  });

  test('a seat is left, the other is kept', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    await sitDown(stage, visitor, 'left', 'oAnn');
    await sitDown(stage, visitor, 'right', 'oBen');
    await visitor.post('sign-out?seat=left');
    expect((await read<Seats>(visitor, 'seats')).people).toMatchObject({
      left: null,
      right: { openid: 'oBen' },
    });
  });

  test('whoever leaves has no message token any more: their sockets close, and no other opens', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    await sitDown(stage, visitor, 'left', 'oAnn');
    await sitDown(stage, visitor, 'right', 'oBen');
    const seats = await read<Seats>(visitor, 'seats');
    const [left, right] = [await hello(stage, seats, 'left'), await hello(stage, seats, 'right')];
    const closed = once(left.socket, 'close');
    await visitor.post('sign-out?seat=left');
    expect((await closed)[0]).toBe(4401);
    expect(await hello(stage, seats, 'left')).toMatchObject({ code: 4401 });
    expect(right.socket.readyState).toBe(WebSocket.OPEN);
    right.socket.terminate();
  });

  test.each(['callback', 'callback?code=x&state=x'])('not by %s: it began in no browser', async (path) => {
    const stage = await openChatStage();
    const answer = await visitorOf(stage).get(path);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('did not begin in this browser');
  });

  test('not with a code that is no good', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    const login = await visitor.get('sign-in?seat=left');
    const state = new URL(login.headers.get('location') ?? '').searchParams.get('state');
    const answer = await visitor.get(`callback?code=x&state=${state}`);
    expect(await answer.text()).toContain('used before or has expired');
  });

  test.each([
    ['en', 'refused this site’s id or secret'],
    ['zh', '不认可此网站的 ID 或密钥'],
  ])('not with a secret that is none, and the page says it (%s)', async (language, says) => {
    const stage = await openChatStage({ shown: 'canary-not-the-secret' });
    const visitor = visitorOf(stage, language);
    const login = await visitor.get('sign-in?seat=left');
    const state = new URL(login.headers.get('location') ?? '').searchParams.get('state');
    const answer = await visitor.get(`callback?code=x&state=${state}`);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain(says);
  });
});

/** Until there is an answer: a socket that is welcome, or the code with which it was closed. */
async function hello({ url }: ChatStage, { socketUrl, people }: Seats, seat: 'left' | 'right') {
  const socket = new WebSocket(socketUrl, { origin: new URL(url).origin });
  await once(socket, 'open');
  const closed = once(socket, 'close').then(([code]) => code as number);
  socket.send(JSON.stringify({ type: 'hello', token: people[seat]?.token }));
  const welcome = once(socket, 'message').then(() => undefined);
  return { socket, code: await Promise.race([closed, welcome]) };
}

describe('the site speaks', () => {
  test('to everybody who is online, for whoever sits there', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    await sitDown(stage, visitor, 'left', 'oAnn');
    const headers = { cookie: `chat=${visitor.cookies.get('chat')}` };
    const post = (body: string, more = headers): Promise<Response> =>
      fetch(`${stage.url}/announce`, { method: 'POST', body, headers: more });
    expect((await post('hello')).status).toBe(202);
    expect((await post(' ')).status).toBe(400);
    expect((await post('x'.repeat(3_000))).status).toBe(400);
    expect((await post('hello', { cookie: '' })).status).toBe(403);
  });
});

describe('the page', () => {
  test('runs no script but its own, and no other site may frame it', async () => {
    const stage = await openChatStage();
    const { headers } = await visitorOf(stage).get('');
    const sockets = stage.app.url.replace('http', 'ws');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${sockets}; ` +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    { language: 'zh-CN', query: '', says: '两人聊天' },
    { language: 'en', query: '', says: 'A chat of two' },
    { language: 'en', query: '?lang=zh', says: '两人聊天' },
  ])('speaks $language $query', async ({ language, query, says }) => {
    const stage = await openChatStage();
    expect(await (await visitorOf(stage, language).get(query)).text()).toContain(says);
  });

  test.each([
    'public/../chat.js',
    'public/%2e%2e/chat.js',
    'public/nothing.js',
    'chat.js',
    '__proto__',
    '../etc/passwd',
  ])('there is no %s', async (path) => {
    const stage = await openChatStage();
    expect((await visitorOf(stage).get(path)).status).toBe(404);
  });

  test('no answer holds the secret of the site', async () => {
    const stage = await openChatStage();
    const visitor = visitorOf(stage);
    await sitDown(stage, visitor, 'left', 'oAnn');
    for (const path of ['', 'seats', 'presence', 'public/main.js'])
      expect(await (await visitor.get(path)).text()).not.toContain(secret);
  });

  test('lives below a path too, and its cookies with it', async () => {
    const stage = await openChatStage({ path: '/chat' });
    const visitor = visitorOf(stage);
    expect(await sitDown(stage, visitor, 'left', 'oAnn')).toBe('/chat/?lang=en');
    expect((await read<Seats>(visitor, 'seats')).people.left?.openid).toBe('oAnn');
    expect((await visitor.get(stage.url)).headers.get('location')).toBe('/chat/');
    expect((await visitor.get('/elsewhere')).status).toBe(404);
    expect((await visitor.get('public/main.js')).headers.get('content-type')).toContain('text/javascript');
  });
});
