/**
 * The conditions Ready, Reconciling and Stalled, from the one word for a pass (`result.ts`): what it waits for, what it failed with, and
 * who can do something about it.
 */
import type { Condition, ConditionReason } from '../../api/index.js';
import { CATALOGUE, errorText, Plus1Error } from '../../errors/index.js';
import { openAfter } from '../memory/open-write.js';
import { stillHeld } from '../held.js';
import type { ActResult, PassObservation, PassOutcome } from '../types.js';
import { barredText } from './barred-message.js';
import { someOf, type ConditionDraft } from './condition-draft.js';
import { heldText } from './held-text.js';
import { retainedText } from './retained-message.js';

/** Ready always; the others only while they are True (kstatus). */
export function readiness(outcome: Omit<PassOutcome, 'status'>): ConditionDraft[] {
  const { error, seen, acted } = outcome;
  switch (outcome.result) {
    case 'Failed':
      return failed(error ?? new Plus1Error('PLUS1_INTERNAL', 'the pass failed'));
    case 'Incomplete':
      return failedSoftly('Incomplete', seen?.complete === true ? OTHER_TIME : incompleteText(seen));
    case 'Observed':
      return [ready('True', 'Observed', observedText(acted, stayText(outcome)))];
    case 'Held':
      return [ready('False', 'Held', holdText(outcome) ?? 'A guard holds the plan')];
    case 'Succeeded': {
      const stay = restText(outcome);
      // Also while an earlier write is open: this is what was just read, and `pendingWrite` and the message name the write. After
      // each process that died before its PUT the policy would otherwise be not ready for minutes, though all is in place.
      return [ready('True', 'Converged', stay === undefined ? AS_IT_SHOULD_BE : `Nothing to write; ${stay}`)];
    }
  }
}

function holdText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const hold = outcome.acted && stillHeld(outcome.acted);
  return hold && heldText(hold, outcome);
}

const OTHER_TIME = "The local clock and GitHub's differ by more than 5 minutes; nobody leaves until they agree";

/** Without its time: until then it would be another message in each pass whose clock is not trusted. */
const OPEN =
  'nobody leaves until an earlier write is settled: it has no known outcome since status.pendingWrite.startTime, and GitHub may still apply it';

/** What is not as the files say, though there is nothing to write. */
function restText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const parts = [stayText(outcome), outcome.acted && barredText(outcome.acted.decision)];
  return parts.some((part) => part !== undefined) ? parts.filter((part) => part !== undefined).join('; ') : undefined;
}

/** Why members stay that are not in production, and why nobody else leaves either. */
function stayText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const { seen, acted, request, startMs } = outcome;
  const open = openAfter(outcome);
  const retained = seen && acted && retainedText(seen, acted, { spec: request.policy.spec, open: open && startMs });
  if (open === undefined) return retained;
  return [...(retained === undefined ? [] : [retained]), OPEN].join('; ');
}

/** How much of the organization stayed unknown, and of whom the name is known at least: the next step is to look at them. */
function incompleteText(seen: PassObservation | undefined): string {
  const head = 'GitHub did not answer for every repository; nothing unknown was taken away';
  if (seen === undefined) return head;
  const names = seen.findings.filter(({ status }) => status === 'unobserved').map(({ name }) => name);
  const lookedFor = seen.absent
    .filter(({ fate }) => fate === 'unknown')
    .map(({ id, name }) => name ?? `repository ${id}`);
  const unlisted = seen.absent
    .filter(({ fate }) => fate === 'unseen')
    .map(({ id, name }) => name ?? `repository ${id}`);
  const missing = seen.totalCount - seen.findings.length;
  const parts = [
    missing > 0 ? `${missing} of ${seen.totalCount} rows of the listing came empty or not at all` : '',
    names.length > 0 ? `not read: ${someOf(names)}` : '',
    lookedFor.length > 0 ? `not listed and not found out about: ${someOf(lookedFor)}` : '',
    unlisted.length > 0
      ? `the listing lacks repositories, among them these, which a look-up found: ${someOf(unlisted)}`
      : '',
  ].filter(Boolean);
  return [head, ...parts].join('; ');
}

const AS_IT_SHOULD_BE = 'The ruleset targets exactly what the catalogue files and the policy say';

/** What the pass would have done. */
function observedText(acted: ActResult | undefined, retained: string | undefined): string {
  const { plan, toEnter: entered, toLeave: left } = acted?.decision ?? { toEnter: [], toLeave: [] };
  const held = plan === undefined ? 0 : plan.leave.length + plan.gone.length - left.length;
  const named = (items: readonly { name: string }[]): string => ` (${someOf(items.map(({ name }) => name))})`;
  const parts = [
    { count: entered.length, would: `would enter${named(entered)}` },
    { count: left.length, would: `would leave${named(left)}` },
    { count: held, would: 'would be held by a guard' },
  ].filter(({ count }) => count > 0);
  const would = parts.map(({ count, would }) => `${count} ${would}`).join(', ') || 'nothing would enter or leave';
  return [`Observed; the plan is not applied: ${would}`, ...(retained === undefined ? [] : [retained])].join('; ');
}

/** A failure: stalled where only a person can fix it, else tried again. */
export function failed(error: Plus1Error): ConditionDraft[] {
  const message = messageOf(error);
  const forPeople = error.class === 'configuration' || error.class === 'usage';
  if (!forPeople) return failedSoftly(error.reason, message);
  return [ready('False', error.reason, message), { type: 'Stalled', status: 'True', reason: error.reason, message }];
}

/** How much is left of a limit, and until when to wait, would make another message of each pass; `nextPassTime` has the time. */
function messageOf(error: Plus1Error): string {
  const { code, retryAt } = error;
  if (retryAt === undefined) return errorText(error);
  return errorText({ code, message: CATALOGUE[code].meaning, fix: 'wait until status.nextPassTime' });
}

function failedSoftly(reason: ConditionReason, message: string): ConditionDraft[] {
  return [
    ready('False', reason, message),
    { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message },
  ];
}

export const ready = (status: Condition['status'], reason: ConditionReason, message: string): ConditionDraft => ({
  type: 'Ready',
  status,
  reason,
  message,
});
