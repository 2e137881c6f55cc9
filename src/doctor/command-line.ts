import { parseArgs } from 'node:util';
import type { Lang } from './words.ts';

export interface Asked {
  lang: Lang;
  json: boolean;
  mayMakeQrCode: boolean;
  help: boolean;
}

export const usage = `Usage: npm run doctor [-- --lang zh|en] [--json] [--no-qr]
  --lang zh|en  in which language; otherwise as LC_ALL or LANG say
  --json        for programs
  --no-qr       makes no QR code, which would use up one of the day's
Takes the configuration as npm start does. Exit code: 0 nothing failed, 1 something failed, 78 the configuration is wrong.
`;

/** Throws an Error that says what is wrong with the command line. */
export function readCommandLine(args: string[], env: Readonly<Record<string, string | undefined>>): Asked {
  const { values } = parseArgs({
    args,
    options: {
      lang: { type: 'string' },
      json: { type: 'boolean' },
      'no-qr': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const { lang = usualLang(env['LC_ALL'] || env['LANG'] || '') } = values;
  if (lang !== 'zh' && lang !== 'en') throw new Error(`--lang is zh or en`);
  const { json = false, 'no-qr': noQr = false, help = false } = values;
  return { lang, json, mayMakeQrCode: !noQr, help };
}

/** @param locale such as `zh_CN.UTF-8` */
function usualLang(locale: string): Lang {
  return /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}
