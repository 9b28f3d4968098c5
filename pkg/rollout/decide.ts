/**
 * What a rollout does next: one step a pass, from what was seen and what is remembered. Pure. The main ruleset is never part of it, and
 * time alone never begins a stage.
 */
import type { LiveRuleset, RolloutSpec, RolloutStage, RulesetEnforcement, StageOutcome } from '../api/index.js';
import { judgeStage, type Verdict } from './analysis.js';
import { bypassUnknown, differenceOf, leftAs, strangeness, type SeenCandidate } from './candidate.js';
import { stillNeeded, standIn } from './completion.js';
import { NEW_MEMORY, type RolloutMemory } from './memory.js';
import { stageMembers } from './order.js';
import type { Tally } from './suites.js';

/** What is written to the candidate. It is made, changed and deleted; nothing else is ever written. */
export type Action =
  | { kind: 'none' }
  | { kind: 'create'; members: readonly number[]; enforcement: RulesetEnforcement }
  | { kind: 'change'; members?: readonly number[]; enforcement?: RulesetEnforcement }
  | { kind: 'delete' };

/** Why nothing begins, in words of conditions. */
export type Wait =
  | { reason: 'Paused' | 'Held' | 'CandidateDeleted' | 'CandidateChanged' | 'EvaluateUnavailable'; message: string }
  | { reason: 'RulesetNotEnforced' | 'NothingGoverned' | 'BypassActorsUnknown'; message: string };

export interface MainDoubt {
  /** One sentence. */
  why: string;
  /** This pass did not read them: it says nothing, neither for nor against. */
  isUnread?: true;
}

export interface Sight {
  uid: string;
  spec: RolloutSpec;
  memory: RolloutMemory;
  /** Start of the pass, Unix ms. */
  nowMs: number;
  /** The main ruleset after this pass. */
  main: LiveRuleset;
  /** Why its members may not be, or not stay, as they are here. */
  mainDoubt?: MainDoubt | undefined;
  /** Ids of `spec.first`, as far as there are such repositories. */
  first: readonly number[];
  /** Absent where none was made yet. */
  candidate?: SeenCandidate | 'gone';
  /** It is gone by a deletion of ours, which had no known outcome before. */
  isDeleted?: boolean;
  /** Of the stage that runs; absent where nothing was asked yet. */
  tally?: Tally;
  /** GitHub says that the organization has no `evaluate`. */
  lacksEvaluate: boolean;
  /** Who waits for an approval since an earlier pass: who came since then enters once the stage runs. */
  frozen?: readonly number[];
  /** True where people let those begin an Active stage. */
  isApproved: (members: readonly number[]) => boolean;
  nameOf: (id: number) => string;
  /** True of repositories that are proved not to be of the organization any more: nobody loses anything by their going. */
  isGone?: (id: number) => boolean;
}

export interface Step {
  action: Action;
  /** What is remembered once the action is proved. */
  after: RolloutMemory;
  /** What is remembered while it is not. */
  before: RolloutMemory;
  verdict?: Verdict;
  wait?: Wait;
  /** Who waits for an approval. */
  held?: readonly number[];
  /** Why the candidate of a completed rollout stays. */
  needed?: string;
}

const NONE: Action = { kind: 'none' };

export function decide(sight: Sight): Step {
  const strange = ofStrange(sight);
  if (strange !== undefined) return strange;
  const memory = settled(sight);
  const ended = ofEnded(sight, memory);
  if (ended !== undefined) return ended;
  const { candidate } = sight;
  const verdict = verdictOf(sight, memory);
  if (verdict?.state === 'Failed') return backToFirst(sight, memory, 'RolledBack', verdict);
  const more = verdict && { verdict };
  const difference = typeof candidate === 'object' ? differenceOf(candidate, { ...sight, memory }) : undefined;
  if (difference !== undefined)
    return { ...stay(memory), ...more, wait: { reason: 'CandidateChanged', message: difference } };
  if (memory.end === 'Completed') return completed(sight, memory);
  return verdict === undefined ? ofUnjudged(sight, memory) : { ...ofJudged(sight, memory, verdict), ...more };
}

