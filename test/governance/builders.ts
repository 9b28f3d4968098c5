/** Values for the tests of governance: each has a sensible default for what a test does not care about. */
import {
  policySpec,
  type ExitClock,
  type FindingStatus,
  type LiveRuleset,
  type PolicySpec,
  type Repository,
} from '../../pkg/api/index.js';
import type { Reason } from '../../pkg/catalog/index.js';
import type { Finding, Memory } from '../../pkg/governance/index.js';
import * as v from 'valibot';

/** 2026-11-22T10:00:00Z. */
export const NOW = Date.UTC(2026, 10, 22, 10);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export type SpecInput = Partial<Omit<v.InferInput<typeof policySpec>, 'organization' | 'github'>>;

/** A policy's spec with its defaults. */
export function specOf(input: SpecInput = {}): PolicySpec {
  return v.parse(policySpec, { organization: 'acme', github: {}, ...input });
}

export function repositoryOf(input: Partial<Repository> = {}): Repository {
  return {
    id: 1,
    nodeID: 'R_1',
    name: 'svc-a',
    visibility: 'Private',
    isArchived: false,
    isDisabled: false,
    isEmpty: false,
    isFork: false,
    isTemplate: false,
    defaultBranch: 'main',
    headCommit: 'c0ffee',
    ...input,
  };
}

export function liveOf(members: Iterable<number>, input: Partial<LiveRuleset> = {}): LiveRuleset {
  return {
    id: 77,
    name: 'plus1_enforcement',
    target: 'branch',
    enforcement: 'active',
    rules: 2,
    refName: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    targeting: 'RepositoryID',
    members: new Set(members),
    conditions: {},
    ...input,
  };
}

/** A finding, read twice in this pass unless told otherwise. */
export function findingOf(id: number, status: FindingStatus, input: Partial<Finding> = {}): Finding {
  const lifecycle = status === 'valid_production' ? 'production' : 'staging';
  const hasEvidence = status === 'valid_production' || status === 'valid_non_production';
  return {
    id,
    name: `svc-${id}`,
    status,
    lifecycles: hasEvidence ? [lifecycle] : [],
    reasons: [],
    confirmed: true,
    ...(hasEvidence && { evidence: { file: 'entity.datadog.yaml', line: 7, column: 14, lifecycle } }),
    ...input,
  };
}

/** Findings in order of ids, from a record of statuses by id. */
export function findingsOf(statuses: Record<number, FindingStatus>): Finding[] {
  return Object.entries(statuses).map(([id, status]) => findingOf(Number(id), status));
}

export function reasonOf(input: Partial<Reason> = {}): Reason {
  return {
    severity: 'error',
    code: 'some-fault',
    file: 'entity.datadog.yaml',
    line: 3,
    column: 1,
    found: 'a tab',
    expected: 'blanks',
    fix: 'indent with blanks',
    ...input,
  };
}

export const at = (ms: number): string => new Date(ms).toISOString();

export function clockOf(id: number, sinceMs: number, input: Partial<ExitClock> = {}): ExitClock {
  return {
    id,
    name: `svc-${id}`,
    reason: 'valid_non_production',
    since: at(sinceMs),
    dueTime: at(sinceMs + DAY),
    ...input,
  };
}

export const NO_MEMORY: Memory = { leaving: [] };

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const idsOf = (items: readonly { id: number }[]): number[] => items.map(({ id }) => id);
