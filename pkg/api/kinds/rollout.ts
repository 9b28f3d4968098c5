/** `Plus1Rollout` v1alpha1: all that is said of the kind. */
import type { InputKind, InputObject } from './input-kind.js';
import { rolloutSpec, type RolloutSpec } from './rollout-spec.js';
import { rolloutStatus, type RolloutStatus } from './rollout-status.js';

export const ROLLOUT = 'Plus1Rollout';

export type Rollout = InputObject<RolloutSpec, RolloutStatus>;

export const ROLLOUTS: InputKind<RolloutSpec, RolloutStatus> = {
  kind: ROLLOUT,
  plural: 'plus1rollouts',
  shortName: 'plus1r',
  words: { one: 'rollout', many: 'rollouts' },
  about:
    'Plus1Rollout adds rules to the ruleset of a Plus1Policy in stages: a ruleset of its own carries them, and each stage begins on the evidence of pushes.',
  spec: rolloutSpec,
  status: rolloutStatus,
  fixed: [['policyRef', 'name']],
  lists: {
    keys: {
      conditions: 'type',
      first: 'name',
      'candidate.late': 'id',
      'impact.blocking': 'id',
      'hold.members': 'id',
      'analysis.repositories': 'id',
      'analysis.opened': 'id',
    },
    required: new Set(['impact.blocking', 'impact.settled', 'analysis.repositories', 'analysis.opened']),
  },
  reliedOn: new Set([
    ...['stage', 'stageStartTime', 'end', 'wasPaused', 'ready', 'intended', 'first', 'unneeded'],
    ...['candidate', 'hold', 'analysis'],
  ]),
  columns: [
    { name: 'Policy', type: 'string', path: ['spec', 'policyRef', 'name'] },
    { name: 'Ready', type: 'string', condition: 'Ready', field: 'status' },
    { name: 'Stage', type: 'integer', path: ['status', 'stage'] },
    { name: 'Members', type: 'integer', path: ['status', 'candidate', 'members'] },
    { name: 'Progressing', type: 'string', condition: 'Progressing', field: 'reason' },
    { name: 'Healthy', type: 'string', condition: 'Healthy', field: 'status' },
    { name: 'Held', type: 'string', condition: 'Held', field: 'status' },
    { name: 'Age', type: 'date', path: ['metadata', 'creationTimestamp'] },
  ],
};