/** Before an end is looked at, for an end writes as well. */
function ofStrange({ candidate, uid, main, memory }: Sight): Step | undefined {
  const message = typeof candidate === 'object' ? strangeness(candidate, uid, main.id) : undefined;
  return message === undefined ? undefined : { ...stay(memory), wait: { reason: 'CandidateChanged', message } };
}

/** Where no stage runs any more. */
function ofEnded(sight: Sight, memory: RolloutMemory): Step | undefined {
  const { spec, candidate } = sight;
  const { end } = memory;
  if (end === 'Folded') return stay(memory);
  if (end === 'Completed' && candidate === 'gone') return ofLost(sight, memory);
  if (isOver(sight, memory)) return again(sight, memory);
  if (candidate === 'gone') return stay(memory);
  return spec.abort && end === undefined ? backToFirst(sight, memory, 'Aborted') : undefined;
}

/**
 * Once it was completed its candidate is needed until the main ruleset has the rules. A deletion of ours may be applied late, when its owner
 * has taken them out again: then it is made again, as it was.
 */
function ofLost(sight: Sight, memory: RolloutMemory): Step {
  const { spec, main, mainDoubt, isDeleted } = sight;
  const { candidate, intended, ...rest } = memory;
  if (mainDoubt === undefined && standIn(spec.rules, main)) return stay({ ...rest, end: 'Folded' });
  const stage = stageOf(spec, memory);
  const isOurs = isDeleted === true || intended !== undefined;
  if (!isOurs || stage === undefined || spec.abort) return again(sight, { ...memory, unneeded: 0 });
  const members = membersIn(sight, stage);
  const enforcement = candidate?.enforcement ?? 'active';
  const before: RolloutMemory = { ...memory, unneeded: 0, intended: { stage: memory.stage, enforcement } };
  const wait = members.length === 0 ? NOTHING : bypassUnknown(main);
  if (wait !== undefined) return { ...stay(before), wait, needed: wait.message };
  return { action: { kind: 'create', members, enforcement }, before, after: { ...rest, unneeded: 0 } };
}

/** True where it goes on only after somebody paused and resumed it. */
const isOver = ({ candidate }: Sight, { end }: RolloutMemory): boolean =>
  end === 'RolledBack' || end === 'Aborted' || (candidate === 'gone' && end === undefined);

function again(sight: Sight, memory: RolloutMemory): Step {
  const { spec } = sight;
  if (spec.paused) return ofOver(sight, { ...memory, wasPaused: true });
  if (memory.wasPaused === true && !spec.abort) return begin(sight, renewed(sight, memory), 1, true);
  return ofOver(sight, memory);
}

function ofOver(sight: Sight, memory: RolloutMemory): Step {
  const { end } = memory;
  // The order was kept, and taken back before all of it was carried out: nobody leaves by it any more.
  if (end === 'Aborted' && !sight.spec.abort) return stay(memory);
  if (end === 'RolledBack' || end === 'Aborted') return backToFirst(sight, memory, end);
  const message =
    'its candidate ruleset is gone, and Plus1 did not delete it; to begin again, pause it and then resume it';
  return { ...stay(memory), wait: { reason: 'CandidateDeleted', message }, ...(end && { needed: message }) };
}

/** As new, but for its history and its candidate. */
function renewed({ candidate }: Sight, { history, candidate: left }: RolloutMemory): RolloutMemory {
  return { ...NEW_MEMORY, history, ...(typeof candidate === 'object' && left && { candidate: left }) };
}

/** True where an earlier pass had it begin again after an end, and its first stage has not begun yet. */
const isAgain = ({ stage, history }: RolloutMemory): boolean =>
  stage === 0 && ['Failed', 'Aborted'].includes(history.at(-1)?.outcome ?? '');

const stay = (memory: RolloutMemory): Step => ({ action: NONE, after: memory, before: memory });

