/**
 * Every kind of record: when it is written, and what its `data` holds. The schema, the TypeScript types and the reference
 * page `docs/reference/journal.md` come from this table. Objects are loose: a field of a later version is kept and skipped.
 */
import * as v from 'valibot';
import { SECURITY_EVENTS } from '../../api/index.js';
import * as f from './fields.js';
import { summaryData } from './day-summary.js';

const { told } = f;

const started = v.looseObject({
  members: told(v.array(f.id), 'The ids that the ruleset targets, sorted.'),
  repositories: told(
    v.array(v.looseTuple([f.id, f.text, f.text, f.foreignTime])),
    'All repositories: `[id, name, status, since]`.',
  ),
  ungoverned: told(
    v.array(v.looseTuple([f.id, f.foreignTime])),
    'Repositories that are in production and not governed: `[id, since]`.',
  ),
  hold: told(
    v.nullable(f.value),
    'The hold that runs, as its last record says it, and `since` when it does; null where nothing is held.',
  ),
  exemptions: told(v.array(f.value), 'The exemptions in force.'),
  spec: told(f.value, 'The whole `spec` of the policy; null before it is known.'),
  tool: told(f.text, 'The version of Plus1.'),
  after: told(v.nullable(f.head), "The last head that the policy's status knew: `chain`, `sequence`, `hash`."),
  reason: told(f.maybeText, 'Why a chain was given up for this one, in the words of the person who did it.'),
  requestedAt: told(f.maybeText, 'When that person asked for it.'),
  generation: told(v.exactOptional(f.count), 'The generation of the policy that was last recorded.'),
  ruleset: told(
    v.exactOptional(f.value),
    'The rest of the ruleset: `rules`, `bypassActors`, `enforcement`, `refName`, `name`.',
  ),
  unseen: told(
    v.exactOptional(v.boolean()),
    'True where no pass has read the ruleset yet: then `members`, `repositories` and `ungoverned` are not known.',
  ),
});

/** Of a write or a hold: which set it is about. */
const assigned = {
  assignment: told(
    v.exactOptional(f.text),
    'Which set of the policy it is about; absent: the repositories under its ruleset (`governed`).',
  ),
  target: told(v.exactOptional(f.text), 'Of another assignment: the uid of its object.'),
};

const written = v.looseObject({
  ...assigned,
  planHash: told(f.text, 'Hash of the plan, as in its `WriteIntended`.'),
  hashAfter: told(v.exactOptional(v.nullable(f.hash)), 'Hash of the membership that was found afterwards.'),
  error: told(f.maybeText, 'Code and message of the error.'),
});

const held = v.looseObject({
  ...assigned,
  planHash: told(f.text, 'Hash of the plan that is held.'),
  reason: told(f.text, 'The guard, as in the condition `Held`.'),
  leave: told(v.array(f.member), 'Who would leave: `id`, `name`, `status`.'),
  enter: told(v.array(f.member), 'Who would enter, where a guard holds that: `id`, `name`, `status`.'),
  approvals: told(v.array(f.approval), 'The approvals that count.'),
});

/** A row of `FindingsChanged`. */
export const repositoryChange = v.looseObject({
  id: f.id,
  name: f.text,
  from: v.nullable(f.text),
  to: v.nullable(f.text),
  codes: v.exactOptional(v.array(f.text)),
  owner: f.maybeText,
  path: f.maybeText,
  line: v.exactOptional(v.nullable(f.count)),
  commit: f.maybeText,
  author: f.maybeText,
  pullRequest: v.exactOptional(v.nullable(v.union([f.count, f.text]))),
});

const exposed = v.looseObject({
  repositories: told(
    v.array(v.looseObject({ id: f.id, name: f.text, since: f.foreignTime, seconds: f.seconds })),
    '`id`, `name`, `since`, and for how many `seconds` so far.',
  ),
});

const exemption = v.looseObject({
  repository: told(f.text, 'Its name in the policy.'),
  effect: told(f.text, '`Govern` or `Release`.'),
  reason: told(f.maybeText, 'Why, as the policy says.'),
  expiresAt: told(f.maybeText, 'When it ends by itself.'),
});

const counted = v.looseObject({
  ...f.approval.entries,
  planHash: told(f.text, 'Hash of the plan that it names.'),
  message: told(f.maybeText, 'Why it was rejected.'),
});

