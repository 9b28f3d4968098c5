/** What the rules ask of the shared file. It is read by every job, so that only rules for all governed repositories stand in it. Pure. */
import { sha256 } from '../base/index.js';
import type { EgressRule } from '../api/index.js';
import { overlap } from './endpoints.js';
import { shortDigest, type SharedEntry } from './shared-text.js';

type Rule = Pick<EgressRule, 'metadata' | 'spec'>;

/** True of a rule for every workflow of every governed repository. Written for all, one of a narrower scope would reach further than asked. */
export function isForAll({ scope: { repositories, workflows } }: Rule['spec']): boolean {
  return workflows.length === 0 && repositories.exclude.length === 0 && repositories.include.includes('*');
}

export interface WantedRule {
  rule: Rule;
  /** `sha256:…` of the rule. */
  digest: string;
  /** Endpoints of it that a Deny takes away. */
  denied: readonly string[];
}

/** What stays as it is in the file: of rules that were taken away within the notice, and of those that cannot be read now. */
export interface KeptRule {
  name: string;
  /** Absent: all of it. */
  endpoints?: readonly string[];
}

/** What the rules ask: entries of their own, and what stays of those that are in the file. */
export interface WantedFile {
  own: readonly SharedEntry[];
  kept: readonly KeptRule[];
  /** Endpoints that a Deny takes away, from what stays too. */
  denied: readonly string[];
}

/** All that is to stand in a file that has those entries now. What stays of a rule goes at the end that its entry names. */
export function wantedEntries(
  { own, kept, denied }: WantedFile,
  inFile: readonly SharedEntry[],
  nowMs: number,
): SharedEntry[] {
  const stays = (entry: SharedEntry): boolean =>
    !(entry.until !== undefined && Date.parse(entry.until) <= nowMs) &&
    kept.some(({ name, endpoints }) => name === entry.rule && (endpoints?.includes(entry.endpoint) ?? true)) &&
    !denied.some((endpoint) => overlap(endpoint, entry.endpoint));
  return [...own, ...inFile.filter(stays)];
}

/** Of one rule. */
export function entriesFor({ rule: { metadata, spec }, digest, denied }: WantedRule): SharedEntry[] {
  const { endpoints, owner, expiresAt } = spec;
  const end = expiresAt === undefined ? {} : { until: expiresAt };
  return endpoints
    .filter((endpoint) => !denied.includes(endpoint))
    .map((endpoint) => ({ endpoint, rule: metadata.name, owner, ...end, digest: shortDigest(digest) }));
}

/** `sha256:` over all of it: another one where a rule changes, and the same whatever others do to the file. */
export function wantedHash({ own, kept, denied }: WantedFile): string {
  const rows = [
    ...own.map(({ endpoint, rule, owner, until = null, digest }) => [endpoint, rule, owner, until, digest]),
    ...kept.map(({ name, endpoints = null }) => ['kept', name, endpoints]),
    ...denied.map((endpoint) => ['denied', endpoint]),
  ];
  return `sha256:${sha256(JSON.stringify(rows.map((row) => JSON.stringify(row)).sort()))}`;
}
