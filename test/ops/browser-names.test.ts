import { expect, test } from 'vitest';
import { signInReplies } from '../../src/ops/sign-in-replies.ts';

const page = new URL('../../public/ops/browser-name.js', import.meta.url).href;
const { browserName } = (await import(page)) as { browserName: (userAgent: string) => string };

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0';

/** The page cannot load the server's table, and an operator compares what the chat says with what he has before him. */
test.each([
  [
    'WeChat · Android',
    `Mozilla/5.0 (Linux; Android 14) ${chrome} Mobile Safari/537.36 MicroMessenger/8.0.50`,
  ],
  ['Edge · Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/141.0`],
  ['Opera · macOS', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${chrome} Safari/537.36 OPR/115.0`],
  ['Samsung · Android', `Mozilla/5.0 (Linux; Android 14) ${chrome} SamsungBrowser/27.0 Mobile Safari/537.36`],
  ['QQ · Windows', `Mozilla/5.0 (Windows NT 10.0) ${chrome} Safari/537.36 QQBrowser/13.0`],
  ['Firefox · Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Chrome · HarmonyOS', `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${chrome} Mobile Safari/537.36`],
  [
    'Safari · iOS',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
  ],
])('%s is called alike in the chat and on the page', (name, userAgent) => {
  expect(browserName(userAgent)).toBe(name);
  const reply = signInReplies.number('123456', { ip: '203.0.113.7', userAgent });
  expect(reply).toContain(`203.0.113.0/24, ${name.replace(' · ', ', ')}.`);
});
