/** `status` of a rollout: what a pass leaves for people, and for the next pass, which may be another process's. */
import * as v from 'valibot';
import { integer, listMap, oneOf, time } from '../fields.js';
import { RULESET_ENFORCEMENTS } from '../ruleset.js';
import { count, id, maybe, repositoryName, sha256, told } from '../status-fields.js';
import { inputStatusFields } from './input-kind.js';

/** Entries of a list of the status. */
export const MAX_ROLLOUT_ENTRIES = 500;
/** Of the history: ten stages, a few times. */
export const MAX_ROLLOUT_HISTORY = 32;

const TYPES = 'Ready, Progressing and Healthy always; Paused, Held, RolledBack and Completed only while they are True.';

/**
 * `wouldBlock`: a push of the last month broke a rule of one of these types. `inForce`: all these rules hold there already, and no push
 * broke one. `unknown`: neither is known. In the order in which they are shown.
 */
export const IMPACTS = ['wouldBlock', 'unknown', 'inForce'] as const;
export type ImpactWord = (typeof IMPACTS)[number];

/** How a stage ended. */
const STAGE_OUTCOMES = ['Healthy', 'Failed', 'Aborted'] as const;
export type StageOutcome = (typeof STAGE_OUTCOMES)[number];

/**
 * How a rollout ended. `RolledBack`: pushes failed, and the members are those of `first` again. `Aborted`: somebody ended it; the same.
 * `Completed`: all stages went well, and the candidate stays until its owner folded the rules into the main ruleset. `Folded`: they stand
 * there, and the candidate was deleted.
 */
const ROLLOUT_ENDS = ['RolledBack', 'Aborted', 'Completed', 'Folded'] as const;
export type RolloutEnd = (typeof ROLLOUT_ENDS)[number];

const STAGE_ENFORCEMENTS = ['Evaluate', 'Active'] as const;

const list = <T extends object>(entry: v.GenericSchema<T>, key: keyof T & string): v.GenericSchema<T[]> =>
  listMap(entry, { key, max: MAX_ROLLOUT_ENTRIES, allowed: `at most ${MAX_ROLLOUT_ENTRIES} entries` });

const ids = v.pipe(v.array(id()), v.maxLength(MAX_ROLLOUT_ENTRIES));

const failing = v.strictObject({
  id: told(id(), 'Id of the repository.'),
  name: told(repositoryName(), 'Name of the repository.'),
  failed: told(count(), 'Pushes that broke the rules.'),
});

const candidate = v.strictObject({
  rulesetID: told(id(), 'Id of the ruleset that carries the rules.'),
  members: told(count(), 'Repositories that it targets.'),
  enforcement: told(oneOf(RULESET_ENFORCEMENTS), 'Enforcement as the last pass left it.'),
  fingerprint: told(sha256(), 'Hash over its rules, branches and bypass actors as it was made.'),
  late: maybe(
    list(
      v.strictObject({
        id: told(id(), 'Id of the repository.'),
        time: told(time(), 'Since when its pushes count.'),
      }),
      'id',
    ),
    'Members that came after the stage began, at most 500.',
  ),
});

const impact = v.strictObject({
  time: told(time(), 'When it was found out.'),
  repositories: told(count(), 'Repositories that the rollout is to reach.'),
  wouldBlock: told(count(), 'Those in which a push of the last month broke a rule of these types.'),
  inForce: told(count(), 'Those in which all these rules are in force already.'),
  unknown: told(count(), 'Those of which nobody knows.'),
  blocking: told(list(failing, 'id'), 'Repositories that would block, at most 500.'),
  settled: told(ids, 'Ids of those in which the rules are in force already, at most 500.'),
});

