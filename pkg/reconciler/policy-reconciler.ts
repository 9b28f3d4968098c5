/**
 * One key of the loop: read the policy, see whether anything speaks against a pass, run it, tell about it, and say when to
 * look again. Level-triggered: what called for this look does not matter, and nothing of it is taken for truth.
 */
import { isDeepStrictEqual } from 'node:util';
import { durationMs, type LiveRuleset, type Plus1Policy, type PolicySpec, type PolicyStatus } from '../api/index.js';
import type { Log, Timers } from '../base/index.js';
import type { ReconcileContext, Result } from '../controller/index.js';
import { hasCode, Plus1Error, toPlus1Error, type ErrorCode } from '../errors/index.js';
import type { GitHub } from '../github/index.js';
import { keyString, type HeldPolicy, type PolicyHome, type PolicyKey } from '../policies/index.js';
import type { Metrics } from '../telemetry/index.js';
import { resolveAccess, type Access, type AccessSources } from './access.js';
import { olderRival, rivalMemory } from './conflict.js';
import { CredentialUse } from './credential-use.js';
import type { KnownStore } from './memory/known.js';
import type { PassRecord } from './pass-record.js';
import { runPass } from './pass/pass.js';
import { loopResult, nextLook, refusedResult, type NextLook } from './next-look.js';
import { longestRetryMs, nextPass, scheduleFault } from './schedule.js';
import { echo, idleStatus, isSuspended, type IdleCause, type IdleReason } from './status/idle-status.js';
import { eventPublisher } from './publishers/events.js';
import { logPublisher } from './publishers/log.js';
import { metricsPublisher } from './publishers/metrics.js';
import { publishAll } from './publishers/publish-all.js';
import type { IdlePublication, Publisher } from './publishers/publisher.js';
import { statusPublisher } from './publishers/status.js';
import type { Ended, PassOutcome } from './types.js';

export interface PolicyReconcilerOptions {
  home: PolicyHome;
  access: AccessSources;
  /** A client for one pass; those of one credential share its pacing and budget. */
  connect: (spec: PolicySpec, access: Access, log: Log) => GitHub;
  known: (key: PolicyKey) => KnownStore;
  metrics: Metrics;
  log: Log;
  clock: Timers;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
  /** How long a verdict may be reused, ms. */
  cacheTTLMs?: number;
  /** Aborts where the process stops, and what only reads is to be given up. */
  stopReading?: AbortSignal;
}

interface Look extends ReconcileContext {
  held: HeldPolicy;
}

/** A look that comes to a pass: the policy is a valid one. */
interface PassLook extends Look {
  held: HeldPolicy & { policy: Plus1Policy };
}

interface Opened {
  access: Access;
  github: GitHub;
}

/** GitHub does not take the credential: a token, an App's key, or an App that is no longer installed. */
const REFUSALS: readonly ErrorCode[] = ['PLUS1_TOKEN_REJECTED', 'PLUS1_SECRET_INVALID', 'PLUS1_INSTALLATION_NOT_FOUND'];
const isRefused = (error: unknown): boolean => REFUSALS.some((code) => hasCode(error, code));

export class PolicyReconciler {
  readonly #options: PolicyReconcilerOptions;
  /** Keys that were looked at since the start, whatever came of it. */
  readonly #looked = new Set<string>();
  /** Keys whose first look has begun: what calls for another one is a change, a touch or a person. */
  readonly #begun = new Set<string>();
  /** Keys that somebody asked to be looked at, and that no pass has read for since. */
  readonly #asked = new Set<string>();
  readonly #conflicted = new Map<string, PolicyKey>();
  readonly #credentials: CredentialUse;