const segment = v.looseObject({
  file: told(f.text, 'Name of the file.'),
  first: told(f.sequence, '`seq` of its first record.'),
  last: told(f.sequence, '`seq` of its last record.'),
  hash: told(f.hash, 'Hash of its last record.'),
  root: told(f.text, 'Root of the tree over all records up to its last one, in base64.'),
  from: told(f.time, 'Time of its first record.'),
  until: told(f.time, 'Time of its last record.'),
});

const ownRuleset = {
  name: told(f.text, 'Name of the ruleset.'),
  purpose: told(f.text, 'What it is for: `Template`, `Incident` or `Rollout`.'),
};

const creation = { ...ownRuleset, sha256: told(f.hash, 'Hash of the ruleset, as in its `CreateIntended`.') };

const error = told(f.text, 'What went wrong.');

const ofIncident = {
  incident: told(v.looseObject({ name: f.text, uid: f.text }), 'Name and uid of the incident.'),
};

const affected = told(v.array(v.looseObject({ id: f.id, name: f.text })), 'Its repositories: `id`, `name`.');

const ofFile = {
  repository: told(f.text, 'Repository of the file.'),
  path: told(f.text, 'Path of the file.'),
  branch: told(f.text, 'The branch that it is changed on.'),
  pullRequest: told(v.exactOptional(v.nullable(f.count)), 'Its pull request; null where none is open yet.'),
};

const endpointOfRule = v.looseObject({ endpoint: f.text, rule: f.text, digest: f.text });

const kind = <S extends v.GenericSchema>(when: string, data: S): { when: string; data: S } => ({ when, data });