/** A write of an earlier pass whose outcome was not learned: the candidate shows it. */
function settled(sight: Sight): RolloutMemory {
  const { memory, candidate, spec, nowMs } = sight;
  const { intended } = memory;
  if (intended === undefined || candidate === undefined || candidate === 'gone' || memory.end !== undefined)
    return memory;
  const stage = spec.stages[intended.stage - 1];
  if (stage === undefined || candidate.enforcement !== intended.enforcement) return memory;
  if (!membersIn(sight, stage).every((id) => candidate.members.has(id))) return memory;
  const left = { ...(memory.candidate ?? leftAs(candidate)), enforcement: intended.enforcement, late: new Map() };
  return started({ ...memory, candidate: left, history: closed(memory, 'Healthy', nowMs) }, spec, {
    ...{ stage: intended.stage, members: candidate.members.size, nowMs },
  });
}

/** Of the stage that runs. */
function verdictOf(sight: Sight, memory: RolloutMemory): Verdict | undefined {
  const { spec, tally, candidate, nowMs } = sight;
  const stage = stageOf(spec, memory);
  // What was seen of the stage before says nothing of one that turned out to have begun.
  const isRunning = memory.stage > 0 && memory.end === undefined && memory.stage === sight.memory.stage;
  if (!isRunning || stage === undefined || tally === undefined || candidate === undefined || candidate === 'gone')
    return undefined;
  const members = candidate.members.size;
  return judgeStage(spec, stage, { tally, nowMs, members, sinceMs: memory.sinceMs ?? nowMs });
}

/** How far the stage that runs was to reach when it began. Who raises that meanwhile asks for another stage, and not for a greater one. */
const begunPercent = ({ history, stage }: RolloutMemory): number | undefined => {
  const record = history.at(-1);
  return record?.stage === stage ? record.percent : undefined;
};

const stageOf = (spec: RolloutSpec, { stage }: RolloutMemory): RolloutStage | undefined =>
  spec.stages[stage - 1] ?? spec.stages.at(-1);

/** The members are those of the test environment again; where there is none, the candidate is switched off, since no ruleset is ever empty. */
function backToFirst(sight: Sight, memory: RolloutMemory, end: 'RolledBack' | 'Aborted', verdict?: Verdict): Step {
  const { candidate, nowMs } = sight;
  const first = there(sight, sight.first);
  const history = closed(memory, end === 'RolledBack' ? 'Failed' : 'Aborted', nowMs);
  const isOff = first.length === 0;
  const left = memory.candidate && {
    ...memory.candidate,
    ...(isOff && { enforcement: 'disabled' as const }),
  };
  const ended: RolloutMemory = { ...memory, ...(left && { candidate: left }), end, unneeded: 0, history };
  const more = verdict && { verdict };
  if (candidate === undefined || candidate === 'gone' || isBack(candidate, first)) return { ...stay(ended), ...more };
  const action: Action = isOff
    ? { kind: 'change', enforcement: 'disabled' }
    : { kind: 'change', members: sorted(first) };
  // It has failed whether the write is proved or not: the next pass sends it again.
  return { action, after: ended, before: ended, ...more };
}

const isBack = ({ enforcement, members }: SeenCandidate, first: readonly number[]): boolean =>
  first.length === 0
    ? enforcement === 'disabled'
    : members.size === first.length && first.every((id) => members.has(id));

function completed(sight: Sight, memory: RolloutMemory): Step {
  const { candidate, main, mainDoubt, nameOf } = sight;
  if (candidate === undefined || candidate === 'gone') return stay(memory);
  // Between two passes that read them others come that do not: those do not begin the count again, or it would never end.
  if (mainDoubt?.isUnread) return { ...grown(sight, memory), needed: mainDoubt.why };
  const needed =
    mainDoubt?.why ?? stillNeeded({ ...candidate, members: new Set(there(sight, candidate.members)) }, main, nameOf);
  if (needed !== undefined) return { ...grown(sight, { ...memory, unneeded: 0 }), needed };
  const unneeded = memory.unneeded + 1;
  const before: RolloutMemory = { ...memory, unneeded };
  if (unneeded < PROVING_PASSES)
    return { ...stay(before), needed: 'the main ruleset has its rules; one more pass has to see that' };
  const { candidate: _, ...rest } = before;
  return { action: { kind: 'delete' }, before, after: { ...rest, end: 'Folded' } };
}

