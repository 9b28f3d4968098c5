/** The words of the judgement of workflow files. */
import type { JobStatus } from '../api/index.js';
import type { Severity, WorkflowCode } from './rules.js';

/** What the file says of `egress-policy`; `default`: nothing, which the action takes for block. Null where there is no step. */
export type WrittenPolicy = 'block' | 'audit' | 'default' | 'other' | null;

/** One thing to know about a job, told so that the owner of the file can act on it. */
export interface WorkflowFinding {
  severity: Severity;
  code: WorkflowCode;
  /** 1-based; a finding about a whole file has line 1, column 1. */
  line: number;
  column: number;
  found: string;
  expected: string;
  fix: string;
}

/** An action, a called workflow or an image that a job uses. */
export interface UsedAction {
  /** `owner/name`, with the path below it where there is one; `./…` of the repository itself; `docker://image`. */
  name: string;
  /** What follows the `@`; empty where nothing does. */
  ref: string;
  /** By a full commit, or an image by its digest. What is local is of the same commit as the file. */
  pinned: boolean;
  line: number;
  column: number;
}

export interface JudgedJob {
  /** The key in the file; `runs` for a composite action; `*` for a file that cannot be read. */
  name: string;
  line: number;
  column: number;
  status: JobStatus;
  policy: WrittenPolicy;
  /** As the author meant them: what looks like an endpoint, whatever separates it. */
  endpoints: string[];
  /** As the agent reads them. An expression stands as it is written. */
  agentEndpoints: string[];
  /** What the agent lets out besides; empty where it blocks nothing. */
  implicit: string[];
  actions: UsedAction[];
  /** Of the harden-runner step among the steps, from 1 on. */
  position: number | null;
  findings: WorkflowFinding[];
}

export type WorkflowKind = 'workflow' | 'composite' | 'broken';

export interface JudgedFile {
  kind: WorkflowKind;
  jobs: JudgedJob[];
}

/** What a name is to the agent; `unknown` where nobody could be asked. */
export type Resolution = 'resolves' | 'dead' | 'unknown';

export interface JudgeOptions {
  /** The oldest version of harden-runner that counts, such as `v2.16.0`. */
  floor: string;
  /** What is known of the repository besides its files. */
  repository?: { private?: boolean; skipProperty?: boolean };
  /** Answers of the resolver, in lower case; a name without one was not asked for. */
  names?: ReadonlyMap<string, Resolution>;
  /** Tags of step-security/harden-runner by their commit; undefined where they were not asked for. */
  tags?: ReadonlyMap<string, readonly string[]>;
  /** Local actions that hold a harden-runner step, as `uses` names them, such as `./.github/actions/setup`. */
  localHardened?: ReadonlySet<string>;
}
