/** Rulesets of our own against the simulator: processes that die and come back, over one disk. */
import type { OwnedStatus, PolicyStatus } from '../../../pkg/api/index.js';
import type { Entry } from '../../../pkg/journal/index.js';
import type { GitHubOptions, RulesetBody } from '../../../pkg/github/index.js';
import { NO_RECORD, type PassRecord } from '../../../pkg/reconciler/index.js';
import { OwnedLedger } from '../../../pkg/reconciler/owned/ledger.js';
import { OwnedRulesets } from '../../../pkg/reconciler/owned/owned-rulesets.js';
import { VirtualClock } from '../../fakes/clock.js';
import { seedOrganization, startGitHub, type GitHubSimulator, type Organization } from '../../fakes/github/index.js';
import { clientFor } from '../../github/support/clients.js';

export const NAME = 'plus1-incident-3f9a1c07';

/** What outlives a process. */
export class Disk {
  status: PolicyStatus = {};
  /** What the journal was told. */
  readonly told: Entry[] = [];
  /** Calls so far. */
  calls = 0;
  /** The call at which the process dies; kept: after it was carried out. */
  dies: { at: number; isKept: boolean } | undefined;

  get owned(): readonly OwnedStatus[] {
    return this.status.ownedRulesets ?? [];
  }

  kinds(): string[] {
    return this.told.map(({ kind }) => kind);
  }
}

export class Desk {
  readonly disk = new Disk();
  readonly acme: Organization;
  readonly github: GitHubSimulator;

  private constructor(acme: Organization, github: GitHubSimulator) {
    this.acme = acme;
    this.github = github;
  }

  static async open(): Promise<Desk> {
    const acme = seedOrganization({ login: 'acme', repositories: 10, production: 5 });
    return new Desk(acme, await startGitHub({ organizations: [acme] }));
  }

  async close(): Promise<void> {
    await this.github.close();
  }

  ids(count = 2): number[] {
    return this.acme.repositories.slice(0, count).map(({ id }) => id);
  }

  body(input: Partial<RulesetBody> = {}): RulesetBody {
    return {
      name: NAME,
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: this.ids() } },
      rules: [
        { type: 'update', parameters: { update_allows_fetch_and_merge: false } },
        { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci' }] } },
      ],
      bypass_actors: [
        { actor_id: 9, actor_type: 'Team' },
        { actor_id: 5, actor_type: 'RepositoryRole' },
      ],
      ...input,
    };
  }

  /** A process with what is on the disk. `isReading`: it has no writer. */
  process(
    options: { isReading?: boolean; client?: Partial<GitHubOptions>; mayWrite?: () => void; targeted?: number } = {},
  ): Process {
    return new Process(this, options);
  }

  /** Those that bear the name. */
  named(name = NAME): number[] {
    return this.acme.rulesets.filter((ruleset) => ruleset.name === name).map(({ id }) => id);
  }
}

export class Process {
  readonly rulesets: OwnedRulesets;
  readonly ledger: OwnedLedger;
  readonly #stop = new AbortController();

  constructor(
    { disk, github }: Desk,
    { isReading = false, client = {}, mayWrite = () => undefined, targeted }: Parameters<Desk['process']>[0] = {},
  ) {
    const { reader, writer } = clientFor(github.apiURL, { attempts: 0, ...client });
    const record: PassRecord = {
      ...NO_RECORD,
      keepOwned: async ({ status, told }) => {
        disk.calls += 1;
        const isLast = disk.dies?.at === disk.calls;
        if (this.isDead || (isLast && disk.dies?.isKept === false)) throw this.kill();
        disk.told.push(...told);
        disk.status = JSON.parse(JSON.stringify(status)) as PolicyStatus;
        if (isLast) throw this.kill();
        return true;
      },
    };
    this.ledger = new OwnedLedger(disk.status, record, new VirtualClock());
    this.rulesets = new OwnedRulesets({
      ...{ organization: 'acme', reader, ledger: this.ledger, assertMayWrite: mayWrite },
      targetedBy: (id) => (id === targeted ? 'the policy team' : undefined),
      ...(!isReading && { writer }),
    });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isDead(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Nothing of it reaches the disk or GitHub any more. */
  kill(): Error {
    const error = new Error('killed');
    this.#stop.abort(error);
    return error;
  }
}
