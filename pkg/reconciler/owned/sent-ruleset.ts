/**
 * A ruleset as it is sent to be made, its fingerprint, and whether a live one is that. GitHub adds fields by itself (defaults of rules,
 * the mode of a bypass) and gives lists in an order of its own, so that a live ruleset is held against what was sent: each field that was
 * sent must be there with its value, lists compared as sets; what was not sent does not count. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OpenCreation } from '../../api/index.js';
import { isMapping, sha256 } from '../../base/index.js';
import { canonical } from '../../journal/index.js';
import type { OwnedRuleset, RulesetBody } from '../../github/index.js';

/** `sha256:` over the RFC 8785 form of the body, the ids of its repositories sorted. */
export function bodyHash(body: RulesetBody): string {
  return `sha256:${sha256(canonical(withIDs(body, idsOf(body.conditions) ?? undefined)))}`;
}

/** What is kept of a body, as JSON: all but the ids of its repositories, which may be thousands. */
export function keptBody(body: RulesetBody): string {
  return canonical(withIDs(body, undefined));
}

/** True where the live ruleset is what that creation sent. */
export function isSent(live: OwnedRuleset, { sha256: hash, sent }: Pick<OpenCreation, 'sha256' | 'sent'>): boolean {
  const kept = parse(sent);
  if (kept === undefined || differences(live, kept).length > 0) return false;
  return bodyHash(withIDs(kept, live.members)) === hash;
}

/** A part of a ruleset that can differ from what was sent. */
export type RulesetPart = 'name' | 'target' | 'enforcement' | 'conditions' | 'rules' | 'bypassActors';

/** Which parts of a live ruleset are not as they were sent; its repositories do not count. Bypass actors that GitHub does not show differ. */
export function differences(live: OwnedRuleset, sent: RulesetBody): RulesetPart[] {
  const { rules, bypassActors } = live.others;
  const parts: [RulesetPart, unknown, unknown][] = [
    ['name', live.name, sent.name],
    ['target', live.target, sent.target],
    ['enforcement', live.enforcement, sent.enforcement],
    ['conditions', withoutIDs(live.conditions), withoutIDs(sent.conditions)],
    ['rules', rules, sent.rules],
    ['bypassActors', bypassActors, sent.bypass_actors],
  ];
  return parts.filter(([part, is, was]) => !(holds(is, was) && isWhole(part, is, was))).map(([part]) => part);
}

/** Of conditions everything counts: one that was added aims the ruleset elsewhere. */
const isWhole = (part: RulesetPart, is: unknown, was: unknown): boolean => part !== 'conditions' || holds(was, is);

/** True where `is` has all that `was` has. */
function holds(is: unknown, was: unknown): boolean {
  if (isNothing(was)) return isNothing(is);
  if (Array.isArray(was)) return Array.isArray(is) && holdsEach(is, was);
  if (!isMapping(was)) return isDeepStrictEqual(is, was);
  return isMapping(is) && Object.entries(was).every(([key, value]) => holds(is[key], value));
}

/** As sets: as many, and each of the one is one of the other. */
function holdsEach(is: readonly unknown[], was: readonly unknown[]): boolean {
  const rest = [...is];
  for (const each of was) {
    const at = rest.findIndex((candidate) => holds(candidate, each));
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return rest.length === 0;
}

/** GitHub shows a list without entries, or none, as it likes. */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** The body with those ids in place of its own, sorted; without them, none. */
function withIDs(body: RulesetBody, ids: Iterable<number> | undefined): RulesetBody {
  const { repository_id: byID } = body.conditions;
  if (!isMapping(byID)) return body;
  const { repository_ids: _ids, ...rest } = byID;
  const sorted = ids === undefined ? {} : { repository_ids: [...new Set(ids)].sort((a, b) => a - b) };
  return { ...body, conditions: { ...body.conditions, repository_id: { ...rest, ...sorted } } };
}

function withoutIDs({ repository_id: byID, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // That there is such a condition counts, and its ids do not.
  return isMapping(byID) ? { ...rest, repository_id: 'by id' } : rest;
}

function idsOf({ repository_id: byID }: Readonly<Record<string, unknown>>): number[] | undefined {
  return isMapping(byID) && Array.isArray(byID['repository_ids']) ? (byID['repository_ids'] as number[]) : undefined;
}

/** It was ours when it was written; a state that somebody edited names no ruleset as ours. */
function parse(sent: string): RulesetBody | undefined {
  try {
    const value: unknown = JSON.parse(sent);
    return isMapping(value) && isMapping(value['conditions']) ? (value as unknown as RulesetBody) : undefined;
  } catch {
    return undefined;
  }
}