const hold = v.strictObject({
  planHash: told(sha256(), 'What an approval names: who enters, and what the impact says of each.'),
  since: told(time(), 'When the hold began, or last expired.'),
  expiryTime: told(time(), 'When the approvals that count expire.'),
  count: told(count(), 'Repositories that wait.'),
  approvals: told(count(), 'Distinct approvers that count now.'),
  members: maybe(
    list(
      v.strictObject({
        id: told(id(), 'Id of the repository.'),
        name: told(repositoryName(), 'Name of the repository.'),
        impact: told(oneOf(IMPACTS), 'What the impact says of it: wouldBlock, inForce or unknown.'),
      }),
      'id',
    ),
    'Those that wait; absent where they are more than 500.',
  ),
});

const analysis = v.strictObject({
  lastTime: told(time(), 'When rule suites were last listed.'),
  pushes: told(count(), 'Pushes of the stage that the rules judged.'),
  passed: told(count(), 'Those that keep to them.'),
  failed: told(count(), 'Those that break them.'),
  bypassed: told(count(), 'Those by people who may bypass them.'),
  isWhole: told(v.boolean(), 'Whether all rule suites of the stage could be read.'),
  repositories: told(list(failing, 'id'), 'Repositories with pushes that failed, at most 500.'),
  opened: told(
    list(
      v.strictObject({
        id: told(id(), 'Id of the rule suite.'),
        result: told(oneOf(['pass', 'fail', 'none']), 'What the candidate says of it; none where it says nothing.'),
      }),
      'id',
    ),
    'Rule suites that were opened, so that none is twice; at most 500.',
  ),
});

const record = v.strictObject({
  stage: told(count(), 'Number of the stage, from 1.'),
  percent: told(count(), 'Its share.'),
  enforcement: told(oneOf(STAGE_ENFORCEMENTS), 'Its enforcement.'),
  members: told(count(), 'Members when it began.'),
  startTime: told(time(), 'When it began.'),
  endTime: maybe(time(), 'When it ended; absent while it runs.'),
  outcome: maybe(oneOf(STAGE_OUTCOMES), 'How it ended.'),
});

/** `status` of a rollout. */
export const rolloutStatus = v.strictObject({
  ...inputStatusFields('rollout', TYPES),
  stage: maybe(integer(0, 10, 'a stage'), 'The stage that runs, from 1; 0 before the first.'),
  stageStartTime: maybe(time(), 'When it began.'),
  end: maybe(
    oneOf(ROLLOUT_ENDS),
    'How it ended: RolledBack or Aborted, with the members of first; Completed, until the rules are folded; Folded.',
  ),
  wasPaused: maybe(v.boolean(), 'True where it was paused since it ended: resumed, it begins again.'),
  ready: maybe(count(), 'The stage that pushes speak for, and that waits for something else.'),
  intended: maybe(
    v.strictObject({
      stage: told(count(), 'Number of the stage.'),
      enforcement: told(oneOf(RULESET_ENFORCEMENTS), 'Enforcement that is written.'),
    }),
    'The stage that a write begins whose outcome is not known yet.',
  ),
  first: maybe(
    listMap(
      v.strictObject({
        id: told(id(), 'Id of the repository.'),
        name: told(repositoryName(), 'Its name in spec.first.'),
      }),
      { key: 'name', max: 50, allowed: 'at most 50 entries' },
    ),
    'The repositories of spec.first as they were found by their names.',
  ),
  evaluateRefusedTime: maybe(time(), 'When GitHub last refused Evaluate.'),
  unneeded: maybe(count(), 'Passes in a row in which the main ruleset could do without the candidate.'),
  candidate: maybe(candidate, 'The ruleset that carries the rules; absent until it is made, and once it is deleted.'),
  impact: maybe(impact, 'What the last month says of the rules.'),
  hold: maybe(hold, 'What waits for an approval.'),
  analysis: maybe(analysis, 'What the pushes of the stage say.'),
  history: maybe(
    v.pipe(v.array(record), v.maxLength(MAX_ROLLOUT_HISTORY)),
    'The stages so far, the oldest first, at most 32.',
  ),
});

export type RolloutStatus = v.InferOutput<typeof rolloutStatus>;
