/** Passes in this process against a simulator, with a memory that a test can look into and waits that take no time. */
import * as v from 'valibot';
import { policySpec, type Plus1Policy, type PolicyStatus } from '../../pkg/api/index.js';
import { silentLog, type Timers } from '../../pkg/base/index.js';
import { createGitHub, tokenCredential, type GitHub, type GitHubOptions } from '../../pkg/github/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import {
  NO_RECORD,
  runPass,
  statusPublisher,
  type VerdictStore,
  type PassDependencies,
  type PassOutcome,
  type PassRecord,
} from '../../pkg/reconciler/index.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
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
  saves = 0;

  private constructor(github: GitHubSimulator, organization: Organization, clock: FastClock) {
    this.github = github;
    this.organization = organization;
    this.clock = clock;
  }

  static async open(organization: Organization): Promise<Scene> {
    const clock = new FastClock();
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
      }),
    };
  }

  /** A clock that is a function is a wall clock, which somebody may set; time goes on as it does. */
  connect({ clock = this.clock, ...options }: ConnectOptions = {}): GitHub {
    return createGitHub({
      apiURL: this.github.apiURL,
      credential: tokenCredential('ghp_scene', 'the token'),
      targeting: 'RepositoryID',
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
      keepStatus: async (status, signal) => void (await keep(status, signal)),
      known: ownKnown ?? {
        load: async () => (this.known === undefined ? undefined : JSON.parse(this.known)),
        save: async (known) => {
          this.known = JSON.stringify(known);
        },
      },
      ...ownRecord,
    };
    const github = this.connect({ ...(clock && { clock }), ...options.github });
    try {
      return await runPass(
        {
          policy: this.policy(spec),
          status: this.status,
          reconcileID: 'test',
          ...(options.isAsked === true && { isAsked: true }),
        },
        {
          reader: github.reader,
          writer: github.writer,
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
}
