import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUsual } from '../../src/wechat/usual-xml.ts';
import { buildXml, parseGuarded } from '../../src/wechat/xml.ts';

const folder = new URL('../fixtures/wechat/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => ({ name, xml: readFileSync(new URL(name, folder), 'utf8') }));

/** In one form: the readers differ in what they trim. */
function trimmed(fields: object): string[][] {
  return Object.entries(fields).map(([name, text]) => [name, String(text).trim()]);
}

/** What the short way reads, or, left to the whole reader, what that reads. */
function bothRead(xml: string): { usual: unknown; whole: unknown } {
  const whole = parseGuarded(xml);
  return { usual: trimmed(readUsual(xml) ?? whole), whole: trimmed(whole) };
}

test.each(fixtures)('$name is read as by the whole reader, or left to it', ({ xml }) => {
  const { usual, whole } = bothRead(xml);
  expect(usual).toEqual(whole);
});

test('the events of a scan go the short way', () => {
  const usual = fixtures.filter(({ xml }) => readUsual(xml) !== undefined).map(({ name }) => name);
  expect(usual).toEqual(
    expect.arrayContaining(['scan.xml', 'subscribe-scene.xml', 'subscribe.xml', 'encrypted.xml']),
  );
});

test('what it reads, the whole reader reads alike', () => {
  const name = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const value = fc.oneof(fc.nat(), fc.string({ maxLength: 20, unit: 'binary' }), fc.constant(']]>'));
  const between = fc.constantFrom('', '\n', ' ', '\t\n', 'x', '<a/>', '<!-- -->', '&amp;');
  const documents = fc.tuple(fc.dictionary(name, value, { maxKeys: 6 }), between, between);
  const property = fc.property(documents, ([fields, inside, after]) => {
    const xml = buildXml(fields).replace('</xml>', `${inside}</xml>`) + after;
    if (readUsual(xml) === undefined) return;
    const { usual, whole } = bothRead(xml);
    expect(usual).toEqual(whole);
  });
  fc.assert(property, { numRuns: 500 });
});

describe('is left to the whole reader', () => {
  test.each([
    { name: 'a repeated element', xml: '<xml><A>1</A><A>2</A></xml>' },
    { name: 'a name of every object', xml: '<xml><constructor>1</constructor></xml>' },
    { name: 'its prototype', xml: '<xml><prototype>1</prototype></xml>' },
    { name: 'a DOCTYPE', xml: '<!DOCTYPE xml><xml><A>1</A></xml>' },
    { name: 'a second root', xml: '<xml><A>1</A></xml><xml><A>1</A></xml>' },
    { name: 'an element in another', xml: '<xml><A><B>1</B></A></xml>' },
    { name: 'two sections', xml: '<xml><A><![CDATA[1]]><![CDATA[2]]></A></xml>' },
    { name: 'an end that differs', xml: '<xml><A><![CDATA[1]]></B></xml>' },
    { name: 'an entity', xml: '<xml><A>&lt;</A></xml>' },
    { name: 'an attribute', xml: '<xml><A b="1">1</A></xml>' },
    { name: 'text between', xml: '<xml><A>1</A>x</xml>' },
    {
      name: 'many elements',
      xml: `<xml>${Array.from({ length: 51 }, (_, i) => `<${'A'.repeat(i + 1)}>1</${'A'.repeat(i + 1)}>`).join('')}</xml>`,
    },
    { name: 'a document cut short', xml: '<xml><A><![CDATA[1]]></A>' },
    { name: 'a root without an end', xml: '<xml><A>1</A><xml>5</xml>' },
    { name: 'a space that is none in XML', xml: '<xml><A>1</A></xml>\u00a0' },
    { name: 'nothing', xml: '' },
  ])('$name', ({ xml }) => {
    expect(readUsual(xml)).toBeUndefined();
  });
});
