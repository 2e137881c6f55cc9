import { describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { appOfTest } from '../site/support.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime } from '../support/pass-time.ts';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';
import { MailSocket } from './mail-socket.ts';
import { come, posted, somebody, tokenFor } from './stage.ts';

const path = '/ws/messages';
const day = 24 * 60 * 60_000;

describe('the upgrade', () => {
  test.each([
    { who: 'a page of a site', origin: 'https://shop.example', status: 101 },
    { who: 'our own page', origin: 'own', status: 101 },
    { who: 'what is no page', origin: '', status: 101 },
    { who: 'a page of no site', origin: 'https://evil.example', status: 403 },
    { who: 'a page that hides where it is from', origin: 'null', status: 403 },
  ])('$who: $status', async ({ origin, status }) => {
    const app = await appOfTest();
    const connection = await RawConnection.open(app.url, true);
    const request = upgradeRequest(path, origin === 'own' ? app.url : origin);
    connection.send(origin === '' ? request.replace(/^Origin:.*\r\n/im, '') : request);
    expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(status);
  });

  test('at the login socket nobody comes without an origin', async () => {
    const app = await appOfTest();
    const connection = await RawConnection.open(app.url, true);
    const request = upgradeRequest(`/ws/scenes/${'A'.repeat(22)}`, 'x').replace(/^Origin:.*\r\n/im, '');
    connection.send(request);
    expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(403);
  });
});

describe('a socket that says', () => {
  test.each([
    { what: 'nothing that can be read', frame: 'hello', code: 'badMessage' },
    {
      what: 'something else first',
      frame: '{"type":"send","to":"oBob","body":1,"id":"1"}',
      code: 'badMessage',
    },
    { what: 'an acknowledgement first', frame: '{"type":"ack","id":"1"}', code: 'badMessage' },
    { what: 'hello without a token', frame: '{"type":"hello"}', code: 'badMessage' },
    { what: 'hello with a token of nobody', frame: '{"type":"hello","token":"shop.x"}', code: 'sceneGone' },
    {
      what: 'hello with a session of nobody',
      frame: `{"type":"hello","token":"${'A'.repeat(43)}"}`,
      code: 'sceneGone',
    },
    { what: 'more than 4 KiB', frame: `{"type":"hello","token":"${'A'.repeat(4096)}"}`, code: 'tooBig' },
  ] as const)('$what is closed: $code', async ({ frame, code }) => {
    const app = await appOfTest();
    const socket = await MailSocket.open(app.url);
    socket.raw.send(frame);
    expect(await socket.closed).toBe(closeCodes[code].code);
    expect(socket.frames).toEqual([]);
  });

  test('something binary is closed', async () => {
    const app = await appOfTest();
    const socket = await MailSocket.open(app.url);
    socket.raw.send(Buffer.from('{}'));
    expect(await socket.closed).toBe(1003);
  });

  test('hello twice is closed', async () => {
    const app = await appOfTest();
    const socket = await come(app, 'oAlice');
    socket.send({ type: 'hello', token: tokenFor(app, 'oAlice') });
    expect(await socket.closed).toBe(1008);
  });

  test('nothing within five seconds is closed', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ clock });
    const socket = await MailSocket.open(app.url);
    clock.advance(4_900);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    clock.advance(300);
    expect(await socket.closed).toBe(4408);
  });

  test('more than 20 things in ten seconds is closed', async () => {
    const app = await appOfTest();
    const socket = await come(app, somebody());
    for (let n = 0; n < 20; n++) socket.send({ type: 'send', to: 'oBob', body: n, id: String(n) });
    expect(await socket.closed).toBe(4429);
  });
});

describe('a token', () => {
  test('is for its site only, whatever page shows it', async () => {
    const app = await appOfTest();
    for (const [token, origin, more] of [
      [tokenFor(app, 'oAlice', 'bank'), 'https://shop.example', {}],
      [tokenFor(app, 'oAlice', 'shop'), 'https://bank.example', {}],
      [tokenFor(app, 'oAlice', 'shop'), 'https://shop.example', { site: 'bank' }],
      [tokenFor(app, 'oAlice', 'shop'), 'https://shop.example', { account: 'main' }],
      [tokenFor(app, 'oAlice', 'shop').replace(/^shop/, 'bank'), 'https://bank.example', {}],
    ] as const) {
      const socket = await MailSocket.open(app.url, origin);
      socket.send({ type: 'hello', token, ...more });
      expect(await socket.closed).toBe(4401);
    }
  });

  test('says who it is, whatever else the hello says', async () => {
    const app = await appOfTest();
    const socket = await MailSocket.open(app.url, null);
    await socket.hello(tokenFor(app, 'oAlice'), { openid: 'oBob', from: 'oBob', site: 'shop' });
    expect((await posted(app, { to: 'oBob' })).status).toBe('queued');
    expect((await posted(app, { to: 'oAlice' })).status).toBe('delivered');
    await socket.receive(1);
  });

  test('is over a day after its login, and so is the socket', async () => {
    const clock = new FakeClock();
    const app = await appOfTest({ clock });
    const token = tokenFor(app, 'oAlice', 'shop', clock.now());
    clock.advance(day - 60_000);
    const socket = await (await MailSocket.open(app.url)).hello(token);
    await passTime(clock, 59_000, socket);
    expect(socket.raw.readyState).toBe(socket.raw.OPEN);
    clock.advance(2_000);
    expect(await socket.closed).toBe(4401);
    const late = await MailSocket.open(app.url);
    late.send({ type: 'hello', token });
    expect(await late.closed).toBe(4401);
  });

  test('that is tried too often and wrong gets another answer, and a right one still passes', async () => {
    const app = await appOfTest({ config: { limits: { attachFailuresPerIpPerMinute: 2 } } });
    const codes: number[] = [];
    for (let n = 0; n < 4; n++) {
      const socket = await MailSocket.open(app.url);
      socket.send({ type: 'hello', token: `shop.${'A'.repeat(60)}` });
      codes.push(await socket.closed);
    }
    expect(codes).toEqual([4401, 4401, 4429, 4429]);
    expect((await come(app, 'oAlice')).raw.readyState).toBe(1);
  });
});
