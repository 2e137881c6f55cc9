import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { buildXml, parseXml, XmlError } from '../../src/wechat/xml.ts';

const limit = settings.wechat.xmlCharacters;
const known = ['A', 'B'];

describe('read', () => {
  const documents = [
    { name: 'plain and CDATA', xml: '<xml><A>1</A><B><![CDATA[2]]></B></xml>', fields: { A: '1', B: '2' } },
    {
      name: 'values are trimmed',
      xml: '<xml><A> \n1\t</A><B><![CDATA[ 2 ]]></B></xml>',
      fields: { A: '1', B: '2' },
    },
    { name: 'empty elements', xml: '<xml><A/><B><![CDATA[]]></B></xml>', fields: { A: '', B: '' } },
    { name: 'blank elements', xml: '<xml><A>  \n</A></xml>', fields: { A: '' } },
    { name: 'an empty root', xml: '<xml></xml>', fields: {} },
    { name: 'a root of text', xml: '<xml>text</xml>', fields: {} },
    {
      name: 'entities',
      xml: '<xml><A>&lt;&#20013;&#x1F600;&amp;amp;</A></xml>',
      fields: { A: '<中😀&amp;' },
    },
    {
      name: 'a declaration, a mark and comments',
      xml: '\ufeff<?xml version="1.0"?><!-- x --><xml><A>1<!-- y --></A></xml><!-- z -->',
      fields: { A: '1' },
    },
    {
      name: 'unknown and nested elements',
      xml: '<xml><C>1</C><C>2</C><D><A>no</A></D><_>x</_><cdata>y</cdata></xml>',
      fields: {},
    },
    { name: 'attributes are ignored', xml: '<xml a="1"><A b="2">3</A></xml>', fields: { A: '3' } },
    {
      name: 'a DOCTYPE that is only text',
      xml: '<xml><A><![CDATA[<!DOCTYPE a [<!ENTITY b "c">]>]]></A></xml>',
      fields: { A: '<!DOCTYPE a [<!ENTITY b "c">]>' },
    },
    {
      name: 'forbidden names as values',
      xml: '<xml><A>__proto__</A><B>constructor</B></xml>',
      fields: { A: '__proto__', B: 'constructor' },
    },
    {
      name: 'eight levels',
      xml: `<xml>${'<a>'.repeat(7)}${'</a>'.repeat(7)}<A>1</A></xml>`,
      fields: { A: '1' },
    },
    { name: '200 elements', xml: `<xml>${'<a/>'.repeat(198)}<A>1</A></xml>`, fields: { A: '1' } },
  ];
  test.each(documents)('$name', ({ xml, fields }) => {
    expect({ ...parseXml(xml, known) }).toEqual(fields);
  });

  test('the result inherits nothing', () => {
    expect(Object.getPrototypeOf(parseXml('<xml/>', known))).toBeNull();
  });
});

