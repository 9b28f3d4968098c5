/** The conditions of a rollout, from its step. Pure. */
import type { RolloutSpec } from '../../api/index.js';
import type { RolloutMemory, Step } from '../../rollout/index.js';
import type { Said } from '../inputs/conditions.js';

export interface Told {
  spec: RolloutSpec;
  /** As it is after the pass. */
  memory: RolloutMemory;
  step: Step;
  /** What the pass before said of the pushes; it stands until the next look. */
  healthy?: Said | undefined;
  /** What the impact says, where it waits for an approval, and the hash that an approval names. */
  held?: string | undefined;
  /** Why the pass could not do what it wanted. */
  trouble?: { reason: string; message: string } | undefined;
  /** The policy does not let the pass write. */
  isReadOnly?: boolean | undefined;
}

/** `Ready`, `Progressing` and `Healthy` always; the others only while they are True. */
export function said(told: Told): Said[] {
  return [ready(told), progressing(told), healthy(told), ...others(told)];
}

/** What nobody but a person can set right. */
const STUCK: ReadonlySet<string> = new Set([
  'CandidateDeleted',
  'CandidateChanged',
  'EvaluateUnavailable',
  'RulesetNotEnforced',
  'BypassActorsUnknown',
]);

function ready({ memory, step, trouble }: Told): Said {
  // By name: an error has neither as a property of its own that can be counted.
  if (trouble !== undefined)
    return { type: 'Ready', status: 'False', reason: trouble.reason, message: trouble.message };
  const { wait } = step;
  if (wait !== undefined && STUCK.has(wait.reason)) return { type: 'Ready', status: 'False', ...wait };
  if (memory.end === undefined) return { type: 'Ready', status: 'True', reason: 'Running', message: 'it runs' };
  return { type: 'Ready', status: 'True', reason: memory.end, message: ENDS[memory.end] };
}

const ENDS = {
  RolledBack: 'it was rolled back; to begin again, pause it and then resume it',
  Aborted: 'it was aborted; to begin again, set spec.abort to false, pause it and then resume it',
  Completed: 'all stages went well; add the rules to the main ruleset, as plus1 rollout fold prints them',
  Folded: 'its rules stand in the main ruleset, and its candidate is deleted',
};

function progressing(told: Told): Said {
  const { spec, memory, step, trouble, isReadOnly } = told;
  const no = (reason: string, message: string): Said => ({ type: 'Progressing', status: 'False', reason, message });
  const { end } = memory;
  if (end === 'Completed') return no('Completed', step.needed ?? ENDS.Completed);
  if (end !== undefined) return no(end, ENDS[end]);
  if (step.wait !== undefined) return no(step.wait.reason, told.held ?? step.wait.message);
  if (trouble !== undefined) return no(trouble.reason, trouble.message);
  if (isReadOnly === true && memory.stage === 0)
    return no('Observed', 'the policy writes nothing in its mode, and so no stage begins');
  const stage = spec.stages[memory.stage - 1];
  const about = stage === undefined ? '' : `: ${stage.percent} % in ${stage.enforcement}`;
  const message = `stage ${memory.stage} of ${spec.stages.length}${about}`;
  return { type: 'Progressing', status: 'True', reason: 'StageRunning', message };
}

function healthy({ memory, step, healthy: before }: Told): Said {
  const { verdict } = step;
  const is = (status: Said['status'], reason: string, message: string): Said => ({
    ...{ type: 'Healthy', status, reason, message },
  });
  switch (verdict?.state) {
    case 'Failed':
      return is('False', 'Failed', verdict.message);
    case 'Healthy':
      return is('True', 'Healthy', verdict.message);
    case 'Inconclusive':
      return is('Unknown', 'Inconclusive', verdict.message);
    case 'Soaking':
      return is('Unknown', 'Soaking', verdict.message);
    case undefined:
      return (
        before ?? is('Unknown', 'NotAnalyzed', memory.stage === 0 ? 'no stage has begun' : 'no push was looked at yet')
      );
  }
}

function others({ spec, memory, step, held, healthy: before }: Told): Said[] {
  const { end } = memory;
  return [
    ...(spec.paused && end !== 'Folded' ? [is('Paused', 'Paused', 'spec.paused is true: no stage begins')] : []),
    ...(held === undefined ? [] : [is('Held', 'ApprovalRequired', held)]),
    ...(end === undefined ? [] : [ended(end, step, before)]),
  ];
}

const is = (type: string, reason: string, message: string): Said => ({ type, status: 'True', reason, message });

/** Why it was rolled back is said by the pass that did it, and stands. */
function ended(end: NonNullable<RolloutMemory['end']>, { verdict, needed }: Step, before: Said | undefined): Said {
  const why = before?.status === 'False' ? before.message : ENDS.RolledBack;
  switch (end) {
    case 'RolledBack':
      return is('RolledBack', 'Failed', verdict?.state === 'Failed' ? verdict.message : why);
    case 'Aborted':
      return is('RolledBack', 'Aborted', ENDS.Aborted);
    case 'Completed':
      return is('Completed', 'Completed', needed ?? ENDS.Completed);
    case 'Folded':
      return is('Completed', 'Folded', ENDS.Folded);
  }
}
