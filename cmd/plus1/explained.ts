/** What the last pass of a policy left behind about one repository, as values: the text for people and the JSON say the same. */
import {
  DEFAULT_RULESET,
  type Condition,
  type Exemption,
  type ExitClock,
  type FindingStatus,
} from '../../pkg/api/index.js';
import { isMapping } from '../../pkg/base/index.js';
import { exemptionOf } from '../../pkg/governance/index.js';
import { isMarkedDeleted, type StoredPolicy } from '../../pkg/policies/index.js';
import type { Departed, KnownRepositories, KnownRepository, Missed } from '../../pkg/reconciler/index.js';
import { because } from './because.js';
import type { Looks } from './kept-looks.js';

/** What the last pass of a policy left behind. */
export type Known = KnownRepositories & { looksOf(this: void, id: number): Looks };

type Verdict = NonNullable<KnownRepository['verdict']>;

export interface Explained {
  organization: string;
  name: string;
  id: number;
  governed: boolean;
  /** Why it is not governed; empty where it is. */
  why: string[];
  ruleset: string;
  /** Null of one that no listing contains any more. */
  finding: FindingStatus | null;
  /** What the finding means for the membership, where neither its files nor a clock say it. */
  because: string | null;
  evidence: NonNullable<Verdict['evidence']> | null;
  reasons: readonly Verdict['reasons'][number][];
  exemption: Exemption | null;
  commit: string | null;
  author: string | null;
  /** It leaves when that is over. */
  clock: ExitClock | null;
  /** What keeps it from leaving. */
  hold: { reason: string; since: string } | null;
  /** Since when every listing missed it, and what its look-up said. */
  missed: Pick<Missed, 'since' | 'reason'> | null;
  left: Omit<Departed, 'id' | 'name'> | null;
  /** Null where nobody asks for it, or it was not looked at yet. */
  checks: NonNullable<Looks['checks']> | null;
  workflows: NonNullable<Looks['workflows']> | null;
  policy: {
    namespace: string;
    name: string;
    mode: string;
    deleted: boolean;
    lastPass: { result: string; completionTime: string } | null;
  };
}

/** What one policy knows of a repository; `name` in lower case. */
export function explainedBy(policy: StoredPolicy, known: Known, name: string, nowMs: number): Explained[] {
  const isIt = (each: { name: string }): boolean => each.name.toLowerCase() === name;
  // A name may go to a new repository while the old one, which is gone, is still a member: then there are two answers.
  const missed = known.absent?.filter(isIt) ?? [];
  const found = known.repositories.find((each) => isIt(each) && missed.every(({ id }) => id !== each.id));
  const all = missed.map((each) => vanished(policy, each, known));
  if (found !== undefined) return [...all, observed(policy, found, known, nowMs)];
  const left = all.length > 0 ? undefined : known.left?.find(isIt);
  return left === undefined ? all : [departed(policy, left)];
}

/** A policy that is not valid is kept as it was written: without its defaults. */
const written = (spec: StoredPolicy['spec']): Partial<StoredPolicy['spec']> => spec;

/** What is so of every repository of the policy, and nothing of this one yet. */
function begun({ metadata, spec, status }: StoredPolicy, { id, name }: { id: number; name: string }): Explained {
  const { lastPass } = status ?? {};
  return {
    ...{ organization: String(spec.organization), name, id, governed: false, why: [] },
    ruleset: written(spec).ruleset?.name ?? DEFAULT_RULESET,
    ...{ finding: null, because: null, evidence: null, reasons: [], exemption: null, commit: null, author: null },
    ...{ clock: null, hold: null, missed: null, left: null, checks: null, workflows: null },
    policy: {
      ...{ namespace: metadata.namespace, name: metadata.name, mode: written(spec).mode ?? 'Enforce' },
      deleted: isMarkedDeleted({ metadata }),
      lastPass: lastPass === undefined ? null : { result: lastPass.result, completionTime: lastPass.completionTime },
    },
  };
}

function observed(policy: StoredPolicy, repository: KnownRepository, known: Known, nowMs: number): Explained {
  const { id, status: finding, verdict, commit, author } = repository;
  const { hold } = policy.status ?? {};
  const clock = clockOf(policy, id);
  const exemption = exemptionOf(repository, exemptionsOf(policy.spec), { earlierMs: nowMs, laterMs: nowMs });
  const { checks, workflows } = known.looksOf(id);
  return {
    ...begun(policy, repository),
    ...governance(policy, id, known),
    ...{ finding, because: orNull(because(policy, repository, known)), exemption: orNull(exemption) },
    ...{ evidence: orNull(verdict?.evidence), reasons: verdict?.reasons ?? [] },
    ...{ commit: orNull(commit), author: orNull(author), clock },
    hold: hold === undefined || clock === null ? null : { reason: hold.reason, since: hold.since },
    left: leavingOf(known.left?.find((each) => each.id === id)),
    ...{ checks: orNull(checks), workflows: orNull(workflows) },
  };
}

const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** A member that no listing contains any more: deleted, or hidden from the credential. */
function vanished(policy: StoredPolicy, missed: Missed, known: Known): Explained {
  const { since, reason } = missed;
  const clock = clockOf(policy, missed.id);
  return { ...begun(policy, missed), ...governance(policy, missed.id, known), clock, missed: { since, reason } };
}

/** A repository that left and that the organization no longer has: deleted or transferred. */
function departed(policy: StoredPolicy, left: Departed): Explained {
  const why = ['it is not among the repositories of the organization any more'];
  return { ...begun(policy, left), why, left: leavingOf(left) };
}

function leavingOf(left: Departed | undefined): Explained['left'] {
  if (left === undefined) return null;
  const { id: _id, name: _name, ...rest } = left;
  return rest;
}

const clockOf = ({ status }: StoredPolicy, id: number): ExitClock | null =>
  status?.leaving?.find((each) => each.id === id) ?? null;

/** The answer and its reason together, so that the two cannot contradict each other. */
function governance({ spec, status }: StoredPolicy, id: number, known: Known): Pick<Explained, 'governed' | 'why'> {
  const name = written(spec).ruleset?.name ?? DEFAULT_RULESET;
  const compliant = status?.conditions?.find(({ type }) => type === 'Compliant');
  const why = whyUngoverned(name, compliant, id, known);
  return { governed: why.length === 0, why };
}

function whyUngoverned(
  name: string,
  compliant: Condition | undefined,
  id: number,
  { members = [], governed }: KnownRepositories,
): string[] {
  if (compliant?.reason === 'RulesetNotFound') return [`there is no ruleset ${name}`];
  if (!members.includes(id)) return [`the ruleset ${name} does not target it`];
  if (compliant?.reason === 'RulesetNotEnforced')
    return [`the ruleset ${name} targets it, and protects nothing`, compliant.message];
  // A cache of an older version does not tell the two apart.
  if (governed === undefined || governed.includes(id)) return [];
  return [`the ruleset ${name} targets it, and leaves out its default branch`];
}

/** Of a policy that is not valid only what could be one. */
function exemptionsOf(spec: StoredPolicy['spec']): Exemption[] {
  const list: unknown = written(spec).exemptions;
  const texts = ['repository', 'effect', 'reason', 'owner', 'expiresAt'];
  const isOne = (each: unknown): each is Exemption =>
    isMapping(each) && texts.every((text) => typeof each[text] === 'string');
  return Array.isArray(list) ? list.filter(isOne) : [];
}
