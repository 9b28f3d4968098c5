/** What all steps of one incident share in a pass. */
import { inLanes } from '../../base/index.js';
import type { GivenApproval } from '../../governance/index.js';
import type { IsolationReader } from '../../github/index.js';
import type { Entry } from '../../journal/index.js';
import { inputRef } from '../../policies/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { InputPass } from '../inputs/handler.js';
import type { OwnedRulesets } from '../owned/owned-rulesets.js';
import type { IncidentSpec, IncidentStatus, IsolatedRepository } from '../../api/index.js';
import type { Candidate } from '../../incident/index.js';
import type { IndexedRepository } from '../../workflows/index.js';
import type { Draft } from './draft.js';
import { keepEntries } from './kept-entries.js';
import type { EvidenceStore } from './ports.js';

export type IncidentPass = InputPass<IncidentSpec, IncidentStatus>;

/** An incident that cannot be read. */
export interface StandingIncident {
  name: string;
  uid: string;
  entries: ReadonlyMap<number, IsolatedRepository>;
}

export interface Means {
  pass: IncidentPass;
  signal: AbortSignal;
  organization: string;
  /** Undefined where nobody saw the repositories in this pass: then only those are known that the incident names. */
  candidates: readonly Candidate[];
  /** How many repositories the organization has; undefined where no pass has seen it yet. */
  repositories: number | undefined;
  /** Of the index what concerns the actions of all incidents. */
  index: readonly IndexedRepository[] | undefined;
  approvals: readonly GivenApproval[];
  /** When they were read, Unix ms by the time of the pass. */
  approvalsMs: number;
  /** Absent where nothing is written: a dry run, a policy that observes. */
  owned: OwnedRulesets | undefined;
  evidence: EvidenceStore | undefined;
  /** All incidents of the policy that can be read, as far as this pass has come with them. */
  drafts: readonly Draft[];
  /** Those that cannot: whom they isolate stays isolated. */
  standing: readonly StandingIncident[];
}

export const isolationOf = ({ pass }: Means): IsolationReader => pass.deps.reader.isolation;

export const nowOf = ({ pass }: Means): number => pass.deps.reader.time.now();

/** One line of a status: what was to be done, and what came of it. */
export const faultOf = (what: string, thrown: unknown): string => {
  const { code, message } = toPlus1Error(thrown);
  return `${what}: ${message} (${code})`;
};

/** Told until it is over: each pass looks, and puts back what it undid. */
export const mayChange = (what: string, untilMs: number): string =>
  `${what} may still be changed by an earlier write without a known outcome, until ${new Date(untilMs).toISOString()}`;

/** Flushed before what it announces is sent. Throws what the journal throws: then nothing is sent. */
export async function tell({ pass, signal }: Means, entries: readonly Entry[]): Promise<void> {
  await pass.deps.record.tell?.(entries, signal);
}

/** Keeps the status as it is now. A home that does not take it is told by the next one that it does: what isolates waits for no disk. */
export async function keep(means: Means, draft: Draft): Promise<void> {
  for (const step of [() => keepEntries(draft, means), () => keepStatus(means, draft)])
    await step().catch((thrown: unknown) => {
      means.signal.throwIfAborted();
      means.pass.deps.log.warn('Status of an incident not kept', {
        incident: draft.incident.metadata.name,
        error: toPlus1Error(thrown).message,
      });
    });
}

/** The same, before what may not be sent without it. */
export async function keepOrThrow(means: Means, draft: Draft): Promise<void> {
  await keepEntries(draft, means);
  await keepStatus(means, draft);
}

async function keepStatus({ pass, signal }: Means, draft: Draft): Promise<void> {
  const { record, reader } = pass.deps;
  const status = draft.statusMidway(reader.time.now());
  const isKept = await record.inputs?.setStatus(inputRef(draft.incident), status, signal);
  if (isKept === false)
    throw new Plus1Error('PLUS1_INTERRUPTED', `the incident ${draft.incident.metadata.name} went during the pass`);
}

/** Runs `work` for each, some at a time. */
export const forEach = <T extends object | string>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  lanes = 5,
): Promise<void> => inLanes(items, work, { lanes });
