/**
 * The ruleset that a policy keeps. It outlives a fault in the policy's file: while a policy is wrong its claim stands, or a
 * typing error would hand its ruleset to another policy, and a second one would let it move to another organization.
 */
import { DEFAULT_API_URL, DEFAULT_RULESET, type PolicySpec, type TargetProperty } from '../api/index.js';

export interface Claim {
  apiURL: string;
  organization: string;
  ruleset: string;
  /** With targeting by property: what makes a member. Two rulesets that are aimed at it have the same members. */
  property?: TargetProperty;
}

/** What a spec claims as it was written, right or wrong; undefined where it names no organization, which a valid one does. */
export function claimOf(spec: PolicySpec): Claim;
export function claimOf(spec: unknown): Claim | undefined;
export function claimOf(spec: unknown): Claim | undefined {
  const organization = at(spec, ['organization']);
  if (typeof organization !== 'string') return undefined;
  const apiURL = at(spec, ['github', 'apiURL']) ?? DEFAULT_API_URL;
  const ruleset = at(spec, ['ruleset', 'name']) ?? DEFAULT_RULESET;
  return typeof apiURL === 'string' && typeof ruleset === 'string'
    ? { apiURL, organization, ruleset, ...propertyOf(at(spec, ['ruleset'])) }
    : undefined;
}

/** Of a spec's ruleset. */
function propertyOf(ruleset: unknown): Pick<Claim, 'property'> {
  return at(ruleset, ['targeting']) === 'CustomProperty' ? keptProperty(at(ruleset, ['property'])) : {};
}

function keptProperty(property: unknown): Pick<Claim, 'property'> {
  const [name, value] = [at(property, ['name']), at(property, ['value'])];
  return typeof name === 'string' && typeof value === 'string' ? { property: { name, value } } : {};
}

/**
 * The claim that a stored policy was kept for. One that is damaged is none: what it was for cannot be known from a spec that
 * may have been refused.
 */
export function keptClaim({ origin, spec }: { origin?: unknown; spec: unknown }): Claim | undefined {
  const claim = at(origin, ['claim']);
  if (claim === undefined) return claimOf(spec);
  const [apiURL, organization, ruleset] = FIELDS.map(([field]) => at(claim, [field]));
  return typeof apiURL === 'string' && typeof organization === 'string' && typeof ruleset === 'string'
    ? { apiURL, organization, ruleset, ...keptProperty(at(claim, ['property'])) }
    : undefined;
}

const FIELDS = [
  ['apiURL', 'spec.github.apiURL'],
  ['organization', 'spec.organization'],
  ['ruleset', 'spec.ruleset.name'],
] as const;

/** What the API server's rules refuse in a cluster: another organization or ruleset is another policy, with clocks of its own. */
export function immutableFaults(before: Claim | undefined, now: Claim): string[] {
  if (before === undefined) return [];
  return FIELDS.filter(([field]) => before[field] !== now[field]).map(
    ([field, path]) =>
      `${path}: found ${JSON.stringify(now[field])}, allowed: ${JSON.stringify(before[field])}: the field is immutable, another value is another policy`,
  );
}

/**
 * Why a memory is another's, or undefined: `kept` is the claim that it was kept for. Ids of repositories and rulesets mean
 * nothing on another host, and a window that another organization opened is as wide as that organization. A login may be
 * written in any case.
 */
export function foreignMemory(kept: Claim | undefined, own: Claim): string | undefined {
  if (kept === undefined) return 'nothing says which organization it is of';
  const isSame =
    hostOf(kept.apiURL) === hostOf(own.apiURL) &&
    kept.organization.toLowerCase() === own.organization.toLowerCase() &&
    kept.ruleset === own.ruleset;
  return isSame ? undefined : `it is of ${claimText(kept)}, and this run is about ${claimText(own)}`;
}

/** In words for a person. */
function claimText({ apiURL, organization, ruleset }: Claim): string {
  return `the ruleset ${JSON.stringify(ruleset)} of ${JSON.stringify(organization)} on ${hostOf(apiURL)}`;
}

/**
 * The host in one spelling: the URL parser lowers the case, drops a port that is the default and writes an address of numbers in
 * one way; a dot at the end is the same name in full (https://www.rfc-editor.org/rfc/rfc1034#section-3.1). The claim of a wrong
 * policy is as it was written.
 */
export function hostOf(apiURL: string): string {
  return URL.canParse(apiURL) ? new URL(apiURL).host.toLowerCase().replace(/\.(?=:\d+$|$)/, '') : apiURL;
}

/** The value at a path of something that may be anything. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