/** In so many passes in a row the main ruleset must show that it can do without the candidate. */
const PROVING_PASSES = 2;

/** Nothing began yet, or nothing was asked yet of the stage that runs. */
function ofUnjudged(sight: Sight, memory: RolloutMemory): Step {
  if (memory.stage === 0) return begin(sight, memory, 1);
  if (memory.ready === memory.stage + 1) return begin(sight, memory, memory.ready);
  return sight.spec.paused ? { ...stay(memory), wait: PAUSED } : grown(sight, memory);
}

function ofJudged(sight: Sight, { ready: _, ...memory }: RolloutMemory, { state }: Verdict): Step {
  const { spec, nowMs } = sight;
  const next = nextOf(spec, memory);
  if (state === 'Healthy' && next <= spec.stages.length) return begin(sight, { ...memory, ready: next }, next);
  if (spec.paused) return { ...stay(memory), wait: PAUSED };
  if (state !== 'Healthy') return grown(sight, memory);
  return grown(sight, { ...memory, end: 'Completed', history: closed(memory, 'Healthy', nowMs) });
}

/** The last stage is done once it was begun over all. One that was changed while it ran begins again as it is now. */
function nextOf({ stages }: RolloutSpec, memory: RolloutMemory): number {
  const { length } = stages;
  return memory.stage < length || (begunPercent(memory) ?? 100) === 100 ? memory.stage + 1 : length;
}

const PAUSED: Wait = { reason: 'Paused', message: 'no stage begins while it is paused' };

/** Who came since the stage began enters as well; nobody leaves. */
function grown(sight: Sight, memory: RolloutMemory): Step {
  const { candidate, spec, nowMs } = sight;
  const stage = stageOf(spec, memory);
  if (stage === undefined || candidate === undefined || candidate === 'gone') return stay(memory);
  const members = membersIn(sight, { ...stage, percent: begunPercent(memory) ?? stage.percent });
  const entering = members.filter((id) => !candidate.members.has(id));
  if (entering.length === 0) return stay(memory);
  const left = memory.candidate;
  const late = new Map([...(left?.late ?? []), ...entering.map((id) => [id, nowMs] as const)]);
  return {
    action: { kind: 'change', members },
    before: memory,
    after: { ...memory, ...(left && { candidate: { ...left, late } }) },
  };
}

/** `isRenewed`: it begins again after an end. */
function begin(sight: Sight, memory: RolloutMemory, number: number, isRenewed = isAgain(memory)): Step {
  const stage = sight.spec.stages[number - 1];
  if (stage === undefined) return stay(memory);
  const wait = obstacleTo(sight, stage) ?? (isRenewed ? undefined : weakening(sight, stage));
  if (wait !== undefined) return { ...stay(memory), wait };
  const waits = isHeld(sight, memory, number);
  const asked = waits && sight.frozen !== undefined ? there(sight, sight.frozen) : membersIn(sight, stage);
  if (asked.length === 0) return { ...stay(memory), wait: NOTHING };
  if (waits && !sight.isApproved(asked)) return { ...grownBefore(sight, memory), held: asked, wait: held(number) };
  return entered(sight, memory, {
    number,
    // Who entered while people looked at the others stays: the approval says who enters, and nobody leaves by it.
    members: sorted([...asked, ...membersOf(sight)]),
    enforcement: stage.enforcement === 'Active' ? 'active' : 'evaluate',
  });
}

/** The step into a stage that nothing stands against. */
function entered(
  { spec, candidate, nowMs }: Sight,
  memory: RolloutMemory,
  { number, members, enforcement }: { number: number; members: readonly number[]; enforcement: RulesetEnforcement },
): Step {
  const begun = started({ ...memory, history: closed(memory, 'Healthy', nowMs) }, spec, {
    ...{ stage: number, members: members.length, nowMs },
  });
  const before: RolloutMemory = { ...memory, intended: { stage: number, enforcement } };
  if (typeof candidate !== 'object') return { action: { kind: 'create', members, enforcement }, before, after: begun };
  const left = memory.candidate ?? leftAs(candidate);
  const after: RolloutMemory = { ...begun, candidate: { ...left, enforcement, late: new Map() } };
  const isSame = members.every((id) => candidate.members.has(id));
  const isEnforced = candidate.enforcement === enforcement;
  if (isSame && isEnforced) return stay(after);
  const action: Action = { kind: 'change', ...(!isSame && { members }), ...(!isEnforced && { enforcement }) };
  return { action, before, after };
}

