/**
 * `status` of an incident: what was seen, done and kept. Of a drill: what would have been done. Times are RFC 3339 in UTC. Lists hold at
 * most 500 entries; `total` counts all of them, and the rest lies in the state folder.
 */
import * as v from 'valibot';
import { listMap, oneOf, text, time } from '../fields.js';
import { count, id, maybe, repositoryName, sha256, told } from '../status-fields.js';
import { inputStatusFields } from './input-kind.js';

/** Entries of a list of `status`. */
export const MAX_INCIDENT_ENTRIES = 500;

export type IncidentConditionType =
  'Ready' | 'Acknowledged' | 'EvidenceKept' | 'Isolated' | 'Inventoried' | 'Held' | 'Released';

/** By their clocks: section D of the specification. */
const INCIDENT_PHASES = ['triage', 'response', 'investigation', 'containment', 'recovery', 'review'] as const;
export type IncidentPhase = (typeof INCIDENT_PHASES)[number];

const due = v.strictObject({
  phase: told(oneOf(INCIDENT_PHASES), `One of ${INCIDENT_PHASES.join(', ')}.`),
  time: told(time(), 'When it is due.'),
  met: maybe(time(), 'When it was met.'),
  missed: maybe(v.boolean(), 'True once it was not met in time.'),
});

/** What is reached in an incident, in this order: fields of `status.timeline`. */
export const INCIDENT_STEPS = ['acknowledged', 'evidence', 'isolated', 'inventoried', 'released'] as const;
export type IncidentStep = (typeof INCIDENT_STEPS)[number];

