import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { freePort } from '../support/free-port.ts';
import { at, diagnose, startHospital } from './stage.ts';

/** An address of this machine that is none of its private ones, as far as its name tells. */
function everywhere({ server, ...config }: Config): Config {
  return at({ ...config, server: { ...server, host: '127.0.0.1' } }, `http://0.0.0.0:${server.port}`);
}

test('figures that everybody can read are warned of; at a local address they are nobody else’s', async () => {
  const { config } = await startHospital();
  expect((await diagnose(config)).of('metrics')).toBe('ok metrics_local');
  expect((await diagnose(everywhere(config))).of('metrics')).toBe('warning metrics_public mend_metrics');
});

test('figures on a port of their own, kept and not kept', async () => {
  const port = await freePort();
  const { config } = await startHospital({ config: { metrics: { port } } });
  expect((await diagnose(config)).of('metrics')).toBe('ok metrics_own_port');
  const open = await diagnose(everywhere(config));
  expect(open.of('metrics')).toBe('warning metrics_port_public mend_metrics_port');
  const elsewhere = { ...config, metrics: { port: await freePort() } };
  expect((await diagnose(elsewhere)).of('metrics')).toBe('skipped metrics_not_here');
});

test('figures at the public address although they have a port', async () => {
  const { config } = await startHospital();
  const found = await diagnose({ ...config, metrics: { port: await freePort() } });
  expect(found.of('metrics')).toBe('warning metrics_despite_port mend_configuration');
});

test('the dashboard: off, there, missing, and there although it is off', async () => {
  const token = 'canary-operators-token-2030';
  const off = await startHospital();
  const on = await startHospital({ config: { ops: { token } } });
  const meant = await diagnose(on.config);
  expect((await diagnose(off.config)).of('dashboard')).toBe('ok dashboard_off');
  expect(meant.of('dashboard')).toBe('ok dashboard_there');
  expect(meant.printed).not.toContain(token);
  const missing = await diagnose({ ...off.config, ops: { ...on.config.ops, publicUrl: off.url } });
  expect(missing.of('dashboard')).toBe('warning dashboard_missing mend_dashboard');
  const unmeant = await diagnose({ ...on.config, ops: off.config.ops });
  expect(unmeant.of('dashboard')).toBe('warning dashboard_unmeant mend_configuration');
});

test('the dashboard on a port of its own: there, and nobody else’s', async () => {
  const port = await freePort();
  const ops = { token: 'canary-operators-token-2030', port };
  const { config } = await startHospital({ config: { ops } });
  expect((await diagnose(config)).of('dashboard')).toBe('ok dashboard_port');
  const [other, elsewhere] = [
    await startHospital({ config: { ops: { token: ops.token } } }),
    await freePort(),
  ];
  const despite = { ...other.config, ops: { ...other.config.ops, port } };
  expect((await diagnose(despite)).of('dashboard')).toBe('warning dashboard_despite_port mend_configuration');
  const gone = {
    ...config,
    ops: { ...config.ops, port: elsewhere, publicUrl: `http://127.0.0.1:${elsewhere}` },
  };
  expect((await diagnose(gone)).of('dashboard')).toBe('skipped dashboard_not_here');
});