describe('refused', () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype).map((tag) => ({
    name: `the tag ${tag}`,
    xml: `<xml><A>1</A><${tag}>2</${tag}></xml>`,
  }));
  const documents = [
    { name: 'nothing', xml: '' },
    { name: 'blanks', xml: ' \n ' },
    { name: 'a comment alone', xml: '<!-- -->' },
    { name: 'words', xml: 'success' },
    { name: 'JSON', xml: '{"A":"1"}' },
    { name: 'another root', xml: '<html><A>1</A></html>' },
    { name: 'a root of another case', xml: '<XML><A>1</A></XML>' },
    { name: 'two roots', xml: '<xml/><xml><A>1</A></xml>' },
    { name: 'text after the root', xml: '<xml><A>1</A></xml>x' },
    { name: 'CDATA after the root', xml: '<xml><A>1</A></xml><![CDATA[x]]>' },
    { name: 'text before the root', xml: 'x<xml><A>1</A></xml>' },
    { name: 'a truncated document', xml: '<xml><A>1</A>' },
    { name: 'a truncated CDATA', xml: '<xml><A><![CDATA[1' },
    { name: 'crossed tags', xml: '<xml><A><B></A></B></xml>' },
    { name: 'an unknown entity', xml: '<xml><A>&unknown;</A></xml>' },
    { name: 'a bare ampersand', xml: '<xml><A>a & b</A></xml>' },
    { name: 'a DOCTYPE', xml: '<!DOCTYPE xml><xml><A>1</A></xml>' },
    { name: 'a DOCTYPE in small letters', xml: '<!doctype xml><xml><A>1</A></xml>' },
    { name: 'a DOCTYPE after the root', xml: '<xml><A>1</A></xml><!DOCTYPE xml>' },
    {
      name: 'an entity bomb',
      xml: '<!DOCTYPE xml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><A>&b;</A></xml>',
    },
    {
      name: 'an external entity',
      xml: '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><A>&a;</A></xml>',
    },
    { name: 'an ENTITY without a DOCTYPE', xml: '<xml><!ENTITY a "b"><A>1</A></xml>' },
    { name: 'nine levels', xml: `<xml>${'<a>'.repeat(8)}${'</a>'.repeat(8)}</xml>` },
    { name: '201 elements', xml: `<xml>${'<a/>'.repeat(200)}</xml>` },
    {
      name: 'more than 200 attributes',
      xml: `<xml ${Array.from({ length: 200 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    },
    { name: 'the tag prototype', xml: '<xml><prototype/></xml>' },
    { name: 'a deep __proto__', xml: '<xml><a><__proto__><b/></__proto__></a></xml>' },
    { name: 'a repeated known field', xml: '<xml><A>1</A><A>1</A></xml>' },
    { name: 'a known field with children', xml: '<xml><A><C>1</C></A></xml>' },
    { name: 'a known field of text and children', xml: '<xml><A>1<C/></A></xml>' },
    { name: 'a control character in a known field', xml: '<xml><A>a\u0000b</A></xml>' },
    { name: 'half a character in a known field', xml: '<xml><A>a\ud83d</A></xml>' },
    { name: 'more than 64 KiB', xml: `<xml><A>${' '.repeat(limit)}</A></xml>` },
    ...inherited,
  ];
  test.each(documents)('$name', ({ xml }) => {
    expect(() => parseXml(xml, known)).toThrow(XmlError);
  });
});

describe('written', () => {
  test('texts in CDATA, numbers bare', () => {
    expect(buildXml({ A: 'a<b>&c', B: 42 })).toBe('<xml><A><![CDATA[a<b>&c]]></A><B>42</B></xml>');
  });

  const texts = [
    { name: 'each end of a CDATA', text: ']]>]]>', read: ']]>]]>' },
    { name: 'an end that appears when a control goes', text: ']]\u0000>', read: ']]>' },
    { name: 'controls', text: 'a\u0000\u0008\u000b\u001fb', read: 'ab' },
    { name: 'half characters', text: 'a\ud83db\udc00c', read: 'abc' },
    { name: 'what is no character', text: 'a\ufffe\uffffb', read: 'ab' },
    { name: 'a smile', text: '😀', read: '😀' },
  ];
  test.each(texts)('$name', ({ text, read }) => {
    expect(parseXml(buildXml({ A: text }), known)['A']).toBe(read);
  });

  test('a name that is no element name is refused', () => {
    expect(() => buildXml({ 'A><B': '1' })).toThrow(XmlError);
  });
});

/** Pieces that mean something to a reader of XML, more likely to find a path through it than letters are. */
const pieces =
  '<xml> </xml> <A> </A> <B/> <![CDATA[ ]]> <!-- --> <? ?> <! <!DOCTYPE &lt; &#0; & ; < > " \' = x [ ] - __proto__ <xml+a="';
const piece = fc.constantFrom(
  ' ',
  '\0',
  '\ud83d',
  ...pieces.split(' ').map((text) => text.replace('+', ' ')),
);

describe('properties', () => {
  test('what was written is read again', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(text, (value) => {
        // XML itself has no place for controls.
        // eslint-disable-next-line no-control-regex
        const kept = value.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '').trim();
        expect(parseXml(buildXml({ A: value, B: 'end' }), known)).toEqual({ A: kept, B: 'end' });
      }),
    );
  });

  test('anything is read to known texts or refused with an XmlError', () => {
    const document = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(document, fc.boolean(), (text, isWrapped) => {
        const fields = readOrRefuse(isWrapped ? `<xml>${text}</xml>` : text);
        expect(Object.keys(fields).every((name) => known.includes(name))).toBe(true);
        expect(Object.values(fields).every((value) => typeof value === 'string')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('no body holds the event loop', () => {
  const shapes = [
    { name: 'a declaration', head: '<xml><!', part: 'a' },
    { name: 'a quoted declaration', head: '<xml><!"', part: 'a' },
    { name: 'an open CDATA', head: '<xml><![CDATA[', part: ']' },
    { name: 'many CDATA', head: '<xml>', part: '<![CDATA[x]]>' },
    { name: 'an open comment', head: '<xml><!--', part: '- ' },
    { name: 'many comments', head: '<xml>', part: '<!---->' },
    { name: 'an open instruction', head: '<?', part: '? a' },
    { name: 'many instructions', head: '<xml>', part: '<?a?>' },
    { name: 'a declaration of encodings', head: '<?xml ', part: ' encoding   =' },
    { name: 'many entities', head: '<xml>', part: '&amp;' },
    { name: 'a long entity', head: '<xml>&#', part: '0' },
    { name: 'repeated attributes', head: '<xml ', part: 'a="" ' },
    { name: 'a huge attribute', head: '<xml a="', part: '&lt;x' },
    { name: 'a huge attribute name', head: '<xml ', part: 'x' },
    { name: 'a huge tag', head: '<', part: 'x' },
    { name: 'a huge closing tag', head: '<xml></', part: 'x' },
    { name: 'depth', head: '', part: '<xml>' },
    { name: 'an open DOCTYPE', head: '<!DOCTYPE a [', part: '<!ENTITY a "b">' },
    { name: 'open angles', head: '<xml>', part: '<' },
    { name: 'blanks in a field', head: '<xml><A>', part: ' \n' },
    { name: 'comments after the root', head: '<xml/>', part: ' <!-- -->' },
  ];
  test.each(shapes)('$name', ({ head, part }) => {
    expect(isQuick(filled(head, part))).toBe(true);
  });

  test('generated ones', () => {
    const shape = fc.record({
      head: fc.array(piece, { maxLength: 6 }),
      part: fc.array(piece, { minLength: 1, maxLength: 4 }),
    });
    let worst = { time: 0, text: '' };
    fc.assert(
      fc.property(shape, ({ head, part }) => {
        const text = filled(head.join(''), part.join(''));
        const time = measured(text);
        if (time > worst.time) worst = { time, text };
      }),
      { numRuns: 300 },
    );
    expect({ ...worst, isQuick: isQuick(worst.text) }).toMatchObject({ isQuick: true });
  });
});

function filled(head: string, part: string): string {
  return (head + part.repeat(Math.ceil(limit / part.length))).slice(0, limit);
}

/** Whether any of many runs is: a busy machine slows some of them, a quadratic body takes its time in each. */
function isQuick(text: string): boolean {
  return Array.from({ length: 20 }).some(() => measured(text) < 50);
}

function measured(text: string): number {
  const started = performance.now();
  readOrRefuse(text);
  return performance.now() - started;
}

function readOrRefuse(text: string): Record<string, string> {
  try {
    return parseXml(text, known);
  } catch (error) {
    if (error instanceof XmlError) return {};
    throw error;
  }
}