export const INCIDENT_STATES = ['Open', 'Held', 'Isolated', 'Released'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

const timeline = v.strictObject({
  detected: maybe(time(), 'When it was noticed.'),
  acknowledged: maybe(time(), 'When it had a commander.'),
  evidence: maybe(time(), 'When all evidence was kept.'),
  isolated: maybe(time(), 'When all who were to be isolated were.'),
  inventoried: maybe(time(), 'When it was known who refers to what is bad, and who ran it.'),
  released: maybe(time(), 'When nothing was isolated any more.'),
  due: told(
    listMap(due, { key: 'phase', max: INCIDENT_PHASES.length, allowed: 'one clock a phase' }),
    'The clocks, each from detected.',
  ),
});

const selectedActions = v.strictObject({
  githubOwned: told(v.boolean(), 'Actions of GitHub.'),
  verified: told(v.boolean(), 'Actions of verified creators.'),
  patterns: told(v.pipe(v.array(text(0, 1_024, 'a pattern')), v.maxLength(1_000)), 'Other actions, by patterns.'),
});

/** The switch of GitHub Actions of one repository, and what it lets run. */
const actionsSettings = v.strictObject({
  enabled: told(v.boolean(), 'Whether workflows run.'),
  allowed: maybe(text(0, 64, 'a word'), 'Which actions: all, local_only or selected.'),
  shaPinning: maybe(v.boolean(), 'Whether actions must be pinned to a commit.'),
  selected: maybe(selectedActions, 'Where allowed is selected: which.'),
});

/** How far the switch of one repository has come. */
const SWITCH_STATES = ['Recorded', 'Disabled', 'Restored', 'Left'] as const;

const isolated = v.strictObject({
  id: told(id(), 'Id of the repository.'),
  name: told(repositoryName(), 'Its name when it was isolated.'),
  why: told(oneOf(['Named', 'Refers', 'Ran', 'Unknown']), 'Named in the incident, refers, ran, or not known.'),
  rulesetID: maybe(id(), 'The ruleset that closes it off; absent while none does.'),
  head: maybe(text(0, 64, 'a commit'), 'Head of its default branch before.'),
  actionsBefore: maybe(actionsSettings, 'The switch of GitHub Actions before.'),
  actions: maybe(
    oneOf(SWITCH_STATES),
    'Recorded: about to be switched off. Disabled: it is. Restored: as before, compared. Left: not restored, message says why.',
  ),
  disableTime: maybe(
    time(),
    'When a write that switches its Actions off was kept, before it was sent; absent where its outcome is known.',
  ),
  restoreTime: maybe(
    time(),
    'When a write that sets its Actions back was kept, before it was sent; absent where its outcome is known.',
  ),
  message: maybe(text(0, 1_024, 'a message'), 'What is missing.'),
});

/** How a workflow file refers to an action. */
const REFERENCE_WAYS = ['direct', 'reusable', 'composite'] as const;
export type ReferenceWay = (typeof REFERENCE_WAYS)[number];

const reference = v.strictObject({
  repository: told(repositoryName(), 'Name of the repository.'),
  file: told(text(0, 1_024, 'a path'), 'The workflow file, or the definition of an action.'),
  line: told(count(), 'Line in it.'),
  action: told(text(0, 512, 'an action'), 'The action and its reference.'),
  via: told(oneOf(REFERENCE_WAYS), 'Directly, by a called workflow, or by a composite action.'),
});

const run = v.strictObject({
  repository: told(repositoryName(), 'Name of the repository.'),
  run: told(id(), 'Id of the run.'),
  time: told(text(0, 64, 'a time'), 'When it was made.'),
  commit: told(text(0, 64, 'a commit'), 'Its commit.'),
});

const unknown = v.strictObject({
  repository: told(repositoryName(), 'Name of the repository.'),
  what: told(text(0, 1_024, 'a path or a word'), 'The file, or runs.'),
  why: told(text(0, 1_024, 'a reason'), 'Why it is not known.'),
});

const list = <T>(entry: v.GenericSchema<T>, sentence: string): v.GenericSchema<T[]> =>
  told(v.pipe(v.array(entry), v.maxLength(MAX_INCIDENT_ENTRIES)), sentence);

const inventory = v.strictObject({
  refers: list(reference, 'Who refers to an action of the indicators.'),
  ran: list(run, 'Which of them ran within the window.'),
  unknown: list(unknown, 'What is not known, and why.'),
});

const evidence = v.strictObject({
  digest: maybe(sha256(), 'SHA-256 of the manifest.'),
  files: told(count(), 'Files that the manifest names.'),
  missing: list(text(0, 1_024, 'a sentence'), 'What could not be kept, and why.'),
});

const totals = v.strictObject({
  isolated: told(count(), 'Repositories in isolated.'),
  refers: told(count(), 'Entries of inventory.refers.'),
  ran: told(count(), 'Entries of inventory.ran.'),
  unknown: told(count(), 'Entries of inventory.unknown.'),
});

const hold = v.strictObject({
  planHash: told(sha256(), 'What an approval names.'),
  reason: told(oneOf(['TooManyIsolated', 'ReleaseApproval']), 'Why it is held.'),
  since: told(time(), 'Since when.'),
  expiryTime: maybe(time(), 'When approvals that are given now expire.'),
  count: told(count(), 'Repositories that are held.'),
  repositories: told(v.pipe(v.array(repositoryName()), v.maxLength(50)), 'Names of those, at most 50.'),
  approvals: told(count(), 'Distinct approvers that count now.'),
});

const check = v.strictObject({
  name: told(text(0, 64, 'a name'), 'What was looked at.'),
  result: told(oneOf(['Pass', 'Fail', 'Unknown']), 'How it is.'),
  message: told(text(0, 2_048, 'a message'), 'In a sentence.'),
});

/** `status` of an incident, as a cluster and a state folder keep it. */
export const incidentStatus = v.strictObject({
  ...inputStatusFields(
    'incident',
    'Ready always; Acknowledged, EvidenceKept, Isolated, Inventoried and Released; Held while it is so.',
  ),
  state: maybe(oneOf(INCIDENT_STATES), 'In one word.'),
  drill: maybe(v.boolean(), 'True of an exercise: nothing below was done.'),
  timeline: maybe(timeline, 'When what happened, and when it is due.'),
  rulesets: maybe(
    v.strictObject({
      branch: maybe(id(), 'Id of the ruleset over all branches.'),
      tag: maybe(id(), 'Id of the ruleset over all tags.'),
    }),
    'The rulesets of this incident.',
  ),
  isolated: maybe(
    listMap(isolated, { key: 'id', max: MAX_INCIDENT_ENTRIES, allowed: 'at most 500 repositories' }),
    'Who is isolated, or about to be.',
  ),
  inventory: maybe(inventory, 'Who refers, who ran, what is not known.'),
  evidence: maybe(evidence, 'What was kept in the state folder.'),
  total: maybe(totals, 'How many entries the lists have, those that are not shown included.'),
  hold: maybe(hold, 'What waits for an approval.'),
  checks: maybe(
    listMap(check, { key: 'name', max: 16, allowed: 'at most 16 checks' }),
    'What was looked at before the release.',
  ),
  runs: maybe(
    v.strictObject({
      ids: told(v.pipe(v.array(id()), v.maxLength(MAX_INCIDENT_ENTRIES)), 'Ids of runs that were to be cancelled.'),
      cancelled: told(count(), 'How many GitHub took.'),
      failed: told(count(), 'How many it did not take yet.'),
    }),
    'Runs that were cancelled.',
  ),
  respondersUnknown: maybe(
    v.pipe(v.array(text(0, 255, 'a slug')), v.maxLength(16)),
    'Teams that were not found: they may not push.',
  ),
});

export type IncidentStatus = v.InferOutput<typeof incidentStatus>;
export type IncidentTimeline = NonNullable<IncidentStatus['timeline']>;
export type IsolatedRepository = NonNullable<IncidentStatus['isolated']>[number];
export type IncidentInventory = NonNullable<IncidentStatus['inventory']>;
export type IncidentHold = NonNullable<IncidentStatus['hold']>;
export type IncidentCheck = NonNullable<IncidentStatus['checks']>[number];
export type ActionsSettings = v.InferOutput<typeof actionsSettings>;
