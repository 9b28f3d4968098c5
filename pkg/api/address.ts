/**
 * What an API address may look like. Shared by the schema, the host pin, the command line and the CRD, so that they
 * agree. The patterns are the judge, not a URL parser: parsers drop blanks and read `https:host`, `\` and `127.1` each
 * in their own way, and what is shown must be where requests go.
 */
import { brokenRule, type TextRule } from './text-rule.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** True for names that never leave the machine: plain http is allowed to these alone. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

const BYTE = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
/** A name whose last label begins with a letter, since `1.2.3` and `0x7f` are read as IPv4 by browsers' rules. */
const NAME = '([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\\.)*[a-z]([a-z0-9_-]*[a-z0-9_])?\\.?';
const IPV6 = '\\[[0-9a-f:]{2,39}\\]';
/** Of 1 to 65535, as a source of a pattern. */
export const PORT = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
/** ASCII without blanks, backslash and broken escapes. */
const REST = '(/([!-$&-[]|[\\]-~]|%[0-9a-f]{2})*)?';

const ABSOLUTE = 'an absolute URL such as https://api.github.com';

/** In the order in which faults are told: the first that does not hold is the fault. */
export const ADDRESS_RULES: readonly TextRule[] = [
  { pattern: /^https?:\/\//i, matches: true, message: 'an https URL such as https://api.github.com' },
  { pattern: /^https?:\/\/[^/?#]*@/i, matches: false, message: 'a URL without user and password' },
  { pattern: /[?#]/, matches: false, message: 'a URL without query and fragment' },
  {
    pattern: new RegExp(`^https?://(${BYTE}(\\.${BYTE}){3}|${NAME}|${IPV6})(:${PORT})?${REST}$`, 'i'),
    matches: true,
    message: ABSOLUTE,
  },
  {
    pattern: /^(https:|http:\/\/(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:|\/|$))/i,
    matches: true,
    message: 'https: plain http goes to loopback addresses only',
  },
];

/** The fault of an API address in one sentence, or undefined where it is a good one. */
export function addressFault(address: string): string | undefined {
  const broken = brokenRule(ADDRESS_RULES, address);
  if (broken !== undefined) return broken;
  return URL.canParse(address) ? undefined : ABSOLUTE;
}

/**
 * Text that quotes addresses, without what may be a secret in them: user and password, also where the scheme is missing, query and
 * fragment. What is refused for holding them must not show them. The text may be of any length and of anybody: each rule looks at every
 * run of characters once, since a pattern that tries each of its places takes minutes for a value of some ten thousand characters.
 */
export function redactAddresses(text: string): string {
  return text
    .replace(/(?<![^\s"])[^\s"]+/g, withoutUser)
    .replace(/(?<![^\s"'/@])[^\s"'/@]+@/g, withoutPassword)
    .replace(/(?<![^\s"'])[^\s"']+/g, withoutQuery)
    .replace(/([\w\]/.-]\?)[^\s"'=?]*=[^\s"']*/g, '$1[redacted]');
}

/** `https://user:password@host`, up to the last `@`. */
function withoutUser(run: string): string {
  const from = run.indexOf('://') + 3;
  const until = run.lastIndexOf('@');
  return from < 3 || until < from ? run : `${run.slice(0, from)}[redacted]${run.slice(until)}`;
}

/** `user:password@host`; `run` ends with the `@`. */
function withoutPassword(run: string): string {
  const from = run.search(/(?<![^:[\]])[^:[\]]+:/);
  return from < 0 ? run : `${run.slice(0, from)}[redacted]@`;
}

/** `https://host/path?query#fragment`, from the first of both on. */
function withoutQuery(run: string): string {
  const scheme = run.indexOf('://');
  const rest = scheme < 0 ? -1 : run.slice(scheme + 3).search(/[?#]/);
  return rest < 0 ? run : `${run.slice(0, scheme + 3 + rest + 1)}[redacted]`;
}
