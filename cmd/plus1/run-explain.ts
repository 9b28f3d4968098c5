/** What `plus1 explain` does: from what the last pass of each policy left behind, why a repository is governed or not. */
import {
  DEFAULT_RULESET,
  formatDuration,
  GONE,
  type Condition,
  type Exemption,
  type ExitClock,
} from '../../pkg/api/index.js';
import { isMapping } from '../../pkg/base/index.js';
import { exemptionOf, exemptionSentence } from '../../pkg/governance/index.js';
import { errorLine, Plus1Error } from '../../pkg/errors/index.js';
import {
  CacheFolder,
  inForce,
  isMarkedDeleted,
  keyString,
  StateFolder,
  type StoredPolicy,
} from '../../pkg/policies/index.js';
import {
  readKnown,
  type Departed,
  type KnownRepositories,
  type KnownRepository,
  type Missed,
} from '../../pkg/reconciler/index.js';
import { printable, quote } from '../../pkg/text/index.js';
import { because, productionOf } from './because.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { readLooks, type Looks } from './kept-looks.js';
import { checkLines, checksPassed } from './onboard/render.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';

/** What the last pass of a policy left behind. */
type Known = KnownRepositories & { looksOf(this: void, id: number): Looks };

/** The exit code. `flag`: the state folder that was given. 1 where no policy knows the repository. */
export function runExplain(name: string, flag: string | undefined, io: CommandIO): Promise<number> {
  return reporting(io, () => explain(name, flag, io));
}

async function explain(name: string, flag: string | undefined, io: CommandIO): Promise<number> {
  const [organization, repository, more] = name.toLowerCase().split('/');
  if (!organization || !repository || more !== undefined)
    throw new Plus1Error('PLUS1_USAGE', `found ${JSON.stringify(name)}, allowed: ORGANIZATION/REPOSITORY`);
  const folder = stateFolder(flag, readEnvironment(io.env));
  const { policies: all, faults } = await new StateFolder(folder).list(io.signal);
  const policies = all.map(inForce).filter(({ spec }) => String(spec.organization).toLowerCase() === organization);
  const texts: string[] = [];
  for (const policy of policies) {
    const known = readKnown(await new CacheFolder(folder).load(policy.metadata, io.signal));
    if (known === undefined) continue;
    const looksOf = await readLooks(folder, { key: policy.metadata, spec: policy.spec }, io.signal);
    texts.push(...answers(policy, { ...known, looksOf }, repository, io.clock()));
  }
  if (texts.length === 0) {
    // Which organization a damaged state is about is not known: it is told of where nothing else answers.
    for (const { error } of faults) io.stderr.write(`${errorLine(error)}\n`);
    if (policies.length > 0) throw notKnown(name, policies);
    throw new Plus1Error('PLUS1_NOT_KNOWN', `nothing is recorded about ${organization} in ${folder} yet`, {
      fix: 'run `plus1 sync -f policy.yaml` first (`mode: Observe` writes nothing to GitHub); `plan` keeps no record; or name the folder with --state',
    });
  }
  io.stdout.write(texts.join('\n'));
  return EXIT.ok;
}

/** What one policy knows of a repository; `name` in lower case. */
function answers(policy: StoredPolicy, known: Known, name: string, nowMs: number): string[] {
  const isIt = (each: { name: string }): boolean => each.name.toLowerCase() === name;
  // A name may go to a new repository while the old one, which is gone, is still a member: then there are two answers.
  const missed = known.absent?.filter(isIt) ?? [];
  const found = known.repositories.find((each) => isIt(each) && missed.every(({ id }) => id !== each.id));
  const texts = missed.map((each) => vanished(policy, each, known, nowMs));
  if (found !== undefined) return [...texts, explanation(policy, found, known, nowMs)];
  const left = texts.length > 0 ? undefined : known.left?.find(isIt);
  return left === undefined ? texts : [farewell(policy, left)];
}

