/** Passes in this process against a simulator, with a memory that a test can look into and waits that take no time. */
import * as v from 'valibot';
import { policySpec, type Plus1Policy, type PolicyStatus } from '../../pkg/api/index.js';
import { silentLog, type Timers } from '../../pkg/base/index.js';
import { createGitHub, tokenCredential, type GitHub, type GitHubOptions } from '../../pkg/github/index.js';
import type { RollbackRequest } from '../../pkg/policies/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import {
  NO_RECORD,
  runPass,
  statusPublisher,
  type VerdictStore,
  type PassDependencies,
  type PassOutcome,
  type PassRecord,
  type PassRequest,
} from '../../pkg/reconciler/index.js';
import type { QuickTerms } from '../../pkg/reconciler/types.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { aimOf } from '../builders.js';
import { FastClock } from './fast-clock.js';

export type SpecInput = Partial<Omit<v.InferInput<typeof policySpec>, 'organization' | 'github'>>;

/** Fits requests to a busy machine; a fault that is silence lasts this long. */
const REQUEST_TIMEOUT_MS = 300;

/** One simulator, one policy, one memory. Await `close()`. */
export class Scene {
  readonly github: GitHubSimulator;
  readonly clock: FastClock;
  readonly organization: Organization;
  /** What passes keep; as JSON, because that is what survives. */
  kept: string | undefined;
  /** What passes learned, kept the same way. */
  known: string | undefined;
  /** The index of workflow files, kept the same way. */
  index: string | undefined;
  /** The checklists, kept the same way. */
  lists: string | undefined;
  /** What is known of issues, kept the same way. */
  book: string | undefined;
  saves = 0;

  private constructor(github: GitHubSimulator, organization: Organization, clock: FastClock) {
    this.github = github;
    this.organization = organization;
    this.clock = clock;
  }

  /** `startMs`: of the clock; by default that of `FastClock`. */
  static async open(organization: Organization, startMs?: number): Promise<Scene> {
    const clock = new FastClock(startMs);
    return new Scene(await startGitHub({ organizations: [organization], clock: clock.now }), organization, clock);
  }

  async close(): Promise<void> {
    await this.github.close();
  }

  get status(): PolicyStatus {
    return this.kept === undefined ? {} : (JSON.parse(this.kept) as PolicyStatus);
  }

  policy(spec: SpecInput = {}): Plus1Policy {
    return {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'acme', namespace: 'default' },
      spec: v.parse(policySpec, {
        organization: this.organization.login,
        github: { apiURL: this.github.apiURL },
        ...spec,
        ruleset: { ...aimOf(this.organization), ...spec.ruleset },
      }),
    };
  }

  /** A clock that is a function is a wall clock, which somebody may set; time goes on as it does. */
  connect({ clock = this.clock, ...options }: ConnectOptions = {}): GitHub {
    return createGitHub({
      apiURL: this.github.apiURL,
      credential: tokenCredential('ghp_scene', 'the token'),
      ...aimOf(this.organization),
      concurrency: 1,
      retryDelayMs: 1,
      maxWaitMs: 90_000,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      sleep: this.clock.sleep,
      random: () => 0,
      ...options,
      clock: typeof clock === 'function' ? { ...this.clock, now: clock } : clock,
    });
  }

  async keep(status: PolicyStatus): Promise<boolean> {
    this.kept = JSON.stringify(status);
    this.saves += 1;
    return true;
  }

  /** One pass that remembers. */
  async pass(spec: SpecInput = {}, options: PassOptions = {}): Promise<PassOutcome> {
    const { clock, keep: ownKeep, known: ownKnown, record: ownRecord, ...dependencies } = options.dependencies ?? {};
    const log = dependencies.log ?? silentLog;
    const keep = ownKeep ?? ((status: PolicyStatus): Promise<boolean> => this.keep(status));
    const record: PassRecord = {
      ...NO_RECORD,
      keepIntent: async ({ status }, signal) => (await keep(status, signal)) !== false,
      keepOwned: async ({ status }, signal) => (await keep(status, signal)) !== false,
      keepStatus: async (status, signal) => void (await keep(status, signal)),
      known: ownKnown ?? {
        load: async () => (this.known === undefined ? undefined : JSON.parse(this.known)),
        save: async (known) => {
          this.known = JSON.stringify(known);
        },
        baseline: {
          load: async () => (this.lists === undefined ? undefined : JSON.parse(this.lists)),
          save: async (index) => {
            this.lists = JSON.stringify(index);
          },
        },
        workflows: {
          scan: async (take) => {
            const { repositories, ...head } = JSON.parse(this.index ?? '{"repositories":[]}');
            take(repositories);
            return head;
          },
          rewrite: async ({ head, kept, fresh }) => {
            const before: unknown[] = JSON.parse(this.index ?? '{"repositories":[]}').repositories;
            const added = [...fresh.lines()].flatMap((line) => JSON.parse(Buffer.from(line).toString()));
            const repositories = [...before.flatMap((each) => kept(each) ?? []), ...added];
            this.index = JSON.stringify({ ...head, repositories });
          },
        },
        issues: {
          load: async () => (this.book === undefined ? undefined : JSON.parse(this.book)),
          save: async (book) => {
            this.book = JSON.stringify(book);
          },
        },
      },
      ...ownRecord,
    };
    const github = this.connect({ ...(clock && { clock }), ...options.github });
    const policy = this.policy(spec);
    const { status } = this;
    try {
      const quick = await options.quick?.({ policy, status }, github);
      const request = { policy, status, reconcileID: options.reconcileID ?? 'test', ...asked(options) };
      return await runPass(
        { ...request, ...(quick && { quick }) },
        {
          reader: github.reader,
          writer: github.writer,
          issues: github.issues,
          record,
          publishers: [statusPublisher({ record, log })],
          timers: systemClock,
          log,
          ...dependencies,
        },
        options.signal ?? new AbortController().signal,
      );
    } finally {
      await github.close();
    }
  }
}

const asked = ({ isAsked, rollback }: PassOptions): Pick<PassRequest, 'isAsked' | 'rollback'> => ({
  ...(isAsked === true && { isAsked }),
  ...(rollback && { rollback }),
});

export type ConnectOptions = Partial<Omit<GitHubOptions, 'clock'>> & { clock?: Timers | (() => number) };

export interface PassOptions {
  github?: ConnectOptions;
  /** `clock`: the wall clock of the pass, which is that of its client. */
  dependencies?: Partial<Omit<PassDependencies, 'record'>> & {
    clock?: () => number;
    keep?: (status: PolicyStatus, signal: AbortSignal) => Promise<boolean | undefined>;
    known?: VerdictStore;
    /** In place of what the scene keeps. */
    record?: Partial<PassRecord>;
  };
  signal?: AbortSignal;
  /** A person asked for it. */
  isAsked?: boolean;
  /** What a pass among quick ones hands on and goes on with. */
  quick?: (request: Pick<PassRequest, 'policy' | 'status'>, github: GitHub) => Promise<QuickTerms>;
  reconcileID?: string;
  /** A person asked for it, and did not release it yet. */
  rollback?: RollbackRequest;
}