  constructor(options: PolicyReconcilerOptions) {
    this.#options = options;
    this.#credentials = new CredentialUse((credential) => options.metrics.forgetCredential(credential));
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

  /**
   * Called where a look is asked for from outside: a policy changed, its file was touched, a signal came. The pass then takes from
   * memory nothing that keeps a repository out. Before the first look it is only the start of the process.
   */
  ask(key: PolicyKey): void {
    const id = keyString(key);
    if (this.#begun.has(id)) this.#asked.add(id);
  }

  /** Called where a person asks for a pass, by SIGHUP: also where the first look would find that a cron time has not come. */
  demand(key: PolicyKey): void {
    this.#asked.add(keyString(key));
  }

  /** Bound on one pass of a policy. */
  timeoutMs(key: PolicyKey): number {
    return durationMs(this.#held(key)?.policy?.spec.schedule.timeout ?? '30m');
  }

  /** Bound on the wait after failures of a policy. */
  longestRetryMs(key: PolicyKey): number {
    return longestRetryMs(this.#held(key)?.policy?.spec.schedule ?? {}, this.#options.minIntervalMs);
  }

  #held(key: PolicyKey): HeldPolicy | undefined {
    const { namespace, name } = key;
    return this.#options.home.list().find((each) => each.key.name === name && each.key.namespace === namespace);
  }

  /** Throws what is to be tried again with backoff. */
  async reconcile(key: PolicyKey, context: ReconcileContext): Promise<Result> {
    this.#begun.add(keyString(key));
    try {
      const held = await this.#read(key, context);
      if (held === undefined) return this.#forget(key);
      return await this.#look({ ...context, held });
    } catch (thrown) {
      return refusedResult(thrown, this.longestRetryMs(key));
    } finally {
      if (this.#held(key) !== undefined) this.#looked.add(keyString(key));
    }
  }

  /** A policy whose memory cannot be read stands still, and its state is left as it is for whoever repairs it. */
  async #read(key: PolicyKey, context: ReconcileContext): Promise<HeldPolicy | undefined> {
    try {
      return await this.#options.home.read(key, context.signal);
    } catch (thrown) {
      const held = this.#held(key);
      if (hasCode(thrown, 'PLUS1_STATE_UNREADABLE') && held !== undefined) {
        const status = idleStatus({}, held.generation, { kind: 'stopped', error: thrown }, this.#options.clock.now());
        await this.#publishIdle({ ...context, held }, status, { kind: 'unreadable', error: thrown });
      }
      throw thrown;
    }
  }

  #forget(key: PolicyKey): Result {
    this.#options.metrics.forgetPolicy(key);
    this.#credentials.set(key, undefined);
    this.#conflicted.delete(keyString(key));
    this.#looked.delete(keyString(key));
    this.#begun.delete(keyString(key));
    this.#asked.delete(keyString(key));
    return { kind: 'done' };
  }

  async #look(look: Look): Promise<Result> {
    const { held } = look;
    const { policy } = held;
    if (policy?.spec.suspend === false && isSuspended(held.status)) this.#log(look).info('Policy resumed');
    const obstacle = this.#obstacle(held);
    if (obstacle !== undefined || policy === undefined) return this.#stop(look, obstacle ?? invalid(held.faults));
    if (policy.spec.suspend) {
      await this.#idle(look, { kind: 'suspended' });
      return { kind: 'done' };
    }
    const early = await this.#notYet({ ...look, held: { ...held, policy } });
    if (early !== undefined) return early;
    const isNew = held.status.observedGeneration !== held.generation;
    const status = isNew ? await this.#idle(look, { kind: 'beginning' }) : held.status;
    return this.#passAndSchedule({ ...look, held: { ...held, policy, status } });
  }

  /** What a person must mend before a pass makes sense. */
  #obstacle(held: HeldPolicy): Plus1Error | undefined {
    const id = keyString(held.key);
    this.#conflicted.delete(id);
    if (held.policy === undefined) return invalid(held.faults);
    const fault = scheduleFault(held.policy.spec.schedule, this.#options.clock.now());
    if (fault !== undefined) return invalid([fault]);
    const rival = this.#rival(held);
    if (rival === undefined) return undefined;
    return this.#conflict(held, rival);
  }

  /** Asked at every pass; hardly ever is there a memory without a policy. */
  #rival(held: HeldPolicy, rulesetID?: number): HeldPolicy | undefined {
    const { home } = this.#options;
    return olderRival(held, home.list(), rulesetID) ?? rivalMemory(held, home.others(), rulesetID);
  }

  #conflict({ key }: HeldPolicy, { key: rival, statePath }: HeldPolicy): Plus1Error {
    this.#conflicted.set(keyString(key), key);
    const older = `the older policy ${keyString(rival)} keeps the same ruleset`;
    if (statePath === undefined) return new Plus1Error('PLUS1_POLICY_CONFLICT', older);
    return new Plus1Error(
      'PLUS1_POLICY_CONFLICT',
      `${older}, and has a memory of its own at ${statePath}; no file declares it`,
      {
        fix: `name this policy ${keyString(rival)}, and it goes on with that memory; or delete that file to begin with fresh clocks`,
      },
    );
  }

