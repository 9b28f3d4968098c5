/** The condition WorkflowsHardened: only where it is switched on, and never part of Ready. */
import type { Condition, PolicyStatus } from '../../api/index.js';
import type { PassOutcome } from '../types.js';

type Draft = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Names in a message; `plus1 workflows` and the index have them all. */
const MAX_NAMES = 10;

/** A pass that did not look at workflow files leaves it as it was. */
export function hardened(
  { request, workflows }: Omit<PassOutcome, 'status'>,
  { conditions = [] }: PolicyStatus,
): Draft[] {
  const { enabled, require } = request.policy.spec.workflows;
  if (!enabled) return [];
  const draft = (status: Draft['status'], reason: Draft['reason'], message: string): Draft[] => [
    { type: 'WorkflowsHardened', status, reason, message },
  ];
  if (workflows === undefined) {
    const before = conditions.find(({ type }) => type === 'WorkflowsHardened');
    if (before !== undefined) return [before];
    return draft('Unknown', 'NotObserved', 'Workflow files were not read yet');
  }
  const { failing, pending, filesUnreadable, undecided } = workflows;
  const asked = require === 'Holds' ? 'not limited in what they send out' : 'neither limited nor recorded';
  if (failing.length > 0) return draft('False', 'NotHardened', `Jobs are ${asked} in ${some(failing)}`);
  if (pending > 0) return draft('Unknown', 'NotObserved', 'The workflow files of some repositories were not read yet');
  if (filesUnreadable > 0) return draft('Unknown', 'NotObserved', 'Some workflow files could not be read or judged');
  if (undecided > 0) return draft('Unknown', 'NotDecided', 'Some jobs are decided about outside of the files');
  return draft('True', 'AllHardened', 'Every job is as the policy requires it');
}

const some = (names: readonly string[]): string =>
  names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
