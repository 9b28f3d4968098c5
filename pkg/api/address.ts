/** What an API address may look like. Shared by the schema, the host pin and the command line, so that they agree. */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** True for names that never leave the machine: plain http is allowed to these alone. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** The fault of an API address in one sentence, or undefined where it is a good one. */
export function addressFault(address: string): string | undefined {
  // The URL parser drops blanks and reads `https:host` and `\\` as it likes; what is shown must be where requests go.
  if (!/^https?:\/\//i.test(address) && URL.canParse(address)) return 'an https URL';
  if (!URL.canParse(address) || /[\s\p{C}\\]/u.test(address)) return 'an absolute URL such as https://api.github.com';
  const url = new URL(address);
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'https: plain http goes to loopback addresses only';
  if (url.username !== '' || url.password !== '') return 'a URL without user and password';
  if (address.includes('?') || address.includes('#')) return 'a URL without query and fragment';
  return undefined;
}
