/** Which endpoints cover which, as the agent compares them: a star stands for any number of labels. */
import { endpointParts } from '../api/index.js';

/** An entry of a list as it is compared: without a port the agent takes 443. */
export const asWritten = (token: string): string => (token.includes(':') ? token : `${token}:443`);

/** True where who has `entry` in a list may reach all that `endpoint` stands for. */
export function covers(entry: string, endpoint: string): boolean {
  const [own, other] = [endpointParts(asWritten(entry)), endpointParts(asWritten(endpoint))];
  return own.port === other.port && coversName(own.host, other.host);
}

/** True where there is an endpoint that both stand for. */
export const overlap = (a: string, b: string): boolean => covers(a, b) || covers(b, a);

/** What follows the star of a pattern ends the name, with its dot: `*.example.net` is not `example.net` itself. */
function coversName(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  return pattern.startsWith('*') && name.length >= pattern.length && name.endsWith(pattern.slice(1));
}

/** Names of the endpoints that a resolver can be asked for, each once. */
export const exactNames = (endpoints: readonly string[]): string[] => [
  ...new Set(endpoints.map((each) => endpointParts(asWritten(each)).host).filter((host) => !host.includes('*'))),
];
