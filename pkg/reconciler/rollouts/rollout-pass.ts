/**
 * One rollout in one pass: what was seen becomes a step, the step is kept before it is carried out, and the status says what came of it.
 * The main ruleset is read, and never written.
 */
import { type Rollout, type RolloutStatus, type RuleSuites } from '../../api/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { ApprovalVerdict, GivenApproval } from '../../governance/index.js';
import type { Entry } from '../../journal/index.js';
import { inputRef } from '../../policies/index.js';
import { candidateName, decide, weakens, type Sight, type Step, type Wait } from '../../rollout/index.js';
import { conditionsOf, type Said } from '../inputs/conditions.js';
import type { InputPass } from '../inputs/handler.js';
import { carryOut, seenAs, type Carried, type CarryOut } from './carry-out.js';
import { eventsOf, type Told as ToldEvent } from './events.js';
import { firstOf } from './first.js';
import { goneMembers } from './gone-members.js';
import { requireNotThere } from './not-there.js';
import { hasOtherRules, heldOn, isReleased, verdictsOf, type HoldSight } from './hold.js';
import { keptImpact, readImpact, wordOf } from './impact.js';
import { stateOf, statusOf, type RolloutState } from './kept-state.js';
import { look, nextLookMs } from './look.js';
import { mainDoubt } from './main-doubt.js';
import { requireFolded } from './may-delete.js';
import { holdRecords } from './records.js';
import { said } from './said.js';

export type RolloutInputs = InputPass<Rollout['spec'], RolloutStatus>;

/** What became of one. */
export interface RolloutOutcome {
  status: RolloutStatus;
  events: readonly ToldEvent[];
  verdicts: readonly ApprovalVerdict[];
  /** For the journal. */
  entries: readonly Entry[];
  nextMs?: number | undefined;
  /** Where rule suites were listed. */
  listed?: RuleSuites | undefined;
}

/** A pass that saw GitHub and whose time can be believed. */
export type SeenPass = RolloutInputs & Required<Pick<RolloutInputs, 'seen' | 'acted' | 'owned'>>;

/** While a write may still be applied late. */
const LOOK_AGAIN_MS = 60_000;

/** A refusal of Evaluate counts so long: a plan may change. */
const REFUSED_MS = 24 * 3_600_000;

export class RolloutPass {
  readonly #pass: SeenPass;
  readonly #rollout: Rollout;
  #state: RolloutState;
  #candidate: Sight['candidate'];
  /** It is gone by a deletion of ours. */
  #isDeleted = false;
  #given: readonly GivenApproval[] = [];
  #listed: RuleSuites | undefined;
  /** Rule suites were listed in this pass. */
  #isFresh = false;
  #trouble: Plus1Error | undefined;
  #gone: ReadonlySet<number> = new Set();

  constructor(pass: SeenPass, rollout: Rollout) {
    this.#pass = pass;
    this.#rollout = rollout;
    this.#state = stateOf(rollout.status);
  }

