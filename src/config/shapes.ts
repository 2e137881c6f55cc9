/** Shapes that a regular expression cannot tell: hosts, origins, URLs, address ranges. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const localRanges = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal']);

/** An address to listen on, or a name for one. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text);
}

/** An address or a CIDR range, in the usual notation only: ipaddr.js alone would also take `1` and `0x7f.1`. */
export function isAddressRange(text: string): boolean {
  if (!text.includes('/')) return isIP(text) !== 0;
  return isIP(text.slice(0, text.indexOf('/'))) !== 0 && ipaddr.isValidCIDR(text);
}

/** Exactly what a browser sends as `Origin`: http or https, host, port unless it is the usual one, nothing else. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && !text.includes('*') && parse(text)?.origin === text;
}

export function isSafeOrigin(text: string): boolean {
  return isOrigin(text) && isSafe(new URL(text));
}

/** An absolute URL to send a browser to, safe to compare as text. */
export function isRedirectUri(text: string): boolean {
  const url = /^https?:\/\/[\x21-\x7e]+$/.test(text) && !/[\\#*]/.test(text) ? parse(text) : undefined;
  return url !== undefined && text.startsWith(url.origin) && !hasCredentials(url) && isSafe(url);
}

/** Whether what goes there is encrypted, or stays near: its host is loopback, private, `.local` or `.test`. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || isLocalHost(url.hostname);
}

function isLocalHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address)) return localRanges.has(ipaddr.process(address).range());
  return /^localhost$|\.(localhost|local|test)$/.test(hostname);
}

function hasCredentials(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
