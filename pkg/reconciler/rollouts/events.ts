/** What happened to a rollout in a pass, each told once: the difference of two statuses. Pure. */
import type { RolloutSpec, RolloutStatus } from '../../api/index.js';
import type { PolicyEvent } from '../../policies/index.js';

export type Told = PolicyEvent;

type Condition = NonNullable<RolloutStatus['conditions']>[number];

export function eventsOf(before: RolloutStatus, after: RolloutStatus, spec: RolloutSpec): PolicyEvent[] {
  return [...ofStage(before, after, spec), ...ofEnd(before, after), ...ofConditions(before, after)];
}

function ofStage(before: RolloutStatus, after: RolloutStatus, { stages }: RolloutSpec): PolicyEvent[] {
  const { stage = 0, stageStartTime, candidate } = after;
  if (stage === 0 || stageStartTime === before.stageStartTime) return [];
  const { percent = 100, enforcement = 'Active' } = stages[stage - 1] ?? {};
  const message = `stage ${stage} of ${stages.length} began: ${percent} % in ${enforcement}, ${candidate?.members ?? 0} members`;
  return [{ type: 'Normal', reason: 'StageBegan', action: 'BeginStage', message }];
}

const ENDS = {
  RolledBack: { type: 'Warning', reason: 'RolledBack', action: 'RollBack' },
  Aborted: { type: 'Warning', reason: 'Aborted', action: 'RollBack' },
  Completed: { type: 'Normal', reason: 'Completed', action: 'Complete' },
  Folded: { type: 'Normal', reason: 'Folded', action: 'DeleteCandidate' },
} as const;

function ofEnd(before: RolloutStatus, after: RolloutStatus): PolicyEvent[] {
  const { end } = after;
  if (end === undefined || end === before.end) return [];
  const type = end === 'RolledBack' || end === 'Aborted' ? 'RolledBack' : 'Completed';
  return [{ ...ENDS[end], message: conditionOf(after, type)?.message ?? '' }];
}

/** By type and reason: those that begin are told. */
const WATCHED: readonly (readonly [type: string, reason: string, PolicyEvent['type']])[] = [
  ['Held', 'ApprovalRequired', 'Normal'],
  ['Healthy', 'Inconclusive', 'Normal'],
  ['Ready', 'CandidateDeleted', 'Warning'],
  ['Ready', 'CandidateChanged', 'Warning'],
  ['Ready', 'EvaluateUnavailable', 'Warning'],
];

function ofConditions(before: RolloutStatus, after: RolloutStatus): PolicyEvent[] {
  return WATCHED.flatMap(([type, reason, kind]) => {
    const now = conditionOf(after, type);
    if (now?.reason !== reason || conditionOf(before, type)?.reason === reason) return [];
    return [{ type: kind, reason: now.reason, action: 'Judge', message: now.message }];
  });
}

const conditionOf = ({ conditions = [] }: RolloutStatus, type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type);
