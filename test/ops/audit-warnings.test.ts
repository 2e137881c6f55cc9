import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inChinese } from '../../public/ops/audit/warnings.js';
import { configCautions, configWarnings } from '../../src/config/check.ts';
import { loadConfig } from '../../src/config/config.ts';
import { configurationWords } from '../../src/doctor/words-configuration.ts';
import { account, miniProgram, site } from '../config/given.ts';

/** With everything that is warned of. */
const file = JSON.stringify({
  server: { publicUrl: 'http://login.test', trustedProxies: ['0.0.0.0/0', '::/0'] },
  accounts: [
    { ...account, mode: 'plain' },
    { ...account, name: 'second', appId: 'wx00112233445566bb' },
    { ...miniProgram, envVersion: 'trial' },
  ],
  sites: [site],
  redis: { replicas: 1 },
  limits: { maxPendingScenes: 0 },
  scene: { codeTtlSeconds: 10 },
  messaging: { inboxPerUser: 5, inboxPerSender: 6 },
  ops: {
    publicUrl: 'http://ops.test',
    operators: [{ name: 'Ann', openid: 'oAnn', role: 'view', account: 'second' }],
  },
});
const folder = mkdtempSync(join(tmpdir(), 'saoma-cautions-'));
writeFileSync(join(folder, 'config.json'), file);
const config = loadConfig({ SAOMA_CONFIG: join(folder, 'config.json') });
rmSync(folder, { recursive: true });
const cautions = configCautions(config);

describe('the warnings that a node begins with, in Chinese', () => {
  test.each(cautions)('$code: in the same words as the doctor says it', ({ code, about, sentence }) => {
    expect(inChinese(sentence)).toBe(configurationWords[`caution_${code}`].zh.replace('{about}', about));
  });

  test('are all that there are', () => {
    const known = Object.keys(configurationWords).filter((name) => name.startsWith('caution_'));
    expect(new Set(cautions.map(({ code }) => `caution_${code}`))).toEqual(new Set(known));
  });

  test('one after the other; what is not known stays', () => {
    const all = inChinese([...configWarnings(config), 'Something new.'].join(' '));
    expect(all).toMatch(/^账号 main 使用明文模式.+永远不会生效。 Something new\.$/);
    expect(all).not.toMatch(/ is | holds /);
  });
});