  /** Throws Plus1Error where nothing can be said of it: then its status stays as it was. */
  async run(signal: AbortSignal): Promise<RolloutOutcome> {
    const { status } = this.#rollout;
    this.#state = { ...this.#state, first: this.#firstNow(status) };
    if (hasOtherRules(this.#holdSight())) this.#state = { ...this.#state, hold: undefined, impact: undefined };
    const before = this.#state;
    await this.#observe(signal);
    const step = decide(this.#sight());
    // What is approved is what is known when the hold begins.
    if (step.held !== undefined && before.hold === undefined && before.impact !== undefined)
      await this.#try(() => this.#readImpact(signal));
    const carried = this.#trouble === undefined || isBackwards(step) ? await this.#act(step, signal) : undefined;
    return this.#outcome(before, step, carried);
  }

  /** Everything that is asked of GitHub before the step. What fails is told, and decides nothing. */
  async #observe(signal: AbortSignal): Promise<void> {
    await this.#try(async () => {
      const { owned } = this.#pass;
      const name = candidateName(this.#rollout.metadata.uid);
      const isLeaving = owned.all.some((each) => each.name === name && each.deleteTime !== undefined);
      const found = await owned.find(name, signal);
      if (found !== undefined) this.#candidate = seenAs(found);
      else if (this.#state.memory.candidate !== undefined) {
        this.#candidate = 'gone';
        this.#isDeleted = isLeaving;
        await requireNotThere(owned, name, signal);
      }
    });
    if (this.#trouble !== undefined) return;
    await this.#try(async () => {
      const { seen, deps } = this.#pass;
      // Of one that is gone its test environment is what is known: it may be made again, and GitHub may refuse the id of one that was deleted.
      const members = typeof this.#candidate === 'object' ? this.#candidate.members : this.#first();
      if (this.#candidate !== undefined) this.#gone = await goneMembers(members, seen, deps.reader, signal);
    });
    await this.#try(() => this.#look(signal));
    const { memory, impact } = this.#state;
    if (memory.stage === 0 && memory.end === undefined && impact === undefined)
      await this.#try(() => this.#readImpact(signal));
    if (this.#state.hold === undefined) return;
    const given = await this.#pass.approvals();
    this.#given = given ?? [];
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#trouble ??= toPlus1Error(thrown);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { seen, nowMs, deps } = this.#pass;
    const { spec } = this.#rollout;
    const { memory, analysis } = this.#state;
    const dueMs = nextLookMs(spec, memory, analysis);
    if (dueMs === undefined || nowMs < dueMs || typeof this.#candidate !== 'object') return;
    const request = {
      ...{ organization: seen.organization.login, spec, memory, candidate: this.#candidate, last: analysis, nowMs },
      branchOf: (id: number) => seen.branches.get(id),
    };
    const found = await look(request, deps.reader, signal);
    this.#state = { ...this.#state, analysis: found.analysis };
    this.#listed = found.listed;
    this.#isFresh = true;
  }

  async #readImpact(signal: AbortSignal): Promise<void> {
    const { seen, acted, nowMs, deps } = this.#pass;
    const reached = new Set([...acted.live.members, ...this.#first()]);
    const repositories = seen.findings
      .filter(({ id }) => reached.has(id))
      .map(({ id, name }) => ({ id, name, defaultBranch: seen.branches.get(id) }));
    const request = { organization: seen.organization.login, rules: this.#rollout.spec.rules, repositories };
    this.#state = { ...this.#state, impact: keptImpact(await readImpact(request, deps.reader, signal), nowMs) };
  }

  /** Once it was rolled back or aborted they stay: whom that left in the candidate does not leave it by an edit of the names. */
  #firstNow({ first, end }: RolloutStatus): NonNullable<RolloutState['first']> {
    if (end === 'RolledBack' || end === 'Aborted') return first ?? [];
    return firstOf(this.#rollout.spec.first, this.#pass.seen.findings, first);
  }

  #first(): number[] {
    return (this.#state.first ?? []).map(({ id }) => id);
  }

  #sight(): Sight {
    const { nowMs, acted } = this.#pass;
    const { metadata, spec, status } = this.#rollout;
    const { memory, hold, refusedMs, analysis } = this.#state;
    const isRefused = refusedMs !== undefined && nowMs - refusedMs < REFUSED_MS;
    return {
      ...{ uid: metadata.uid, spec, memory, nowMs, main: acted.live, first: this.#first(), nameOf: this.#nameOf },
      mainDoubt: mainDoubt(this.#pass, typeof this.#candidate === 'object' ? this.#candidate.members : []),
      lacksEvaluate: isRefused && status.observedGeneration === metadata.generation,
      isApproved: (members) => hold !== undefined && isReleased(this.#holdSight(), members),
      isGone: (id) => this.#gone.has(id),
      ...(this.#candidate && { candidate: this.#candidate, isDeleted: this.#isDeleted }),
      ...(this.#isFresh && analysis && { tally: analysis.tally }),
      ...(hold?.members && { frozen: hold.members.map(({ id }) => id) }),
    };
  }

  #holdSight(): HoldSight {
    const { nowMs, request } = this.#pass;
    const { hold, impact } = this.#state;
    const { guards } = request.policy.spec;
    const { metadata, spec } = this.#rollout;
    return {
      uid: metadata.uid,
      rules: spec.rules,
      guards,
      hold,
      impact,
      given: this.#given,
      nowMs,
      nameOf: this.#nameOf,
    };
  }

  readonly #nameOf = (id: number): string =>
    this.#pass.seen.findings.find((finding) => finding.id === id)?.name ?? `the repository ${id}`;

  /** Undefined where it was not carried out. */
  async #act(step: Step, signal: AbortSignal): Promise<Carried | undefined> {
    const { owned, acted, request, deps } = this.#pass;
    const { metadata, spec } = this.#rollout;
    if (step.action.kind === 'none') return { memory: step.after };
    if (deps.writer === undefined) return undefined;
    // This mode lets nobody leave, and a rollout is no exception.
    if (request.policy.spec.mode === 'EnterOnly' && this.#isLoss(step)) return undefined;
    try {
      // An order that is taken back while the pass runs, such as `abort`, is kept and carried out no more.
      this.#pass.requireUnchanged(this.#rollout);
      this.#state = { ...this.#state, memory: step.before };
      if (!(await this.#keep(signal))) return undefined;
      const about = { uid: metadata.uid, rules: spec.rules, main: acted.live, step, nameOf: this.#nameOf };
      const asked = owned.asking(() => this.#pass.requireUnchanged(this.#rollout));
      const terms = { pass: this.#pass, isGone: (id: number) => this.#gone.has(id), nameOf: this.#nameOf };
      const carrying: CarryOut = {
        ...{ ...about, wordOf: (id) => wordOf(this.#state.impact, id) },
        mayDelete: (live) => requireFolded(live, terms, signal),
      };
      return await carryOut(carrying, asked, signal);
    } catch (thrown) {
      this.#trouble = toPlus1Error(thrown);
      if (isEvaluateRefused(step, this.#trouble)) this.#state = { ...this.#state, refusedMs: this.#pass.nowMs };
      return undefined;
    }
  }

  #isLoss(step: Step): boolean {
    const isGone = (id: number): boolean => this.#gone.has(id);
    return isBackwards(step) || weakens(step.action, this.#candidate, isGone);
  }

  /** What is about to be written is kept first, with the conditions as they were. */
  async #keep(signal: AbortSignal): Promise<boolean> {
    const { inputs } = this.#pass.deps.record;
    const { status } = this.#rollout;
    const { observedGeneration, conditions } = status;
    const kept = {
      ...statusOf(this.#state, this.#members()),
      ...(observedGeneration !== undefined && { observedGeneration }),
      ...(conditions && { conditions }),
    };
    return (await inputs?.setStatus(inputRef(this.#rollout), kept, signal)) ?? false;
  }

  #members(): number {
    return typeof this.#candidate === 'object' ? this.#candidate.members.size : 0;
  }

  #outcome(before: RolloutState, step: Step, carried: Carried | undefined): RolloutOutcome {
    const { nowMs, deps } = this.#pass;
    const { spec, metadata, status: old } = this.#rollout;
    if (carried?.candidate !== undefined) this.#candidate = carried.candidate;
    const openMs = this.#mayChangeUntilMs(step);
    const memory = carried?.memory ?? this.#state.memory;
    const isBegun = memory.stage > 0 && memory.sinceMs !== before.memory.sinceMs;
    const isOver = isBegun || memory.end !== undefined;
    // What was learned of a stage says nothing of the next one.
    if (isBegun) this.#state = { ...this.#state, analysis: undefined };
    const { held, verdicts } = this.#hold(before, step, isBegun ? 'begun' : isOver ? 'over' : 'held');
    this.#state = { ...this.#state, memory };
    const conditions: Said[] = said({
      ...{ spec, memory, step: this.#told(step), trouble: this.#trouble, held },
      isReadOnly: deps.writer === undefined,
      healthy: isBegun ? undefined : saidBefore(old, 'Healthy'),
    });
    const status: RolloutStatus = {
      ...statusOf(this.#state, this.#members()),
      observedGeneration: metadata.generation,
      conditions: conditionsOf(this.#rollout, conditions, nowMs),
    };
    const nextMs = earliest([nextLookMs(spec, memory, this.#state.analysis), openMs && nowMs + LOOK_AGAIN_MS]);
    const entries = holdRecords({
      ...{ uid: metadata.uid, before: before.hold, after: this.#state.hold, isReleased: isBegun, verdicts, nowMs },
      guards: this.#pass.request.policy.spec.guards,
    });
    return { status, verdicts, entries, nextMs, events: eventsOf(old, status, spec), listed: this.#listed };
  }

  /** Of a candidate that a late write of ours may undo: that is told, and looked for, until it is over. Its deletion is no loss. */
  #mayChangeUntilMs({ action }: Step): number | undefined {
    const { owned } = this.#pass;
    if (typeof this.#candidate !== 'object' || action.kind === 'delete') return undefined;
    const untilMs = owned.mayChangeUntilMs(candidateName(this.#rollout.metadata.uid), this.#candidate);
    if (untilMs === undefined) return undefined;
    const until = new Date(untilMs).toISOString();
    const why = `its candidate may still be changed by an earlier write without a known outcome, until ${until}`;
    this.#trouble ??= new Plus1Error('PLUS1_WRITE_UNPROVED', why);
    return untilMs;
  }

  /** A refusal is told in the words of the wait that the next pass has. */
  #told(step: Step): Step {
    if (this.#trouble === undefined || !isEvaluateRefused(step, this.#trouble)) return step;
    this.#trouble = undefined;
    const wait: Wait = {
      reason: 'EvaluateUnavailable',
      message: 'GitHub refused Evaluate, which needs GitHub Enterprise: take the stages in Evaluate out of spec.stages',
    };
    return { ...step, wait };
  }

  #hold(
    { hold }: RolloutState,
    step: Step,
    state: 'held' | 'begun' | 'over',
  ): { held?: string | undefined; verdicts: readonly ApprovalVerdict[] } {
    const members = step.held ?? hold?.members?.map(({ id }) => id) ?? [];
    const verdicts = hold === undefined ? [] : verdictsOf(this.#holdSight(), members, state);
    if (state !== 'held') {
      this.#state = { ...this.#state, hold: undefined };
      return { verdicts };
    }
    if (step.held === undefined) return { verdicts };
    const next = heldOn(this.#holdSight(), step.held);
    this.#state = { ...this.#state, hold: next };
    return { verdicts, held: heldText(step, next, this.#state) };
  }
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const saidBefore = ({ conditions = [] }: RolloutStatus, type: string): Said | undefined =>
  conditions.find((condition) => condition.type === type);

function heldText(
  { wait }: Step,
  { planHash, count, approvals }: NonNullable<RolloutStatus['hold']>,
  { impact }: RolloutState,
): string {
  const known =
    impact === undefined
      ? ''
      : `; of ${impact.repositories} repositories ${impact.wouldBlock} would block, ${impact.inForce} have the rules already, and of ${impact.unknown} nobody knows`;
  return `${wait?.message ?? 'it waits'}: ${count} repositories, ${approvals} approvals count${known}; the plan is ${planHash}`;
}

/** It ends, or goes back to its test environment: that waits for nothing that could not be read. */
const isBackwards = ({ action, after }: Step): boolean =>
  action.kind === 'delete' || after.end === 'RolledBack' || after.end === 'Aborted';

const isEvaluateRefused = ({ action }: Step, { code, message }: Plus1Error): boolean =>
  (action.kind === 'create' || action.kind === 'change') &&
  action.enforcement === 'evaluate' &&
  (code === 'PLUS1_PLAN_MISSING' || (code === 'PLUS1_WRITE_REFUSED' && /\b(evaluate|enforcement)\b/i.test(message)));
