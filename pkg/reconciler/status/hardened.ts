/** The condition WorkflowsHardened: only where it is switched on, and never part of Ready. */
import type { PolicyStatus } from '../../api/index.js';
import type { PassOutcome } from '../types.js';
import { someOf, type ConditionDraft } from './condition-draft.js';

/** A pass that did not look at workflow files leaves it as it was. */
export function hardened(
  { request, workflows }: Omit<PassOutcome, 'status'>,
  { conditions = [] }: PolicyStatus,
): ConditionDraft[] {
  const { enabled, require } = request.policy.spec.workflows;
  if (!enabled) return [];
  const draft = (
    status: ConditionDraft['status'],
    reason: ConditionDraft['reason'],
    message: string,
  ): ConditionDraft[] => [{ type: 'WorkflowsHardened', status, reason, message }];
  if (workflows === undefined) {
    const before = conditions.find(({ type }) => type === 'WorkflowsHardened');
    if (before !== undefined) return [before];
    return draft('Unknown', 'NotObserved', 'Workflow files were not read yet');
  }
  const { failing, pending, filesUnreadable, undecided } = workflows;
  const asked = require === 'Holds' ? 'not limited in what they send out' : 'neither limited nor recorded';
  if (failing.length > 0) return draft('False', 'NotHardened', `Jobs are ${asked} in ${someOf(failing)}`);
  if (pending > 0) return draft('Unknown', 'NotObserved', 'The workflow files of some repositories were not read yet');
  if (filesUnreadable > 0) return draft('Unknown', 'NotObserved', 'Some workflow files could not be read or judged');
  if (undecided > 0) return draft('Unknown', 'NotDecided', 'Some jobs are decided about outside of the files');
  return draft('True', 'AllHardened', 'Every job is as the policy requires it');
}
