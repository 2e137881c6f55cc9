/** Owns reading and writing of WeChat's XML: flat documents of named texts. What is read was signed, and is still distrusted. */
import { Parser } from 'xml2js';

import { settings } from '../kit/settings.ts';
import { readUsual } from './usual-xml.ts';

/** A document that is not what WeChat sends. Its message names the fault, never a value. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const options = {
  explicitArray: false,
  explicitRoot: false,
  ignoreAttrs: true,
  /** Not a possible tag name, unlike the default `_`, so that no element can take the place of its parent's text. */
  charkey: '#text',
};

/** What of sax, the reader inside xml2js, is watched. */
interface Handlers {
  onopentag: (tag: { name: string }) => void;
  onclosetag: (name: string) => void;
  onattribute: () => void;
  onopencdata: () => void;
  ondoctype: () => void;
  onerror: () => void;
}

/** What XML 1.0 allows in a document. https://www.w3.org/TR/xml/#charsets */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const everyForbidden = new RegExp(forbidden, 'gu');

/**
 * Reads the `known` children of `<xml>`, trimmed; a missing one is absent, every other element is ignored.
 * Throws `XmlError` for a document that is malformed, too large or deep, has a DOCTYPE or a tag named like a property
 * of every object, or has a known element that is repeated or not plain text.
 */
export function parseXml(text: string, known: readonly string[]): Record<string, string> {
  if (text.length > settings.wechat.xmlCharacters) throw new XmlError('too large');
  const root = readUsual(text) ?? parseGuarded(text);
  const fields = Object.create(null) as Record<string, string>;
  for (const name of known) if (Object.hasOwn(root, name)) fields[name] = plainText(name, root[name]);
  return fields;
}

/** Writes `<xml>`: texts in CDATA, without the characters that XML forbids, and numbers bare. */
export function buildXml(fields: Record<string, string | number>): string {
  const elements = Object.entries(fields).map(([name, value]) => element(name, value));
  return `<xml>${elements.join('')}</xml>`;
}

function element(name: string, value: string | number): string {
  if (!/^[A-Za-z]+$/.test(name)) throw new XmlError('not an element name');
  return `<${name}>${typeof value === 'number' ? String(value) : cdata(value)}</${name}>`;
}

/** Own work, because xml2js's builder splits only the first `]]>` of a text. */
function cdata(text: string): string {
  const allowed = text.replaceAll(everyForbidden, '');
  return `<![CDATA[${allowed.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function plainText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new XmlError(`${name} is repeated or not plain text`);
  if (forbidden.test(value)) throw new XmlError(`${name} holds a character that XML forbids`);
  return value.trim();
}

/** The whole reader: whatever XML there is. */
export function parseGuarded(text: string): Record<string, unknown> {
  const parser = new Parser(options);
  const sawRoot = guard((parser as unknown as { saxParser: Handlers }).saxParser);
  const root = parsed(parser, text);
  if (!sawRoot()) throw new XmlError('no root element');
  return typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {};
}

/** xml2js calls back before this returns; faults after the root's end are thrown instead. */
function parsed(parser: Parser, text: string): unknown {
  let fault: unknown;
  let root: unknown;
  try {
    parser.parseString(text, (error: unknown, value: unknown) => {
      fault = error;
      root = value;
    });
  } catch (error) {
    fault = error;
  }
  if (!fault) return root;
  throw fault instanceof XmlError ? fault : new XmlError('not well-formed');
}

/** Puts our limits before xml2js's handlers; the first fault ends the reading. Tells afterwards whether there was a root. */
function guard(sax: Handlers): () => boolean {
  const { onopentag, onclosetag } = sax;
  let depth = 0;
  let parts = 0;
  let sawRoot = false;
  const count = () => {
    parts += 1;
    if (parts > settings.wechat.xmlParts) refuse('too many elements');
  };
  const handlers: Handlers = {
    onopentag(tag) {
      count();
      if (depth === 0) checkRoot(tag.name, sawRoot);
      checkTag(tag.name, depth);
      sawRoot = true;
      depth += 1;
      onopentag(tag);
    },
    onclosetag(name) {
      depth -= 1;
      onclosetag(name);
    },
    onattribute: count,
    onopencdata: () => void (depth === 0 && refuse('text outside the root')),
    ondoctype: () => refuse('a DOCTYPE'),
    onerror: () => refuse('not well-formed'),
  };
  Object.assign(sax, handlers);
  boundDeclarations(sax);
  return () => sawRoot;
}

function checkRoot(name: string, sawRoot: boolean): void {
  if (sawRoot) refuse('more than one root');
  if (name !== 'xml') refuse('the root is not <xml>');
}

function checkTag(name: string, depth: number): void {
  if (depth >= settings.wechat.xmlDepth) refuse('too deep');
  if (name in Object.prototype || name === 'prototype') refuse('a forbidden tag');
}

/**
 * sax tests all that it has read of a `<!…` at each further character, which is quadratic; the only two declarations
 * that have a place here are recognised within seven characters.
 */
function boundDeclarations(sax: object): void {
  let declaration = '';
  Object.defineProperty(sax, 'sgmlDecl', {
    get: () => declaration,
    set: (text: string) => {
      if (text.length > '[CDATA['.length) refuse('an unknown declaration');
      declaration = text;
    },
  });
}

function refuse(fault: string): never {
  throw new XmlError(fault);
}
