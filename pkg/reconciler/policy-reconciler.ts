/**
 * One key of the loop: read the policy, see whether anything speaks against a pass, run it, tell about it, and say when to
 * look again. Level-triggered: what called for this look does not matter, and nothing of it is taken for truth.
 */
import { isDeepStrictEqual } from 'node:util';
import { durationMs, type Plus1Policy, type PolicyStatus } from '../api/index.js';
import type { Result } from '../controller/index.js';
import { hasCode, Plus1Error, toPlus1Error } from '../errors/index.js';
import type { GitHub } from '../github/index.js';
import { keyString, type HeldPolicy, type PolicyHome, type PolicyKey } from '../policies/index.js';
import type { Log, Metrics } from '../telemetry/index.js';
import { resolveAccess, type Access, type AccessSources } from './access.js';
import { olderRival } from './conflict.js';
import type { KnownStore } from './known.js';
import { runPass } from './pass.js';
import { nextPass, scheduleFault } from './schedule.js';
import { standingStatus, type Standing } from './standing.js';
import { tellOutcome, tellStanding } from './tell.js';
import type { PassOutcome } from './types.js';

export interface PolicyReconcilerOptions {
  home: PolicyHome;
  access: AccessSources;
  /** A client for one pass; those of one credential share its pacing and budget. */
  connect: (apiURL: string, access: Access) => GitHub;
  known: (key: PolicyKey) => KnownStore;
  metrics: Metrics;
  log: Log;
  /** Unix ms. */
  clock: () => number;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
  /** How long a verdict may be reused, ms. */
  cacheTTLMs?: number;
}

interface Look {
  held: HeldPolicy;
  signal: AbortSignal;
  reconcileID: string;
}

/** A look that comes to a pass: the policy is a valid one. */
interface PassLook extends Look {
  held: HeldPolicy & { policy: Plus1Policy };
}

interface Opened {
  access: Access;
  github: GitHub;
}

export class PolicyReconciler {
  readonly #options: PolicyReconcilerOptions;
  /** Keys that were looked at since the start, whatever came of it. */
  readonly #looked = new Set<string>();
  readonly #conflicted = new Map<string, PolicyKey>();

  constructor(options: PolicyReconcilerOptions) {
    this.#options = options;
  }

