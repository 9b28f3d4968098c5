/**
 * One key of the loop: read the policy, see whether anything speaks against a pass, run it, and say when to look again.
 * Level-triggered: what called for this look does not matter, and nothing of it is taken for truth.
 */
import { durationMs, type PolicyStatus } from '../../api/index.js';
import type { ExactTime, ReconcileContext, Result } from '../../controller/index.js';
import { hasCode, Plus1Error } from '../../errors/index.js';
import type { PolicyRecord, PolicyHome, PolicyKey } from '../../policies/index.js';
import type { Notifier } from '../../notify/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { loopResult, refusedResult } from './next-look.js';
import type { NoticePort } from '../notices/publisher.js';
import type { JournalKeeper } from '../journal/journal-keeper.js';
import { startOfNextDay } from '../journal/day-counters.js';
import { longestRetryMs } from './schedule.js';
import { compliantEndsMs } from '../status/compliant.js';
import { isSuspended } from '../status/idle-status.js';
import { cronWait } from './cron-wait.js';
import { invalidPolicy, PolicyGate } from './gate.js';
import { PassHints } from './hints.js';
import { InputLooks } from './input-looks.js';
import { Intervals } from './intervals.js';
import { findPolicy, lookLog, type Look, type PassLook } from './look.js';
import { PassAccess, type PassAccessOptions } from './pass-access.js';
import { PolicyPass, type PolicyPassOptions } from './policy-pass.js';
import { PolicyPublishing } from './publishing.js';
import { QuickPasses } from './quick-passes.js';
import { LookRequests } from './requests.js';
import { exactly, SightLooks } from './sight-looks.js';

export interface PolicyReconcilerOptions extends Omit<PassAccessOptions, 'forgetCredential'>, PolicyPassOptions {
  home: PolicyHome;
  metrics: Metrics;
  /** Absent where no journal is kept. */
  journal?: JournalKeeper;
  /** Absent where nobody is told of anything. */
  notices?: NoticePort & { notifier: Pick<Notifier, 'forget'> };
  /** Called where an object of the policy makes a look due now; absent where no objects are handled. */
  onInputDue?: (key: PolicyKey) => void;
  /** Called where a hint makes a look due now; absent where there are no hints. */
  onHint?: (key: PolicyKey) => void;
}

export class PolicyReconciler {
  readonly #options: PolicyReconcilerOptions;
  readonly #requests = new LookRequests();
  readonly #hints: PassHints;
  readonly #inputLooks: InputLooks;
  readonly #sights: SightLooks;
  readonly #intervals: Intervals;
  readonly #quick: QuickPasses;
  readonly #gate: PolicyGate;
  readonly #access: PassAccess;
  readonly #publishing: PolicyPublishing;
  readonly #pass: PolicyPass;

