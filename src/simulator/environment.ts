import { randomBytes } from 'node:crypto';
import type { Mode, SimulatorOptions } from './options.ts';

export type Env = Record<string, string | undefined>;

const modes: readonly string[] = ['plain', 'compatible', 'safe'];

/**
 * The options that the environment names; credentials that it does not name are made up.
 * @throws Error that names the variable which is wrong
 */
export function optionsFrom(env: Env): SimulatorOptions {
  const mode = modeFrom(env);
  const set = (name: string): string => env[`SIMULATOR_${name}`] ?? '';
  return {
    host: set('HOST') || '127.0.0.1',
    port: portFrom(set('PORT') || '3001'),
    ...(set('PUBLIC_URL') && { publicUrl: urlFrom('PUBLIC_URL', set('PUBLIC_URL')) }),
    webhookUrl: urlFrom('WEBHOOK_URL', set('WEBHOOK_URL') || 'http://localhost:3000/wechat/main'),
    appId: set('APP_ID') || `wx${randomBytes(8).toString('hex')}`,
    appSecret: set('APP_SECRET') || randomBytes(16).toString('hex'),
    token: set('TOKEN') || randomBytes(16).toString('hex'),
    ...(mode !== 'plain' && { encodingAesKey: set('ENCODING_AES_KEY') || newAesKey() }),
    mode,
    ...(set('ORIGINAL_ID') && { originalId: set('ORIGINAL_ID') }),
    ...(set('SITE_URL') && { siteUrl: urlFrom('SITE_URL', set('SITE_URL')) }),
    unionIds: set('UNION_IDS') === 'true',
    miniProgram: {
      appId: set('MINI_APP_ID') || `wx${randomBytes(8).toString('hex')}`,
      appSecret: set('MINI_APP_SECRET') || randomBytes(16).toString('hex'),
      ...(set('MINI_URL') && { serverUrl: urlFrom('MINI_URL', set('MINI_URL')) }),
    },
  };
}

/** What a developer puts into Saoma's environment, one assignment a line. */
export function saomaLines(options: SimulatorOptions, url: string): string[] {
  const { appId, appSecret, token, encodingAesKey, mode } = options;
  return [
    `WECHAT_API_URL=${url}`,
    `WECHAT_APP_ID=${appId}`,
    `WECHAT_APP_SECRET=${appSecret}`,
    `WECHAT_TOKEN=${token}`,
    ...(encodingAesKey ? [`WECHAT_ENCODING_AES_KEY=${encodingAesKey}`] : []),
    ...(mode === 'compatible'
      ? ['# and in its configuration file, for this account: "mode": "compatible"']
      : []),
  ];
}

/** The mini program among the accounts of Saoma's configuration file. */
export function saomaMiniProgram({ miniProgram = {} }: SimulatorOptions, apiUrl: string): string {
  const { appId, appSecret } = miniProgram;
  return JSON.stringify({ name: 'mini', kind: 'mini-program', appId, appSecret, apiUrl });
}

function modeFrom(env: Env): Mode {
  const mode = env['SIMULATOR_MODE'] || 'safe';
  if (!modes.includes(mode))
    throw new Error(`SIMULATOR_MODE is "${mode}"; it is one of ${modes.join(', ')}.`);
  return mode as Mode;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error(`SIMULATOR_PORT is "${text}"; it is a number from 0 to 65535.`);
  return port;
}

function urlFrom(name: string, text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new Error(`SIMULATOR_${name} is "${text}"; it is an http or https address.`);
  return text;
}

/** 43 letters and digits, as WeChat's generator makes them. */
function newAesKey(): string {
  for (;;) {
    const key = randomBytes(32).toString('base64').slice(0, 43);
    if (/^[A-Za-z0-9]{43}$/.test(key)) return key;
  }
}
