import { expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';

type Figures = { readonly [name: string]: number | Figures };

function figuresIn(section: Figures, path = ''): [string, number][] {
  return Object.entries(section).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [[`${path}${name}`, value] as [string, number]]
      : figuresIn(value, `${path}${name}.`),
  );
}

test('every figure is a positive whole number', () => {
  const odd = figuresIn(settings).filter(([, value]) => !Number.isSafeInteger(value) || value <= 0);
  expect(odd).toStrictEqual([]);
});

/** What the contracts promise, in the units they are written in. */
test.each([
  { promise: 'a final scene is kept 60 s', figure: settings.scene.keepFinal, is: 60_000 },
  { promise: 'a scan leaves at least 10 s', figure: settings.scene.afterScan, is: 10_000 },
  { promise: 'and 60 s where the person is asked', figure: settings.scene.whileAsked, is: 60_000 },
  { promise: 'five other people may scan', figure: settings.scene.strangers, is: 5 },
  { promise: 'the webhook takes 64 KiB', figure: settings.webhook.bodyBytes, is: 65_536 },
  { promise: 'and accepts 300 s both ways', figure: settings.webhook.clockWindow, is: 300_000 },
  { promise: 'a message has 4 KiB', figure: settings.socket.messageBytes, is: 4096 },
  { promise: 'in 16 fragments', figure: settings.socket.fragments, is: 16 },
  { promise: 'each in 64 pieces', figure: settings.socket.chunks, is: 64 },
  { promise: '20 messages', figure: settings.socket.messages, is: 20 },
  { promise: 'per 10 s', figure: settings.socket.messagesWindow, is: 10_000 },
  { promise: 'attach within 5 s', figure: settings.socket.attachWithin, is: 5000 },
  { promise: 'a ping every 25 s', figure: settings.socket.pingEvery, is: 25_000 },
  { promise: 'dead after 45 s', figure: settings.socket.deadAfter, is: 45_000 },
  { promise: 'a queue of 256 KiB', figure: settings.socket.queueBytes, is: 262_144 },
  { promise: 'headers of 16 KiB', figure: settings.http.headerBytes, is: 16_384 },
  { promise: 'in 10 s', figure: settings.http.headerTimeout, is: 10_000 },
  { promise: 'a body in 5 s', figure: settings.http.bodyTimeout, is: 5000 },
  { promise: 'a call to WeChat has 3 s', figure: settings.wechat.callTimeout, is: 3000 },
  { promise: 'and 64 KiB of answer', figure: settings.wechat.answerBytes, is: 65_536 },
  { promise: 'a hundred profiles at once', figure: settings.wechat.profilesPerCall, is: 100 },
  { promise: 'a mini-program code of 256 KiB', figure: settings.wechat.codeBytes, is: 262_144 },
  { promise: 'with 64 at most in flight', figure: settings.wechat.callsInFlight, is: 64 },
])('$promise', ({ figure, is }) => {
  expect(figure).toBe(is);
});

test('what must come before something else does', () => {
  const { scene, socket, wechat, shutdown } = settings;
  expect(socket.pingEvery).toBeLessThan(socket.deadAfter);
  expect(wechat.callTimeout).toBeLessThanOrEqual(wechat.callDeadline);
  expect(wechat.tokenCallsInFlight + 2 * wechat.profileCallsInFlight).toBeLessThan(wechat.callsInFlight);
  const { tokenCallsInFlight, loginCallsInFlight, sessionChecksInFlight } = wechat;
  expect(tokenCallsInFlight + loginCallsInFlight + sessionChecksInFlight).toBeLessThan(wechat.callsInFlight);
  expect(scene.sweepEvery).toBeLessThanOrEqual(scene.keepFinal);
  expect(shutdown.grace).toBeLessThan(30_000);
});
