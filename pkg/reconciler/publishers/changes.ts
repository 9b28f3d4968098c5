/**
 * What a pass changed of single repositories, each as one log line: events and conditions have room for some names, and a
 * person who asks "since when, and why" about one of five hundred needs them all. Pure but for the lines.
 */
import { EXEMPTED, type PolicyStatus } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import type { Finding, PlanItem } from '../../governance/index.js';
import { passType } from '../status/result.js';
import type { PassOutcome } from '../types.js';

export interface RepositoryChange {
  /** Constant, to be counted and searched for. */
  msg:
    | 'Repository entered'
    | 'Repository left'
    | 'Exit clock started'
    | 'Exit clock cleared'
    | 'Repository added by someone else'
    | 'Repository removed by someone else';
  repository: string;
  id: number;
  /** One sentence for people. */
  reason: string;
  status?: PlanItem['status'];
  dueTime?: string;
}

/** Every change, given the status before the pass, in the order in which it happened. A pass that keeps nothing starts no clock. */
export function changesOf(outcome: PassOutcome, previous: PolicyStatus): RepositoryChange[] {
  const names = namesOf(outcome, previous);
  const keeps = !outcome.dryRun && outcome.request.forgets !== true;
  return [...drifted(outcome, names), ...membership(outcome), ...(keeps ? clocks(outcome, previous) : [])];
}

/** The log of a pass, at info: one line for each change, and one for the pass. The controller and `sync` both write it. */
export function logOutcome(outcome: PassOutcome, previous: PolicyStatus, log: Log): void {
  for (const { msg, ...fields } of changesOf(outcome, previous)) log.info(msg, fields);
  log.info('Pass ended', passFields(outcome));
}

/** Of every pass, also one that found nothing to do: a search for its `reconcileID` must find something. */
function passFields(outcome: PassOutcome): Record<string, unknown> {
  const { result, status, error, startMs, endMs } = outcome;
  const { entered, left, retained } = status.lastPass ?? { entered: 0, left: 0, retained: 0 };
  const { nextPassTime } = status;
  const seconds = (endMs - startMs) / 1_000;
  return {
    type: passType(outcome),
    result,
    ...(error && { code: error.code }),
    entered,
    left,
    retained,
    seconds,
    nextPassTime,
  };
}

function membership({ acted }: PassOutcome): RepositoryChange[] {
  if (acted?.written !== true) return [];
  const { toEnter: entered, toLeave: left } = acted.decision;
  return [
    ...entered.map((item) => ({ msg: 'Repository entered' as const, ...told(item) })),
    ...left.map((item) => ({ msg: 'Repository left' as const, ...told(item) })),
  ];
}

const told = ({ id, name, status, reason }: PlanItem): Omit<RepositoryChange, 'msg'> => ({
  repository: name,
  id,
  reason,
  status,
});

function drifted({ seen }: PassOutcome, nameOf: (id: number) => string): RepositoryChange[] {
  const { added = [], removed = [] } = seen?.drift ?? {};
  const line = (msg: RepositoryChange['msg'], id: number): RepositoryChange => ({
    msg,
    repository: nameOf(id),
    id,
    reason: 'the ruleset differs from what the last pass left',
  });
  return [
    ...added.map((id) => line('Repository added by someone else', id)),
    ...removed.map((id) => line('Repository removed by someone else', id)),
  ];
}

/** A clock that ended because its repository left is told by that; who leaves at once never had one that runs. */
function clocks({ status, acted, seen }: PassOutcome, previous: PolicyStatus): RepositoryChange[] {
  const before = new Map(previous.leaving?.map((clock) => [clock.id, clock]));
  const now = new Map(status.leaving?.map((clock) => [clock.id, clock]));
  const leaving = new Set(acted?.decision.toLeave.map(({ id }) => id));
  const sentences = new Map(acted?.decision.plan.retain.map(({ id, reason }) => [id, reason]));
  const findings = new Map(seen?.findings.map((finding) => [finding.id, statusOf(finding)]));
  const started = [...now.values()].filter(({ id }) => !before.has(id) && !leaving.has(id));
  const cleared = [...before.values()].filter(({ id }) => !now.has(id) && !leaving.has(id));
  return [
    ...started.map(({ id, name, reason, dueTime }) => ({
      msg: 'Exit clock started' as const,
      ...{ repository: name, id, reason: sentences.get(id) ?? reason, status: reason, dueTime },
    })),
    ...cleared.map(({ id, name }) => {
      const found = findings.get(id);
      return {
        msg: 'Exit clock cleared' as const,
        ...{ repository: name, id, reason: whyCleared(found, acted?.live.members.has(id)) },
        ...(found === undefined ? {} : { status: found }),
      };
    }),
  ];
}

/** As a plan has it. */
const statusOf = ({ status, exemption }: Finding): PlanItem['status'] => (exemption === undefined ? status : EXEMPTED);

function whyCleared(found: PlanItem['status'] | undefined, isMember: boolean | undefined): string {
  if (isMember === undefined) return 'the policy does not rule the ruleset any more';
  if (!isMember) return 'no longer a member of the ruleset';
  if (found === EXEMPTED) return 'exempted by the policy';
  return found === 'valid_production' ? 'declares production again' : 'the policy keeps it';
}

function namesOf({ seen, acted }: PassOutcome, { leaving }: PolicyStatus): (id: number) => string {
  const { retain = [], enter = [] } = acted?.decision.plan ?? {};
  const named = [leaving ?? [], acted?.decision.toLeave ?? [], retain, enter, seen?.findings ?? []].flat();
  const known = new Map(named.map(({ id, name }) => [id, name]));
  return (id) => known.get(id) ?? `repository ${id}`;
}
