import { expect, onTestFinished, test, vi } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { Browser } from '../support/browser.ts';
import { startProgram } from '../support/program.ts';
import type { Program } from '../support/program.ts';
import { RawConnection, upgradeRequest } from '../support/raw-connection.ts';

const token = 'a-token-that-operators-know-2030';

/** A dashboard that never answers a close frame. */
async function stubbornViewer({ url, port }: Program): Promise<RawConnection> {
  const headers = { origin: url, 'content-type': 'application/json' };
  const body = JSON.stringify({ token });
  const session = await fetch(`${url}/ops/session`, { method: 'POST', headers, body });
  const cookie = session.headers.get('set-cookie')?.split(';', 1)[0];
  const viewer = await RawConnection.open(`http://127.0.0.1:${port}`, true);
  viewer.send(upgradeRequest('/ws/ops', url).replace(/\r\n$/, `Cookie: ${cookie}\r\n\r\n`));
  await viewer.answer(/"overview"/);
  return viewer;
}

test('who does not answer the farewell holds the stop for no more than 5 s, and it is a good end', async () => {
  const program = await startProgram({ config: { ops: { token } } });
  const viewer = await stubbornViewer(program);
  onTestFinished(() => void viewer.socket.destroy());
  const begun = performance.now();
  expect(await program.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(settings.socket.closeWithin + 3_000);
  expect(program.output()).not.toContain('fatal');
});

test('sockets are closed in batches, all of them with 1012, and it is a good end', async () => {
  const program = await startProgram();
  const { least, every, within } = settings.socket.batches;
  const browser = new Browser(program.url, program.url);
  const path = `/ws/scenes/${'A'.repeat(22)}`;
  const sockets = await Promise.all(Array.from({ length: 3 * least }, () => browser.connect(path)));
  const begun = performance.now();
  const ends = sockets.map(async ({ closed }) => ({ code: await closed, after: performance.now() - begun }));
  expect(await program.stop()).toBe(0);
  const ended = await Promise.all(ends);
  expect(new Set(ended.map(({ code }) => code))).toEqual(new Set([1012]));
  const times = ended.map(({ after }) => after).sort((a, b) => a - b);
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(1.5 * every);
  expect(times.at(-1)).toBeLessThan(within);
  expect(program.output()).not.toContain('fatal');
});

test('if something hangs for good, the process ends with 1 all the same', async () => {
  // In the program itself, not in the stand-in beside it: no server ever closes, and 25 s pass in half a second.
  const hanging = `
    import http from 'node:http';
    if (/dist.main\\.js$/.test(process.argv[1] ?? '')) {
      http.Server.prototype.close = function () { return this; };
      const wait = globalThis.setTimeout;
      globalThis.setTimeout = (run, ms, ...rest) => wait(run, ms === ${settings.shutdown.hardEnd} ? 500 : ms, ...rest);
    }`;
  vi.stubEnv('NODE_OPTIONS', `--import data:text/javascript,${encodeURIComponent(hanging)}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const program = await startProgram();
  // Whoever answers is ready for signals.
  await fetch(`${program.url}/livez`);
  const begun = performance.now();
  expect(await program.stop()).toBe(1);
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(program.output()).toContain('did not stop in time');
});

test('the hard end leaves time for a good one, and comes before a supervisor kills', () => {
  const { grace, hardEnd } = settings.shutdown;
  const { batches, closeWithin } = settings.socket;
  expect(hardEnd).toBe(25_000);
  // Requests finish while the sockets are closed.
  expect(Math.max(grace, batches.within + closeWithin)).toBeLessThan(hardEnd - 10_000);
});