export const KINDS = {
  ChainStarted: kind('a chain begins', started),
  SegmentStarted: kind('a file of a chain begins, or its writer leads again after another one', started),
  PolicyChanged: kind(
    'a generation of the policy is first seen',
    v.looseObject({
      generation: told(f.count, '`metadata.generation`.'),
      before: told(f.value, 'The `spec` before; null where it is not known.'),
      after: told(f.value, 'The `spec` now.'),
      manager: told(f.maybeText, 'Field manager of the last change of `spec`, in a cluster.'),
    }),
  ),
  FindingsChanged: kind(
    'statuses differ from the pass before; the first one of a chain has every repository',
    v.looseObject({
      repositories: told(
        v.array(repositoryChange),
        '`id`, `name`, `from` and `to` (status; null where it was not there), `codes`, `owner`, `path`, `line`, `commit`, `author`, `pullRequest`. The last two are asked for where a member is demoted or about to leave; else, and where GitHub does not answer, they are null, and `commit` is the one at which the files were read.',
      ),
    }),
  ),
  WriteIntended: kind(
    'before a PUT is sent',
    v.looseObject({
      ...assigned,
      planHash: told(f.text, 'Hash of the plan.'),
      enter: told(v.array(f.member), '`id`, `name`, `status`, `reason`, `commit`, `author`.'),
      leave: told(v.array(f.member), 'The same of those that leave.'),
      membersBefore: told(f.count, 'Number of members before.'),
      membersAfter: told(f.count, 'Number of members after it.'),
      hashBefore: told(f.hash, 'Hash of the membership before.'),
      hashAfter: told(f.hash, 'Hash of the membership after it.'),
    }),
  ),
  WriteSuperseded: kind(
    'an intent was replaced before it was sent',
    v.looseObject({ ...assigned, planHash: told(f.text, 'Hash of the plan of the intent.') }),
  ),
  WriteProved: kind('the ruleset holds what was sent', written),
  WriteUnproved: kind('after a PUT, the ruleset does not hold what was sent, or could not be read', written),
  WriteRefused: kind('GitHub refused a PUT', written),
  CreateIntended: kind(
    'before a POST is sent that makes a ruleset',
    v.looseObject({
      ...creation,
      sha256: told(f.hash, 'Hash of the ruleset as it is sent: SHA-256 over its RFC 8785 form, ids sorted.'),
      ruleset: told(f.value, 'The ruleset as it is sent, without the ids of its repositories.'),
      members: told(
        v.array(f.id),
        'Ids of the repositories that it targets from the start; none where it targets in another way.',
      ),
      enter: told(
        v.exactOptional(v.array(f.member)),
        'Where it is the ruleset that the policy governs, and it targets by id: who enters it by being in it.',
      ),
    }),
  ),
  CreateProved: kind(
    'a ruleset is there that Plus1 made, also where an earlier answer was lost',
    v.looseObject({ ...creation, id: told(f.id, 'Id of the ruleset: it is known by this from now on.') }),
  ),
  CreateUnproved: kind('nobody knows whether GitHub made the ruleset', v.looseObject({ ...creation, error })),
  CreateRefused: kind(
    'the ruleset was not made: GitHub refused it, it was not sent, or its name belongs to another one',
    v.looseObject({ ...creation, error }),
  ),
  DeleteIntended: kind(
    'before a DELETE is sent of a ruleset that Plus1 made',
    v.looseObject({ ...ownRuleset, id: f.id }),
  ),
  DeleteProved: kind('a ruleset that Plus1 made is gone by its deletion', v.looseObject({ ...ownRuleset, id: f.id })),
  DeleteUnproved: kind(
    'after a DELETE, the ruleset is there, or could not be read',
    v.looseObject({ ...ownRuleset, id: f.id, error }),
  ),
  DeleteRefused: kind('GitHub refused a DELETE, or it was not sent', v.looseObject({ ...ownRuleset, id: f.id, error })),
  OwnedMissing: kind('somebody else deleted a ruleset that Plus1 made', v.looseObject({ ...ownRuleset, id: f.id })),
  IncidentRecorded: kind(
    'before repositories are isolated: what that changes of them',
    v.looseObject({
      ...ofIncident,
      repositories: told(
        v.array(v.looseObject({ id: f.id, name: f.text, why: f.text })),
        'All that are isolated, or about to be: `id`, `name`, `why`, `head` (of the default branch), `actionsBefore` (the switch of Actions).',
      ),
    }),
  ),
  IncidentHeld: kind(
    'more repositories would be isolated than may be without an approval',
    v.looseObject({
      ...ofIncident,
      planHash: told(f.text, 'What an approval names.'),
      reason: told(f.text, 'As in the condition `Held`.'),
      enter: told(v.array(f.member), 'Who would be isolated: `id`, `name`, `status`.'),
      leave: told(v.array(f.member), 'Who would be released: `id`, `name`, `status`.'),
    }),
  ),
  IsolationIntended: kind(
    'before the ruleset of an incident is widened or set to active again',
    v.looseObject({
      ...ofIncident,
      name: told(f.text, 'Name of the ruleset.'),
      members: told(f.count, 'How many repositories it covers then.'),
    }),
  ),
  IsolationEnded: kind(
    'what became of that',
    v.looseObject({
      ...ofIncident,
      name: told(f.text, 'Name of the ruleset.'),
      state: told(f.text, '`proved`, `unproved` or `refused`.'),
      error: told(f.maybeText, 'Code and message of the error.'),
    }),
  ),
  ActionsIntended: kind(
    'before GitHub Actions are switched off in isolated repositories',
    v.looseObject({ ...ofIncident, repositories: affected, enabled: told(v.boolean(), 'What is about to be set.') }),
  ),
  EvidenceKept: kind(
    'the evidence of an incident has another manifest',
    v.looseObject({
      ...ofIncident,
      digest: told(f.hash, 'SHA-256 of the manifest.'),
      files: told(f.count, 'Files that it names.'),
      missing: told(v.array(f.text), 'What could not be kept, and why.'),
    }),
  ),
  RunsCancelIntended: kind(
    'before workflow runs of isolated repositories are cancelled',
    v.looseObject({
      ...ofIncident,
      runs: told(v.array(v.looseObject({ id: f.id, name: f.text, runs: v.array(f.id) })), 'Ids of runs by repository.'),
    }),
  ),
  ReleaseIntended: kind(
    'before settings of isolated repositories are set back and the rulesets of an incident are deleted',
    v.looseObject({ ...ofIncident, repositories: affected }),
  ),
  IncidentReleased: kind(
    'nothing is isolated any more by an incident',
    v.looseObject({
      ...ofIncident,
      repositories: affected,
      left: told(v.array(f.text), 'What could not be set back, and why.'),
    }),
  ),
  SharedFileIntended: kind(
    'before the file of egress rules is changed on its branch, or its pull request is opened, changed or closed',
    v.looseObject({
      ...ofFile,
      action: told(f.text, '`propose` or `close`.'),
      sha256: told(f.maybeText, 'SHA-256 of the text that the branch is to have.'),
      enter: told(v.array(endpointOfRule), 'What enters the file: `endpoint`, `rule`, `digest`.'),
      leave: told(v.array(endpointOfRule), 'What leaves it.'),
    }),
  ),
  SharedFileEnded: kind(
    'what became of that',
    v.looseObject({
      ...ofFile,
      state: told(f.text, '`proved`, `unproved` or `refused`.'),
      commit: told(f.maybeText, 'Head of the branch as it was read after it.'),
      error: told(f.maybeText, 'Code and message of the error.'),
    }),
  ),
  DriftSeen: kind(
    'somebody else changed the membership',
    v.looseObject({
      added: told(v.array(f.named), 'Who is in the ruleset, and was not: `id`, `name`.'),
      removed: told(v.array(f.named), 'Who is not in it any more: `id`, `name`.'),
      hashAfter: told(v.exactOptional(f.hash), 'Hash of the membership that was found.'),
    }),
  ),
  RulesetChanged: kind(
    'rules, bypass actors, enforcement, ref_name or name have another fingerprint',
    v.looseObject({
      before: told(f.value, 'The rest of the ruleset as it was; `bypassActors` may be `"unknown"`.'),
      after: told(f.value, 'As it is now.'),
    }),
  ),
  PlanHeld: kind('a hold starts, or its plan has another hash', held),
  PlanReleased: kind('something of a held plan was released', held),
  HoldExpired: kind('a hold expired', held),
  ApprovalGiven: kind('an approval is first seen', counted),
  ApprovalRejected: kind('an approval that does not count is first seen', counted),
  ExposureStarted: kind('a repository in production is not governed', exposed),
  ExposureEnded: kind('it is governed again, or not in production any more', exposed),
  ExemptionStarted: kind('an exemption is first seen', exemption),
  ExemptionEnded: kind('it expired, or is not in the policy any more', exemption),
  RolledBack: kind(
    'a rollback was applied',
    v.looseObject({
      to: told(
        v.looseObject({ chain: f.text, sequence: f.sequence, time: f.foreignTime }),
        'The record whose membership was restored.',
      ),
      kept: told(
        v.array(f.id),
        'Ids that the record does not have and that stayed: in production, not observed, exempted, or without evidence against them.',
      ),
      missing: told(
        v.exactOptional(v.array(f.id)),
        'Ids that the record has and that could not be restored: the organization has no such repository any more.',
      ),
      request: told(v.exactOptional(f.text), 'What was asked for, as it was written.'),
      reason: told(f.maybeText, 'Why, in the words of the person who asked for it.'),
    }),
  ),
  SecurityEvent: kind(
    'something that a security team wants to see',
    v.looseObject({
      event: told(v.picklist(SECURITY_EVENTS), `One of ${SECURITY_EVENTS.join(', ')}.`),
      code: told(f.maybeText, 'Code of the error.'),
      message: told(f.text, 'What happened.'),
    }),
  ),
  DaySummary: kind('the first pass of a day, for the last day that had a pass; one a date and chain', summaryData),
  TailRepaired: kind(
    'a last line without line end, left by a crash, was moved to a file beside the segment',
    v.looseObject({
      file: told(f.text, 'Name of the file that holds it now.'),
      bytes: told(f.count, 'Length of that file.'),
      sha256: told(f.hash, 'SHA-256 of that file.'),
    }),
  ),
  SegmentRemoved: kind('the retention of a segment is over', segment),
  KeyChanged: kind(
    'another key signs from now on',
    v.looseObject({ before: told(f.text, 'Verifier key before.'), after: told(f.text, 'Verifier key from now on.') }),
  ),
  PolicyDeleted: kind('the policy was deleted; the last record of its chain', v.looseObject({})),
} as const;

export type Kind = keyof typeof KINDS;
export type Data<K extends Kind> = v.InferOutput<(typeof KINDS)[K]['data']>;

export const isKind = (word: string): word is Kind => Object.hasOwn(KINDS, word);
