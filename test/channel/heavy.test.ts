import { describe, expect, test } from 'vitest';
import { openBody } from '../../src/channel/webhook.ts';
import { readEvent } from '../../src/wechat/events.ts';
import { XmlError } from '../../src/wechat/xml.ts';
import { leastOccupation } from './stopwatch.ts';
import { outerPostOf, postOf } from './generated.ts';
import { appId, appOfTest, encodingAesKey, expectUntouched, modes, scanXml, token } from './support.ts';
import type { Mode, Post } from './support.ts';
import { readPushQuery } from '../../src/channel/push-query.ts';

/** Inside an envelope a quarter less fits; this much fits everywhere. */
const size = 47 * 1024;
const openid = 'oUserOpenid0000000000000000x';
const longest = 50;

const repeated = (text: string) => (xml: string) =>
  inside(xml, text.repeat((size - xml.length) / text.length));
const inside = (xml: string, more: string) => xml.replace('</xml>', `${more}</xml>`);

/** As large as may be, and each the worst of its kind for some reader of XML. */
const heavy = [
  { name: 'blanks', change: repeated(' ') },
  { name: 'letters', change: repeated('a') },
  { name: 'opened tags', change: repeated('<a>') },
  { name: 'empty tags', change: repeated('<a/>') },
  { name: 'signs of less', change: repeated('<') },
  { name: 'ampersands', change: repeated('&') },
  { name: 'entities', change: repeated('&#20013;') },
  { name: 'one long entity', change: (xml: string) => inside(xml, `&${'a'.repeat(size - xml.length)};`) },
  { name: 'comments', change: repeated('<!---->') },
  { name: 'texts between comments', change: repeated('a<!---->') },
  { name: 'one long comment', change: (xml: string) => inside(xml, `<!--${'- '.repeat(size / 3)}-->`) },
  { name: 'a comment without an end', change: repeated('<!--') },
  { name: 'CDATA without an end', change: repeated('<![CDATA[') },
  { name: 'many CDATA', change: repeated('<![CDATA[a]]>') },
  { name: 'brackets in CDATA', change: (xml: string) => inside(xml, `<![CDATA[${']'.repeat(size / 2)}]]>`) },
  { name: 'a declaration without an end', change: repeated('<!') },
  { name: 'one long declaration', change: (xml: string) => inside(xml, `<!${'A'.repeat(size / 2)}>`) },
  { name: 'instructions', change: repeated('<?a?>') },
  { name: 'one long instruction', change: (xml: string) => inside(xml, `<?${'? '.repeat(size / 3)}?>`) },
  { name: 'one long tag name', change: (xml: string) => inside(xml, `<${'a'.repeat(size / 2)}/>`) },
  { name: 'one long attribute', change: (xml: string) => inside(xml, `<a b="${'c'.repeat(size / 2)}"/>`) },
  { name: 'attributes', change: (xml: string) => inside(xml, `<a ${'b="" '.repeat(size / 6)}/>`) },
  {
    name: 'an attribute without an end',
    change: (xml: string) => `${xml.slice(0, -6)}<a b="${'"'.repeat(size / 2)}`,
  },
  { name: 'a DOCTYPE without an end', change: (xml: string) => `<!DOCTYPE ${'['.repeat(size / 2)}${xml}` },
  {
    name: 'entities of entities',
    change: (xml: string) => `<!DOCTYPE xml [${'<!ENTITY a "&a;&a;">'.repeat(1000)}]>${xml}`,
  },
  { name: 'one long field', change: (xml: string) => xml.replace(openid, 'o'.repeat(size - xml.length)) },
  { name: 'a field of blanks', change: (xml: string) => xml.replace(openid, ` o${' '.repeat(size / 2)}x`) },
  { name: 'repeated fields', change: repeated('<Event>a</Event>') },
  { name: 'nested fields', change: repeated('<Event>') },
  { name: 'Chinese', change: repeated('扫') },
];

function read(mode: Mode, { query: parameters, body }: Post): void {
  const account = { name: 'main', appId, appSecret: '', token, encodingAesKey, mode, apiUrl: '' };
  const opened = openBody(Buffer.from(body), readPushQuery(parameters.toString())!, account);
  try {
    if (opened) readEvent(opened.xml ?? '');
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
}

describe.each(heavy)('$name', ({ change }) => {
  const message = Buffer.from(change(scanXml(openid, 'login-8f3a21c0')));

  test.each(modes)(`take less than ${longest} ms in %s mode`, (mode) => {
    const post = postOf(mode, message, 'n', 1_700_000_000_000);
    expect(leastOccupation(() => read(mode, post))).toBeLessThan(longest);
  });

  test(`take less than ${longest} ms around an envelope`, () => {
    const post = outerPostOf(message, 'n', 1_700_000_000_000);
    expect(leastOccupation(() => read('safe', post))).toBeLessThan(longest);
  });
});

test('all of them at once, by HTTP, are answered as documented', async () => {
  const app = await appOfTest({ mode: 'plain' });
  const scene = await app.browser().open('shop');
  const answers = await Promise.all(
    heavy.map(({ change }, index) => {
      const message = Buffer.from(change(scanXml(openid, 'login-8f3a21c0')));
      const { query, body } = postOf('plain', message, `n${index}`, Date.now());
      return app.wechat.post(query, body);
    }),
  );
  expect(answers.filter(({ status }) => ![200, 400, 413].includes(status))).toEqual([]);
  await expectUntouched(app, scene);
});