  /** Throws where the policy, as the pass knows it, may not write to that ruleset now. */
  #assertMayWrite({ key, uid, generation }: HeldPolicy, { id }: LiveRuleset): void {
    const now = this.#held(key);
    // Another of the same name counts its generations anew.
    if (now?.uid !== uid || now.generation > generation)
      throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy changed or went during the pass; nothing more is written');
    const rival = this.#rival(now, id);
    if (rival !== undefined) throw this.#conflict(now, rival);
  }

  /** A cron policy that was restarted before its time waits for it; one whose time was missed runs once, now. */
  async #notYet(look: PassLook): Promise<Result | undefined> {
    const { held } = look;
    const { policy, status, generation, key } = held;
    const due = Date.parse(status.nextPassTime ?? '');
    if (policy.spec.schedule.cron === undefined || this.#looked.has(keyString(key))) return undefined;
    const now = this.#options.clock.now();
    const next = (afterMs: number): number => this.#nextCron(policy, afterMs);
    if (status.observedGeneration !== generation || Number.isNaN(due) || due <= now) return undefined;
    // Later than the next one from now on: it was kept by a clock that was ahead, and nobody knows which times were missed.
    if (due > next(now) || !isSettled(status) || this.#isAsked(held)) return undefined;
    await this.#publishIdle(look, status, { kind: 'waiting' });
    return { kind: 'at', untilMs: due, next };
  }

  async #stop(look: Look, error: Plus1Error): Promise<Result> {
    await this.#idle(look, { kind: 'stopped', error });
    return { kind: 'terminal', error };
  }

  /** The status of a policy that gets no pass now, published. Throws where it cannot be kept. */
  async #idle(look: Look, cause: IdleReason): Promise<PolicyStatus> {
    const { held } = look;
    const idle = idleStatus(held.status, held.generation, cause, this.#options.clock.now());
    const status = cause.kind === 'beginning' ? idle : { ...idle, ...echo(held.reconcileAt) };
    await this.#publishIdle(look, status, cause);
    return status;
  }

  async #publishIdle(look: Look, status: PolicyStatus, cause: IdleCause): Promise<void> {
    const { held, reconcileID } = look;
    const log = this.#log(look);
    const publication: IdlePublication = {
      ...{ kind: 'idle', cause, key: held.key, organization: organizationOf(held), reconcileID },
      ...{ previous: held.status, status },
    };
    const { fault } = await publishAll(this.#publishers(look, log), publication, {
      timers: this.#options.clock,
      log,
      afterFault: (same) => same,
    });
    if (fault !== undefined) throw fault;
  }

  #keeper(key: PolicyKey): Pick<PassRecord, 'keepStatus'> {
    // Where the policy went, nobody is left to whom its status matters.
    return { keepStatus: async (status, signal) => void (await this.#options.home.writeStatus(key, status, signal)) };
  }

  /** The status first: what comes after it must not say what is not kept. */
  #publishers({ held: { key } }: Look, log: Log): Publisher[] {
    const { home, metrics, clock } = this.#options;
    return [
      statusPublisher({ record: this.#keeper(key), log }),
      eventPublisher(home),
      metricsPublisher({ metrics, clock: () => clock.now() }),
      logPublisher(log),
    ];
  }

  async #passAndSchedule(look: PassLook): Promise<Result> {
    const opened = await this.#open(look);
    if (opened instanceof Plus1Error) {
      const nowMs = this.#options.clock.now();
      const next = this.#nextLook({ error: opened, result: 'Failed', endMs: nowMs }, look, nowMs);
      await this.#idle(look, { kind: 'stopped', error: opened, nextPassMs: next.atMs });
      return loopResult(next);
    }
    const { outcome, next } = await this.#pass(look, opened);
    if (isRefused(outcome.error) && (await this.#isRotated(look, opened.access))) {
      return { kind: 'requeueAfter', ms: 0 };
    }
    return loopResult(next);
  }

  /** Without access there is no pass, and nothing for its outcome to tell. */
  async #open(look: PassLook): Promise<Opened | Plus1Error> {
    const { held, signal } = look;
    const { policy, key } = held;
    try {
      const access = await resolveAccess(policy, this.#options.access, signal);
      const github = this.#options.connect(policy.spec, access, this.#log(look));
      this.#credentials.set(key, access.name);
      return { access, github };
    } catch (thrown) {
      signal.throwIfAborted();
      return toPlus1Error(thrown);
    }
  }

  #log({ held: { key, policy }, reconcileID }: Look): Log {
    const organization = policy?.spec.organization;
    return this.#options.log.with({ policy: keyString(key), ...(organization && { organization }), reconcileID });
  }

  async #pass(look: PassLook, { access, github }: Opened): Promise<{ outcome: PassOutcome; next: NextLook }> {
    const { home, known, cacheTTLMs, stopReading } = this.#options;
    const { held, signal, reconcileID } = look;
    const { key, policy, status } = held;
    const log = this.#log(look);
    const { reader, writer } = github;
    let nowMs: number | undefined;
    const next = (ended: Ended): NextLook => this.#nextLook(ended, look, (nowMs ??= this.#options.clock.now()));
    const record: PassRecord = {
      ...this.#keeper(key),
      assertMayWrite: (ruleset) => this.#assertMayWrite(held, ruleset),
      keepIntent: (intent, deadline) => home.writeStatus(key, intent.status, deadline),
      // The next status, with or without an intent of its own, takes the place of this one.
      superseded: async () => undefined,
      known: known(key),
      nextPassMs: (ended) => next(ended).atMs,
    };
    const deps = {
      reader,
      writer,
      record,
      publishers: this.#publishers(look, log),
      timers: this.#options.clock,
      log,
      ...(cacheTTLMs === undefined ? {} : { cacheTTLMs }),
      ...(stopReading === undefined ? {} : { stopReading }),
    };
    const secret = access.secretName === undefined ? {} : { secretName: access.secretName };
    const { reconcileAt, isMemoryUnproved } = held;
    const isAsked = this.#isAsked(held);
    this.#asked.delete(keyString(key));
    const asked = {
      isAsked,
      ...(reconcileAt === undefined ? {} : { reconcileAt }),
      ...(isMemoryUnproved && { isMemoryUnproved }),
    };
    try {
      const outcome = await runPass({ policy, status, reconcileID, ...secret, ...asked }, deps, signal);
      // One that saw nothing has not done what was asked for.
      if (isAsked && outcome.seen === undefined) this.#asked.add(keyString(key));
      return { outcome, next: next({ ...outcome, error: outcome.error }) };
    } finally {
      await github.close();
    }
  }

  /** A Secret that was rotated during the pass is tried at once, not at the next interval. */
  async #isRotated({ held, signal }: PassLook, before: Access): Promise<boolean> {
    if (before.secretName === undefined) return false;
    const now = await resolveAccess(held.policy, this.#options.access, signal).catch(() => undefined);
    return now !== undefined && !isDeepStrictEqual(now.credential, before.credential);
  }

  #isAsked(held: HeldPolicy): boolean {
    return this.#asked.has(keyString(held.key)) || isAskedFor(held);
  }

  #nextCron({ spec }: Plus1Policy, afterMs: number): number {
    return nextPass(spec.schedule, afterMs, this.#options.minIntervalMs).atMs;
  }

  #nextLook(ended: Ended, { held, retryMs }: PassLook, nowMs: number): NextLook {
    const { minIntervalMs } = this.#options;
    return nextLook(ended, { schedule: held.policy.spec.schedule, minIntervalMs, retryMs, nowMs });
  }
}

/** A wrong policy is published too, or its last good values would stand for ever. */
const organizationOf = ({ claim, policy }: HeldPolicy): string =>
  policy?.spec.organization ?? claim?.organization ?? '';

/** By annotation, and no look has ended since. */
function isAskedFor({ reconcileAt, status }: HeldPolicy): boolean {
  return reconcileAt !== undefined && reconcileAt !== status.lastHandledReconcileAt;
}

/** The last pass did its work: no trouble waits to be tried again. */
function isSettled({ conditions, pendingWrite }: PolicyStatus): boolean {
  const ready = conditions?.find(({ type }) => type === 'Ready');
  return pendingWrite === undefined && (ready?.status === 'True' || ready?.reason === 'Held');
}

function invalid(faults: readonly string[]): Plus1Error {
  return new Plus1Error('PLUS1_POLICY_INVALID', faults.join('; ') || 'the policy is not valid');
}