/** While people look at the next stage, the one before it goes on as it was. */
const grownBefore = (sight: Sight, memory: RolloutMemory): Step =>
  memory.stage === 0 ? stay(memory) : grown(sight, memory);

const NOTHING: Wait = {
  reason: 'NothingGoverned',
  message: 'the main ruleset targets no repository that could be first',
};

const held = (number: number): Wait => ({
  reason: 'Held',
  message: `stage ${number} is the first that is Active, and waits for an approval`,
});

function obstacleTo({ spec, main, lacksEvaluate, candidate }: Sight, stage: RolloutStage): Wait | undefined {
  if (spec.paused) return PAUSED;
  if (stage.enforcement === 'Evaluate' && lacksEvaluate) {
    const message =
      'the plan of the organization has no enforcement Evaluate: take the stages in Evaluate out of spec.stages';
    return { reason: 'EvaluateUnavailable', message };
  }
  if (main.target !== 'branch' || main.enforcement !== 'active')
    return { reason: 'RulesetNotEnforced', message: 'the main ruleset is not active on branches' };
  return typeof candidate === 'object' ? undefined : bypassUnknown(main);
}

/**
 * Rules that hold already are not switched to Evaluate by the next stage, whatever is remembered: stages may be edited while one runs, the
 * process may have ended right after the write of the first, and a status may be lost. The candidate tells. One that ended, and that
 * somebody paused and resumed, may be.
 */
function weakening({ candidate }: Sight, { enforcement }: RolloutStage): Wait | undefined {
  const holds = typeof candidate === 'object' && candidate.enforcement === 'active';
  if (!holds || enforcement === 'Active') return undefined;
  const message = 'the rules hold, and the next stage is in Evaluate now: make it Active, or abort the rollout';
  return { reason: 'CandidateChanged', message };
}

/** Also where the first Active stage was moved before one that has begun: its rules hold for nobody yet. */
function isHeld({ spec }: Sight, { candidate }: RolloutMemory, number: number): boolean {
  if (spec.approval !== 'FirstActive' || spec.stages[number - 1]?.enforcement !== 'Active') return false;
  const isFirst = spec.stages.findIndex(({ enforcement }) => enforcement === 'Active') === number - 1;
  return isFirst || candidate?.enforcement !== 'active';
}

function membersIn(sight: Sight, stage: RolloutStage): number[] {
  const { uid, main, first } = sight;
  return there(sight, stageMembers(stage, { uid, governed: main.members, first, members: membersOf(sight) }));
}

/** Who is a member of the candidate, as far as they are there still. */
const membersOf = (sight: Sight): number[] =>
  typeof sight.candidate === 'object' ? there(sight, sight.candidate.members) : [];

const there = ({ isGone = (): boolean => false }: Sight, ids: Iterable<number>): number[] =>
  [...ids].filter((id) => !isGone(id));

function started(
  memory: RolloutMemory,
  spec: RolloutSpec,
  { stage, members, nowMs }: { stage: number; members: number; nowMs: number },
): RolloutMemory {
  const { percent = 100, enforcement = 'Active' } = spec.stages[stage - 1] ?? {};
  const { intended: _, ready: _begun, ...rest } = memory;
  const record = { stage, percent, enforcement, members, startMs: nowMs };
  return { ...rest, stage, sinceMs: nowMs, history: [...rest.history, record].slice(-MAX_HISTORY) };
}

const MAX_HISTORY = 32;

/** The stage that runs ends. */
function closed({ history }: RolloutMemory, outcome: StageOutcome, endMs: number): RolloutMemory['history'] {
  return history.map((record, index) =>
    index === history.length - 1 && record.endMs === undefined ? { ...record, endMs, outcome } : record,
  );
}

const sorted = (ids: readonly number[]): number[] => [...new Set(ids)].sort((a, b) => a - b);