function notKnown(name: string, policies: readonly StoredPolicy[]): Plus1Error {
  if (policies.every(({ status }) => status?.lastSyncTime === undefined))
    return new Plus1Error('PLUS1_NOT_KNOWN', `no complete pass has listed the repositories yet, ${name} among them`, {
      fix: 'wait for the next pass, and see why the last one failed with plus1 get -o wide',
    });
  return new Plus1Error(
    'PLUS1_NOT_KNOWN',
    `the last pass listed no repository ${name}, and none of that name has left`,
    {
      fix: 'check the name; it may be new, renamed or deleted, or the credential does not see it',
    },
  );
}

function explanation(policy: StoredPolicy, repository: KnownRepository, known: Known, nowMs: number): string {
  const { metadata, spec, status } = policy;
  const clock = status?.leaving?.find(({ id }) => id === repository.id);
  const lines = [
    `${spec.organization}/${repository.name} (id ${repository.id})`,
    ...governedLines(policy, repository.id, known),
    ...leftLines(known.left?.find(({ id }) => id === repository.id)),
    `  Finding    ${repository.status}`,
    ...[because(policy, repository, known) ?? []].flat().map((line) => `             ${line}`),
    ...evidence(policy, repository).map((line) => `             ${line}`),
    ...exemptionLines(policy, repository, nowMs),
    ...(repository.commit === undefined ? [] : [`  Commit     ${repository.commit}${by(repository.author)}`]),
    ...clockLines(clock, nowMs),
    ...(status?.hold === undefined || clock === undefined
      ? []
      : [`  Held       ${status.hold.reason} since ${status.hold.since}`]),
    ...looksLines(known.looksOf(repository.id)),
    `  Policy     ${keyString(metadata)}${deleted(policy)}, mode ${written(spec).mode ?? 'Enforce'}, ${lastPass(policy)}`,
  ];
  // Names, authors and values come from other people.
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** Of a policy that is not valid only what could be one. */
function exemptionsOf(spec: StoredPolicy['spec']): Exemption[] {
  const list: unknown = written(spec).exemptions;
  const texts = ['repository', 'effect', 'reason', 'owner', 'expiresAt'];
  const isOne = (each: unknown): each is Exemption =>
    isMapping(each) && texts.every((text) => typeof each[text] === 'string');
  return Array.isArray(list) ? list.filter(isOne) : [];
}

/** It wins over what was found. */
function exemptionLines({ spec }: StoredPolicy, repository: { id: number; name: string }, nowMs: number): string[] {
  const exemption = exemptionOf(repository, exemptionsOf(spec), { earlierMs: nowMs, laterMs: nowMs });
  return exemption === undefined ? [] : [`  Exempted   ${exemption.effect}: ${exemptionSentence(exemption)}`];
}

/** A member that no listing contains any more: deleted, or hidden from the credential. */
function vanished(
  policy: StoredPolicy,
  { id, name, since, reason }: Missed,
  known: KnownRepositories,
  nowMs: number,
): string {
  const { metadata, spec, status } = policy;
  const lines = [
    `${spec.organization}/${name} (id ${id})`,
    ...governedLines(policy, id, known),
    `  Missed     by every listing since ${since}: ${reason}`,
    ...clockLines(
      status?.leaving?.find((each) => each.id === id),
      nowMs,
    ),
    `  Policy     ${keyString(metadata)}, mode ${written(spec).mode ?? 'Enforce'}, ${lastPass(policy)}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** A repository that left and that the organization no longer has: deleted or transferred. */
function farewell(policy: StoredPolicy, left: Departed): string {
  const { metadata, spec } = policy;
  const lines = [
    `${spec.organization}/${left.name} (id ${left.id})`,
    '  Governed   no: it is not among the repositories of the organization any more',
    ...leftLines(left),
    `  Policy     ${keyString(metadata)}${deleted(policy)}, mode ${written(spec).mode ?? 'Enforce'}, ${lastPass(policy)}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function leftLines(left: Departed | undefined): string[] {
  if (left === undefined) return [];
  const commit = left.commit === undefined ? '' : `; commit ${left.commit}${by(left.author)}`;
  return [`  Left       ${left.time}: ${left.reason}${commit}`];
}

/** The answer and its reason in one line, so that the two cannot contradict each other. */
function governedLines({ spec, status }: StoredPolicy, id: number, known: KnownRepositories): string[] {
  const name = written(spec).ruleset?.name ?? DEFAULT_RULESET;
  const compliant = status?.conditions?.find(({ type }) => type === 'Compliant');
  const [why, ...more] = whyUngoverned(name, compliant, id, known);
  if (why === undefined) return [`  Governed   yes: the ruleset ${name} targets it`];
  return [`  Governed   no: ${why}`, ...more.map((line) => `             ${line}`)];
}

function whyUngoverned(
  name: string,
  compliant: Condition | undefined,
  id: number,
  { members = [], governed }: KnownRepositories,
): string[] {
  if (compliant?.reason === 'RulesetNotFound') return [`there is no ruleset ${name}`];
  if (!members.includes(id)) return [`the ruleset ${name} does not target it`];
  if (compliant?.reason === 'RulesetNotEnforced')
    return [`the ruleset ${name} targets it, and protects nothing`, compliant.message];
  // A cache of an older version does not tell the two apart.
  if (governed === undefined || governed.includes(id)) return [];
  return [`the ruleset ${name} targets it, and leaves out its default branch`];
}

function lastPass({ status }: StoredPolicy): string {
  return status?.lastPass === undefined
    ? 'no pass yet'
    : `last pass ${status.lastPass.result} ${status.lastPass.completionTime}`;
}

/** Of one that went: nothing here changes any more. */
const deleted = (policy: StoredPolicy): string => (isMarkedDeleted(policy) ? ' (deleted)' : '');

/** A policy that is not valid is kept as it was written: without its defaults. */
const written = (spec: StoredPolicy['spec']): Partial<StoredPolicy['spec']> => spec;

const by = (author: string | undefined): string => (author === undefined ? '' : ` by ${author}`);

function evidence({ spec }: StoredPolicy, { status, verdict }: KnownRepository): string[] {
  if (verdict === undefined) return [];
  const decided =
    verdict.evidence === undefined
      ? []
      : [
          `${verdict.evidence.file}:${verdict.evidence.line} says lifecycle ${quote(verdict.evidence.lifecycle)}${status === 'valid_non_production' ? `; production is: ${productionOf(spec)}` : ''}`,
        ];
  return [
    ...decided,
    ...verdict.reasons.map(
      ({ file, line, column, severity, found, expected, fix }) =>
        `${file}:${line}:${column} ${severity}: found ${found}, expected ${expected}; ${fix}`,
    ),
  ];
}

/** Beside what governs it: none of it decides about the ruleset. */
function looksLines({ checks, workflows }: Looks): string[] {
  return [
    ...(checks === undefined ? [] : [`  Checklist  ${checksPassed(checks)}`, ...checkLines(checks).map(indented)]),
    ...(workflows === undefined ? [] : [`  Workflows  ${jobsIn(workflows)}`]),
  ];
}

const indented = (line: string): string => `             ${line}`;

function jobsIn({ jobs, filesUnreadable }: NonNullable<Looks['workflows']>): string {
  const counts = jobs.map(({ status, count }) => `${count} ${status}`).join(', ');
  const unread = filesUnreadable === 0 ? '' : `; files that could not be read: ${filesUnreadable}`;
  return `${jobs.length === 0 ? 'no jobs' : `jobs: ${counts}`}${unread}`;
}

function clockLines(clock: ExitClock | undefined, nowMs: number): string[] {
  if (clock === undefined) return [];
  const left = Date.parse(clock.dueTime) - nowMs;
  const condition = clock.reason === GONE ? 'if a pass does not find it then either' : 'if it is still so then';
  const due =
    left > 0 ? `leaves in ${formatDuration(left)}, after ${clock.dueTime}, ${condition}` : `due since ${clock.dueTime}`;
  const commit = clock.commit === undefined ? '' : `; commit ${clock.commit}${by(clock.author)}`;
  return [`  Clock      ${clock.reason} since ${clock.since}${commit}`, `             ${due}`];
}