  constructor(options: PolicyReconcilerOptions) {
    const { home, metrics, limits, onHint } = options;
    this.#options = options;
    this.#hints = new PassHints({ clock: options.clock, onDue: (key) => onHint?.(key) });
    this.#inputLooks = new InputLooks({ clock: options.clock, onDue: (key) => options.onInputDue?.(key) });
    this.#sights = new SightLooks(options.clock);
    this.#intervals = new Intervals(options);
    const areHinted = onHint !== undefined;
    this.#quick = new QuickPasses({ ...options, areHinted, intervals: this.#intervals });
    this.#gate = new PolicyGate(home, limits);
    this.#access = new PassAccess({ ...options, forgetCredential: (name) => metrics.forgetCredential(name) });
    this.#publishing = new PolicyPublishing(options);
    this.#pass = new PolicyPass(options, {
      gate: this.#gate,
      requests: this.#requests,
      hints: this.#hints,
      inputLooks: this.#inputLooks,
      intervals: this.#intervals,
      quick: this.#quick,
      publishing: this.#publishing,
    });
  }

  /** How many of the policies have had a first look. */
  get firstLooks(): { done: number; total: number } {
    const keys = this.#options.home.list().map(({ key }) => key);
    return { done: keys.filter((key) => this.#requests.hasLooked(key)).length, total: keys.length };
  }

  /** Policies that wait for an older one to go: whenever any policy changes, they look again. */
  get conflicted(): readonly PolicyKey[] {
    return this.#gate.conflicted;
  }

  /**
   * Called where a look is asked for from outside: a policy changed, its file was touched, a signal came. The pass then takes from
   * memory nothing that keeps a repository out. Before the first look it is only the start of the process.
   */
  ask(key: PolicyKey): void {
    this.#requests.ask(key);
  }

  /** Called where a person asks for a pass, by SIGHUP: also where the first look would find that a cron time has not come. */
  demand(key: PolicyKey): void {
    this.#requests.demand(key);
  }

  /** Called where something may have changed on GitHub: a quick pass looks, at once or five seconds after the last one. */
  hint(key: PolicyKey): void {
    this.#hints.hint(key);
  }

  /** Called where the status is to be published without a pass. True where a look is to be called for now. */
  refresh(key: PolicyKey): boolean {
    return this.#sights.refresh(key);
  }

  /** Bound on one pass of a policy. */
  timeoutMs(key: PolicyKey): number {
    return durationMs(findPolicy(this.#options.home, key)?.policy?.spec.schedule.timeout ?? '30m');
  }

  /** Bound on the wait after failures of a policy. */
  longestRetryMs(key: PolicyKey): number {
    const schedule = findPolicy(this.#options.home, key)?.policy?.spec.schedule ?? {};
    return longestRetryMs(schedule, this.#options.minIntervalMs);
  }

  /** Throws what is to be tried again with backoff. */
  async reconcile(key: PolicyKey, context: ReconcileContext): Promise<Result> {
    this.#requests.begin(key);
    this.#hints.begin(key);
    try {
      const record = await this.#read(key, context);
      if (record === undefined) return await this.#forget(key);
      return await this.#look({ ...context, record });
    } catch (thrown) {
      this.#hints.rests(key, false);
      return refusedResult(thrown, this.longestRetryMs(key));
    } finally {
      if (findPolicy(this.#options.home, key) !== undefined) this.#requests.end(key);
      this.#hints.end(key);
    }
  }

  /** A policy whose memory cannot be read stands still, and its state is left as it is for the person who repairs it. */
  async #read(key: PolicyKey, context: ReconcileContext): Promise<PolicyRecord | undefined> {
    const { home } = this.#options;
    try {
      return this.#publishing.ended.without(await home.read(key, context.signal));
    } catch (thrown) {
      const record = findPolicy(home, key);
      if (hasCode(thrown, 'PLUS1_STATE_UNREADABLE') && record !== undefined)
        await this.#publishing.unreadable({ ...context, record }, thrown);
      throw thrown;
    }
  }

  async #forget(key: PolicyKey): Promise<Result> {
    await this.#options.journal?.deleted(key);
    await this.#options.notices?.notifier.forget(key);
    this.#options.metrics.forgetPolicy(key);
    const { ended } = this.#publishing;
    const plans = [this.#sights, this.#inputLooks, this.#intervals, this.#quick, this.#pass];
    for (const part of [this.#access, this.#gate, this.#requests, this.#hints, ...plans, ended]) part.forget(key);
    return { kind: 'done' };
  }

  /** Something called for this look that is no rest of the one before. */
  #isCalled(key: PolicyKey): boolean {
    return this.#hints.isWaiting(key) || this.#inputLooks.isDue(key);
  }

  async #look(look: Look): Promise<Result> {
    const { record } = look;
    const { policy, status } = record;
    const { clock, log } = this.#options;
    const isAsked = this.#requests.isAsked(record);
    const rest = this.#sights.take(record, isAsked || this.#isCalled(record.key));
    if (policy?.spec.suspend === false && isSuspended(status)) lookLog(log, look).info('Policy resumed');
    const obstacle = this.#gate.obstacle(record, clock.now());
    if (obstacle !== undefined || policy === undefined)
      return this.#stop(look, obstacle ?? invalidPolicy(record.faults));
    if (policy.spec.suspend) return this.#suspended(look);
    const waits = await this.#waits({ ...look, record: { ...record, policy } }, rest, isAsked);
    if (waits !== undefined) return waits;
    const isNew = status.observedGeneration !== record.generation;
    const begun = isNew ? await this.#publishing.idle(look, { kind: 'beginning' }) : status;
    return this.#passAndSchedule({ ...look, record: { ...record, policy, status: begun } });
  }

  /**
   * What the policy waits for until its pass, published; undefined where the pass is due. One that this process has looked at waits for
   * no cron time: that time is what called for this look.
   */
  async #waits(look: PassLook, rest: Result | undefined, isAsked: boolean): Promise<Result | undefined> {
    const { record } = look;
    const { clock, minIntervalMs } = this.#options;
    const isFree = isAsked || this.#requests.hasLooked(record.key);
    const at = isFree ? undefined : cronWait(record, { now: clock.now(), minIntervalMs });
    if (rest === undefined && at === undefined) return undefined;
    const status = await this.#publishing.waiting(look);
    const left = rest ?? (at && { kind: 'at' as const, ...at });
    return left && this.#sights.before(left, record, status);
  }

  async #suspended(look: Look): Promise<Result> {
    // What it took is free for others of its credential.
    this.#intervals.forget(look.record.key);
    this.#hints.rests(look.record.key, false);
    const at = this.#nextIdleLook(await this.#publishing.idle(look, { kind: 'suspended' }));
    return at === undefined ? { kind: 'done' } : { kind: 'at', ...at };
  }

  async #stop(look: Look, error: Plus1Error): Promise<Result> {
    this.#intervals.forget(look.record.key);
    this.#hints.rests(look.record.key, false);
    const retryAt = this.#nextIdleLook(await this.#publishing.idle(look, { kind: 'stopped', error }));
    return { kind: 'terminal', error, ...(retryAt && { retryAt }) };
  }

  /** When a policy that gets no pass is looked at again by itself: GitHub is asked nothing. */
  #nextIdleLook(status: PolicyStatus): ExactTime | undefined {
    const { clock, journal } = this.#options;
    // `Compliant` must not stay `True` for ever, and the checkpoint of its journal is written at least daily.
    const times = [compliantEndsMs(status), journal === undefined ? undefined : startOfNextDay(clock.now())];
    const [first] = times.filter((ms) => ms !== undefined).sort((a, b) => a - b);
    return first === undefined ? undefined : exactly(first);
  }

  #isQuick(look: PassLook): boolean {
    return this.#quick.anchor(look, this.#requests.isAsked(look.record)) !== undefined;
  }

  /** What a full pass waits for whose credential has too many at this moment; undefined where a pass may begin, be it a quick one. */
  async #turn(look: PassLook): Promise<Result | undefined> {
    const { record, call } = look;
    if (this.#requests.isAsked(record) || this.#isQuick(look)) return undefined;
    const ms = this.#intervals.untilTurn(record);
    if (ms === 0 || this.#quick.postpone(look, ms)) return undefined;
    this.#hints.rests(record.key, false);
    if (call !== undefined) this.#hints.again(record.key);
    const status = await this.#publishing.waiting(look, this.#options.clock.now() + ms);
    return this.#sights.before({ kind: 'wait', ms }, record, status);
  }

  async #passAndSchedule(came: PassLook): Promise<Result> {
    const { clock, log } = this.#options;
    const look = { ...came, call: this.#hints.take(came.record.key) };
    const turn = await this.#turn(look);
    if (turn !== undefined) return turn;
    const isQuick = this.#isQuick(look);
    const opened = await this.#access.open(look, lookLog(log, look), { isQuick });
    if (opened instanceof Plus1Error) {
      this.#hints.rests(look.record.key, false);
      if (look.call !== undefined) this.#hints.again(look.record.key);
      const nowMs = clock.now();
      const next = this.#pass.next({ error: opened, result: 'Failed', endMs: nowMs }, look, nowMs);
      const status = await this.#publishing.idle(look, { kind: 'stopped', error: opened, nextPassMs: next.atMs });
      return this.#sights.before(loopResult(next), look.record, status);
    }
    const { status, error, next } = await this.#pass.run(look, opened);
    this.#hints.rests(look.record.key, error === undefined && this.#quick.canHint(look));
    if (await this.#access.isTriedAgain(look, opened, error)) return { kind: 'requeueAfter', ms: 0 };
    return this.#sights.before(loopResult(next), look.record, status);
  }
}