  /** How many of the policies have had a first look. */
  get firstLooks(): { done: number; total: number } {
    const keys = this.#options.home.list().map(({ key }) => keyString(key));
    return { done: keys.filter((key) => this.#looked.has(key)).length, total: keys.length };
  }

  /** Policies that wait for an older one to go: whenever any policy changes, they look again. */
  get conflicted(): readonly PolicyKey[] {
    return [...this.#conflicted.values()];
  }

  /** Bound on one pass of a policy. */
  timeoutMs(key: PolicyKey): number {
    const held = this.#options.home.list().find((each) => keyString(each.key) === keyString(key));
    return durationMs(held?.policy?.spec.schedule.timeout ?? '30m');
  }

  /** Throws what is to be tried again with backoff. */
  async reconcile(
    key: PolicyKey,
    { signal, reconcileID }: { signal: AbortSignal; reconcileID: string },
  ): Promise<Result> {
    try {
      const held = await this.#options.home.read(key, signal);
      if (held === undefined) return this.#forget(key);
      return await this.#look({ held, signal, reconcileID });
    } finally {
      if (this.#isHeld(key)) this.#looked.add(keyString(key));
    }
  }

  #isHeld(key: PolicyKey): boolean {
    return this.#options.home.list().some((held) => keyString(held.key) === keyString(key));
  }

  #forget(key: PolicyKey): Result {
    this.#options.metrics.forgetPolicy(key);
    this.#conflicted.delete(keyString(key));
    this.#looked.delete(keyString(key));
    return { kind: 'done' };
  }

  async #look(look: Look): Promise<Result> {
    const { held } = look;
    const { policy } = held;
    const obstacle = this.#obstacle(held);
    if (obstacle !== undefined || policy === undefined) return this.#stop(look, obstacle ?? invalid(held.faults));
    if (policy.spec.suspend) {
      await this.#stand(look, { kind: 'suspended' });
      return { kind: 'done' };
    }
    const early = this.#notYet({ ...held, policy });
    if (early !== undefined) return early;
    const isNew = held.status.observedGeneration !== held.generation;
    const status = isNew ? await this.#stand(look, { kind: 'beginning' }) : held.status;
    return this.#passAndSchedule({ ...look, held: { ...held, policy, status } });
  }

  /** What a person must mend before a pass makes sense. */
  #obstacle(held: HeldPolicy): Plus1Error | undefined {
    const id = keyString(held.key);
    this.#conflicted.delete(id);
    if (held.policy === undefined) return invalid(held.faults);
    const fault = scheduleFault(held.policy.spec.schedule);
    if (fault !== undefined) return invalid([fault]);
    const rival = olderRival(held, this.#options.home.list());
    if (rival === undefined) return undefined;
    this.#conflicted.set(id, held.key);
    return new Plus1Error('PLUS1_POLICY_CONFLICT', `the older policy ${keyString(rival.key)} keeps the same ruleset`);
  }

  /** A cron policy that was restarted before its time waits for it; one whose time was missed runs once, now. */
  #notYet({ policy, status, generation, key }: PassLook['held']): Result | undefined {
    const due = Date.parse(status.nextPassTime ?? '');
    if (policy.spec.schedule.cron === undefined || this.#looked.has(keyString(key))) return undefined;
    if (status.observedGeneration !== generation || Number.isNaN(due) || due <= this.#options.clock()) return undefined;
    this.#options.metrics.policy(key, policy.spec.organization);
    return { kind: 'wait', untilMs: due };
  }

  async #stop(look: Look, error: Plus1Error): Promise<Result> {
    await this.#stand(look, { kind: 'stopped', error });
    return { kind: 'terminal', error };
  }

  /** Tells and keeps the status of a policy that gets no pass now. */
  async #stand({ held, signal }: Look, standing: Standing): Promise<PolicyStatus> {
    const { home, clock } = this.#options;
    const status = standingStatus(held.status, held.generation, standing, clock());
    tellStanding({ held, status, standing }, this.#options);
    await home.writeStatus(held.key, status, signal);
    return status;
  }

  async #passAndSchedule(look: PassLook): Promise<Result> {
    const { policy } = look.held;
    const opened = await this.#open(look);
    if (opened instanceof Plus1Error) {
      await this.#stand(look, { kind: 'stopped', error: opened });
      return resultOf(opened, this.#next(policy, this.#options.clock()) - this.#options.clock());
    }
    const outcome = await this.#pass(look, opened);
    if (hasCode(outcome.error, 'PLUS1_TOKEN_REJECTED') && (await this.#isRotated(look, opened.access))) {
      return { kind: 'requeueAfter', ms: 0 };
    }
    return this.#afterPass(outcome, policy);
  }

  /** Without access there is no pass, and nothing for its outcome to tell. */
  async #open({ held: { policy }, signal }: PassLook): Promise<Opened | Plus1Error> {
    try {
      const access = await resolveAccess(policy, this.#options.access, signal);
      return { access, github: this.#options.connect(policy.spec.github.apiURL, access) };
    } catch (thrown) {
      signal.throwIfAborted();
      return toPlus1Error(thrown);
    }
  }

  async #pass({ held, signal, reconcileID }: PassLook, { access, github }: Opened): Promise<PassOutcome> {
    const { home, clock, known, cacheTTLMs } = this.#options;
    const { key, policy, status } = held;
    const log = this.#options.log.with({ policy: keyString(key), organization: policy.spec.organization, reconcileID });
    const { reader, writer } = github;
    const deps = {
      reader,
      writer,
      keep: (next: PolicyStatus, deadline: AbortSignal): Promise<void> => home.writeStatus(key, next, deadline),
      known: known(key),
      clock,
      log,
      ...(cacheTTLMs === undefined ? {} : { cacheTTLMs }),
    };
    const nextPassMs = (endMs: number): number => this.#next(policy, endMs);
    const secret = access.secretName === undefined ? {} : { secretName: access.secretName };
    try {
      const outcome = await runPass({ policy, status, reconcileID, nextPassMs, ...secret }, deps, signal);
      tellOutcome(outcome, held, { ...this.#options, log });
      return outcome;
    } finally {
      await github.close();
    }
  }

  /** A Secret that was rotated during the pass is tried at once, not at the next interval. */
  async #isRotated({ held, signal }: PassLook, before: Access): Promise<boolean> {
    if (before.secretName === undefined) return false;
    const now = await resolveAccess(held.policy, this.#options.access, signal);
    return !isDeepStrictEqual(now.credential, before.credential);
  }

  #next({ spec }: Plus1Policy, afterMs: number): number {
    return nextPass(spec.schedule, afterMs, this.#options.minIntervalMs).atMs;
  }

  #afterPass({ error, result, endMs }: PassOutcome, { spec }: Plus1Policy): Result {
    const { atMs, exact } = nextPass(spec.schedule, endMs, this.#options.minIntervalMs);
    if (error !== undefined) return resultOf(error, atMs - endMs);
    if (result === 'Incomplete') throw new Plus1Error('PLUS1_LISTING_INCOMPLETE', 'the pass was incomplete');
    return exact ? { kind: 'wait', untilMs: atMs } : { kind: 'requeueAfter', ms: atMs - endMs };
  }
}

/** A known wait is no failure; what only a person can mend is looked at again at the interval; the rest backs off. */
function resultOf(error: Plus1Error, intervalMs: number): Result {
  if (error.retryAt !== undefined) return { kind: 'wait', untilMs: error.retryAt };
  if (error.class === 'configuration' || error.class === 'usage')
    return { kind: 'terminal', error, retryAfterMs: intervalMs };
  throw error;
}

function invalid(faults: readonly string[]): Plus1Error {
  return new Plus1Error('PLUS1_POLICY_INVALID', faults.join('; ') || 'the policy is not valid');
}
