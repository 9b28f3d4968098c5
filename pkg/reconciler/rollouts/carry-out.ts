/** Carries out what a rollout decided: its candidate is made, changed or deleted, through the port of rulesets that Plus1 makes. */
import type { LiveRuleset, RulesetEnforcement } from '../../api/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import {
  candidateName,
  leftAs,
  type Action,
  type RolloutMemory,
  type SeenCandidate,
  type Step,
} from '../../rollout/index.js';
import type { OwnedRulesets } from '../owned/owned-rulesets.js';
import { changeRecords } from './records.js';

export interface CarryOut {
  uid: string;
  rules: readonly unknown[];
  main: LiveRuleset;
  step: Step;
  nameOf: (id: number) => string;
  /** What the impact says of one that enters. */
  wordOf: (id: number) => string;
  /** Throws where the candidate has to stay, as it is right before its deletion. */
  mayDelete: (live: OwnedRuleset) => Promise<void>;
}

export interface Carried {
  memory: RolloutMemory;
  candidate?: SeenCandidate | undefined;
}

/** What is remembered once it is proved. Throws Plus1Error where it is not; then `step.before` is what is known. */
export async function carryOut(
  { uid, rules, main, step, nameOf, wordOf, mayDelete }: CarryOut,
  owned: OwnedRulesets,
  signal: AbortSignal,
): Promise<Carried> {
  const { action, after } = step;
  const name = candidateName(uid);
  switch (action.kind) {
    case 'none':
      return { memory: after };
    case 'create': {
      const body = bodyOf({ name, rules, main, action });
      const { ruleset } = await owned.ensure({ purpose: 'Rollout', body }, signal);
      const candidate = seenAs(ruleset);
      return { candidate, memory: { ...after, candidate: leftAs(candidate) } };
    }
    case 'change': {
      const told = changeRecords({ uid, action, nameOf, wordOf });
      const ruleset = await owned.change(name, to(action), told, signal);
      return { memory: after, candidate: seenAs(ruleset) };
    }
    case 'delete':
      await owned.remove(name, signal, mayDelete);
      return { memory: after };
  }
}

/** The branches and the bypass actors are those of the main ruleset: its rules are what the candidate stands for. */
function bodyOf({
  name,
  rules,
  main,
  action,
}: {
  name: string;
  rules: readonly unknown[];
  main: LiveRuleset;
  action: Extract<Action, { kind: 'create' }>;
}): Parameters<OwnedRulesets['ensure']>[0]['body'] {
  const { include = ['~DEFAULT_BRANCH'], exclude = [] } = main.refName ?? {};
  const actors = main.others?.bypassActors;
  return {
    ...{ name, target: 'branch', enforcement: action.enforcement, rules },
    conditions: { ref_name: { include, exclude }, repository_id: { repository_ids: action.members } },
    bypass_actors: Array.isArray(actors) ? actors : [],
  };
}

const to = ({
  members,
  enforcement,
}: Extract<Action, { kind: 'change' }>): { members?: readonly number[]; enforcement?: RulesetEnforcement } => ({
  ...(members && { members }),
  ...(enforcement && { enforcement }),
});

export const seenAs = (ruleset: OwnedRuleset): SeenCandidate => ({
  ...{ id: ruleset.id, name: ruleset.name, enforcement: ruleset.enforcement },
  members: ruleset.members ?? new Set(),
  rules: ruleset.others.rules,
  bypassActors: ruleset.others.bypassActors,
  ...(ruleset.refName && { refName: ruleset.refName }),
});
