/**
 * GitHub Actions of one repository: its switch, its runs, and who may start one. Settings that are sent are kept while Actions are off, and are
 * shown only while they are on. https://docs.github.com/en/rest/actions/permissions
 */

export interface SelectedActions {
  github_owned_allowed: boolean;
  verified_allowed: boolean;
  patterns_allowed: string[];
}

export interface ActionsPermissions {
  enabled: boolean;
  allowed_actions: 'all' | 'local_only' | 'selected';
  sha_pinning_required: boolean;
}

export interface RunSpec {
  /** Of the workflow file. */
  path: string;
  sha: string;
  branch?: string;
  event?: string;
  /** Ms; absent: now. */
  at?: number;
  /** Absent: under way. */
  conclusion?: 'success' | 'failure' | 'cancelled';
  /** It does not react to a cancellation, but to one by force. */
  isStubborn?: boolean;
}

export interface Run extends Omit<RunSpec, 'at' | 'conclusion'> {
  id: number;
  at: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
}

/** What became of an attempt to start a workflow. */
export type Started = { ok: true; run: Run } | { ok: false; why: string };

export class RepositoryActions {
  permissions: ActionsPermissions = { enabled: true, allowed_actions: 'all', sha_pinning_required: false };
  selected: SelectedActions = { github_owned_allowed: true, verified_allowed: false, patterns_allowed: [] };
  /** Set where an enterprise policy decides: a change of the switch is a conflict. */
  isDecidedAbove = false;
  readonly runs: Run[] = [];
  #nextID: number;

  constructor(repositoryID: number) {
    this.#nextID = repositoryID * 1_000;
  }

  /** As a push, a person or a schedule would start it. */
  start(spec: RunSpec, { now, isArchived }: { now: number; isArchived: boolean }): Started {
    if (isArchived) return { ok: false, why: 'the repository is archived' };
    if (!this.permissions.enabled) return { ok: false, why: 'Actions are disabled for this repository' };
    return { ok: true, run: this.add(spec, now) };
  }

  /** A run that is there, whatever the switch says. */
  add(spec: RunSpec, now: number): Run {
    const { at = now, conclusion, ...rest } = spec;
    this.#nextID += 1;
    const state = conclusion === undefined ? ('in_progress' as const) : ('completed' as const);
    const run: Run = { ...rest, id: this.#nextID, at, status: state, conclusion: conclusion ?? null };
    this.runs.push(run);
    return run;
  }

  /** False where it has ended already. */
  cancel(run: Run, { force = false } = {}): boolean {
    if (run.status === 'completed') return false;
    if (run.isStubborn !== true || force) Object.assign(run, { status: 'completed', conclusion: 'cancelled' });
    return true;
  }
}
