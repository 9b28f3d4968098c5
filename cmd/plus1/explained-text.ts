/** What is known of a repository in lines for people. */
import { formatDuration, GONE, type ExitClock } from '../../pkg/api/index.js';
import { exemptionSentence } from '../../pkg/governance/index.js';
import { keyString, type StoredPolicy } from '../../pkg/policies/index.js';
import { printable, quote } from '../../pkg/text/index.js';
import { productionOf } from './because.js';
import type { Explained } from './explained.js';
import type { Looks } from './kept-looks.js';
import { checkLines, checksPassed } from './onboard/render.js';

/** `spec`: of the policy that knows it. */
export function explainedText(explained: Explained, spec: StoredPolicy['spec'], nowMs: number): string {
  const { organization, name, id, finding, missed, exemption, commit, author, clock, hold } = explained;
  const lines = [
    `${organization}/${name} (id ${id})`,
    ...governedLines(explained),
    ...(missed === null ? [] : [`  Missed     by every listing since ${missed.since}: ${missed.reason}`]),
    ...leftLines(explained),
    ...(finding === null ? [] : [`  Finding    ${finding}`]),
    ...(explained.because === null ? [] : [indented(explained.because)]),
    ...evidenceLines(explained, spec).map(indented),
    ...(exemption === null ? [] : [`  Exempted   ${exemption.effect}: ${exemptionSentence(exemption)}`]),
    ...(commit === null ? [] : [`  Commit     ${commit}${by(author)}`]),
    ...clockLines(clock, nowMs),
    ...(hold === null ? [] : [`  Held       ${hold.reason} since ${hold.since}`]),
    ...looksLines(explained),
    `  Policy     ${policyLine(explained)}`,
  ];
  // Names, authors and values come from other people.
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function governedLines({ governed, why: [first, ...more], ruleset }: Explained): string[] {
  if (governed) return [`  Governed   yes: the ruleset ${ruleset} targets it`];
  return [`  Governed   no: ${first ?? ''}`, ...more.map(indented)];
}

function leftLines({ left }: Explained): string[] {
  if (left === null) return [];
  const commit = left.commit === undefined ? '' : `; commit ${left.commit}${by(left.author)}`;
  return [`  Left       ${left.time}: ${left.reason}${commit}`];
}

function policyLine({ policy }: Explained): string {
  const { mode, lastPass } = policy;
  // One that went: nothing here changes any more.
  const deleted = policy.deleted ? ' (deleted)' : '';
  const last = lastPass === null ? 'no pass yet' : `last pass ${lastPass.result} ${lastPass.completionTime}`;
  return `${keyString(policy)}${deleted}, mode ${mode}, ${last}`;
}

function evidenceLines({ finding, evidence, reasons }: Explained, spec: StoredPolicy['spec']): string[] {
  const production = finding === 'valid_non_production' ? `; production is: ${productionOf(spec)}` : '';
  const decided =
    evidence === null
      ? []
      : [`${evidence.file}:${evidence.line} says lifecycle ${quote(evidence.lifecycle)}${production}`];
  return [
    ...decided,
    ...reasons.flatMap(({ file, line, column, severity, found, expected, fix }) => [
      `${file}:${line}:${column} ${severity}: found ${found}, expected ${expected}`,
      `fix: ${fix}`,
    ]),
  ];
}

/** Beside what governs it: none of it decides about the ruleset. */
function looksLines({ checks, workflows }: Explained): string[] {
  return [
    ...(checks === null ? [] : [`  Checklist  ${checksPassed(checks)}`, ...checkLines(checks).map(indented)]),
    ...(workflows === null ? [] : [`  Workflows  ${jobsIn(workflows)}`]),
  ];
}

const indented = (line: string): string => `             ${line}`;

const by = (author: string | null | undefined): string =>
  author === null || author === undefined ? '' : ` by ${author}`;

function jobsIn({ jobs, filesUnreadable }: NonNullable<Looks['workflows']>): string {
  const counts = jobs.map(({ status, count }) => `${count} ${status}`).join(', ');
  const unread = filesUnreadable === 0 ? '' : `; files that could not be read: ${filesUnreadable}`;
  return `${jobs.length === 0 ? 'no jobs' : `jobs: ${counts}`}${unread}`;
}

function clockLines(clock: ExitClock | null, nowMs: number): string[] {
  if (clock === null) return [];
  const left = Date.parse(clock.dueTime) - nowMs;
  const condition = clock.reason === GONE ? 'if a pass does not find it then either' : 'if it is still so then';
  const due =
    left > 0 ? `leaves in ${formatDuration(left)}, after ${clock.dueTime}, ${condition}` : `due since ${clock.dueTime}`;
  const commit = clock.commit === undefined ? '' : `; commit ${clock.commit}${by(clock.author)}`;
  return [`  Clock      ${clock.reason} since ${clock.since}${commit}`, `             ${due}`];
}
