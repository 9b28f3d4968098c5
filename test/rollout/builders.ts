/** Rollouts, rulesets and rule suites for tests of the pure room. */
import { parseInput, ROLLOUTS, type LiveRuleset, type RolloutSpec, type RuleSuite } from '../../pkg/api/index.js';
import {
  candidateName,
  leftAs,
  NEW_MEMORY,
  type RolloutMemory,
  type SeenCandidate,
  type Sight,
  type Tally,
} from '../../pkg/rollout/index.js';

export const UID = '3f9a1c07-8c1d-4b22-9abc-0123456789ab';
export const HOUR_MS = 3_600_000;
export const RULE = { type: 'required_signatures' };

export function specOf(more: object = {}): RolloutSpec {
  const parsed = parseInput(ROLLOUTS, {
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Rollout',
    metadata: { name: 'signed' },
    spec: { policyRef: { name: 'acme' }, rules: [RULE], reason: 'Sign what is released', owner: 'security', ...more },
  });
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.spec;
}

export function mainOf(members: Iterable<number>, more: Partial<LiveRuleset> = {}): LiveRuleset {
  return {
    ...{ id: 900, name: 'plus1_enforcement', target: 'branch', enforcement: 'active', rules: 1 },
    ...{ refName: { include: ['~DEFAULT_BRANCH'], exclude: [] }, targeting: 'RepositoryID', conditions: {} },
    members: new Set(members),
    others: { rules: [{ type: 'deletion' }], bypassActors: [] },
    ...more,
  };
}

export function candidateOf(members: Iterable<number>, more: Partial<SeenCandidate> = {}): SeenCandidate {
  return {
    ...{ id: 901, name: candidateName(UID), enforcement: 'active', members: new Set(members), rules: [RULE] },
    ...{ bypassActors: [], refName: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    ...more,
  };
}

export const NOTHING: Tally = { pushes: 0, passed: 0, failed: 0, bypassed: 0, repositories: [], isWhole: true };
export const GOOD: Tally = { ...NOTHING, pushes: 20, passed: 20 };
export const BAD: Tally = { ...NOTHING, pushes: 4, failed: 4, repositories: [{ id: 1, name: 'r1', failed: 4 }] };

/** In a stage that has run for so long. */
export function runningMemory(
  stage: number,
  candidate: SeenCandidate,
  more: Partial<RolloutMemory> = {},
): RolloutMemory {
  return { ...NEW_MEMORY, stage, sinceMs: 0, candidate: leftAs(candidate), ...more };
}

export function sightOf(more: Partial<Sight> = {}): Sight {
  return {
    ...{ uid: UID, spec: specOf(), memory: NEW_MEMORY, nowMs: 1000 * HOUR_MS, main: mainOf(range(1, 40)) },
    ...{ first: [], lacksEvaluate: false, isApproved: () => false, nameOf: (id) => `r${id}` },
    ...more,
  };
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

export const suite = (id: number, more: Partial<RuleSuite> = {}): RuleSuite => ({
  ...{ id, repositoryID: 1, repositoryName: 'r1', ref: 'refs/heads/main', pushedMs: 10 * HOUR_MS, result: 'pass' },
  ...more,
});
