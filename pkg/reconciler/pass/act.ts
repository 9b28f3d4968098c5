/**
 * Act: the only step that writes to GitHub. Intent kept, ruleset re-read just before, PUT, answer compared as a set. GitHub has no
 * optimistic concurrency for rulesets, so a ruleset that changed since the plan means a new plan, never an overwrite.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { hasCode, Plus1Error, toPlus1Error } from '../../errors/index.js';
import { holdsWrite, type GitHubReader, type GitHubWriter, type WriteOutcome } from '../../github/index.js';
import type { Decision } from '../../governance/index.js';
import { intent } from '../memory/memory.js';
import type { OpenWrite } from '../memory/open-write.js';
import type { Intent, PassRecord } from '../pass-record.js';
import type { Acted } from '../types.js';

/** Rounds of plan, PUT and proof before the pass gives up: two writers who undo each other must not loop for ever. */
const MAX_ROUNDS = 3;
/** Looks before one PUT. */
const MAX_LOOKS = 3;

export interface ActRequest {
  organization: string;
  rulesetName: string;
  live: LiveRuleset;
  status: PolicyStatus;
  /** Plan and guard, anew for a ruleset that changed; `status` is the memory that counts by now. */
  decide: (live: LiveRuleset, status: PolicyStatus, rounds?: EarlierRounds) => Decision;
  /** The write of that memory that may still be applied, late. */
  openWrite: (live: LiveRuleset, status: PolicyStatus) => OpenWrite | undefined;
  /** Why nobody may leave by a write that is sent now. */
  doubt: () => string | undefined;
}

/** What a plan must know of the rounds before it. */
export interface EarlierRounds {
  /** Ids that GitHub named when it refused a write. */
  refused?: ReadonlySet<number> | undefined;
  /** Who would leave by a write that is not proved, and that the memory counts already. */
  again?: ReadonlySet<number> | undefined;
  /** Why nobody leaves by the next write. */
  stays?: string | undefined;
}

export interface ActDependencies {
  reader: GitHubReader;
  writer: GitHubWriter;
  record: Pick<PassRecord, 'assertMayWrite' | 'keepIntent' | 'superseded'>;
}

/** Never throws: what went wrong is in the result, beside what is known of the ruleset. */
export async function act(request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<Acted> {
  const { live, status } = request;
  let state: Round = { decision: request.decide(live, status), live, written: false, pending: false };
  try {
    for (let round = 1; state.decision.changes && !isOver(state); round += 1) {
      if (round > MAX_ROUNDS) throw gaveUp(request, state);
      state = await oneRound(state, request, deps, signal);
    }
    return withOpenWrite(state);
  } catch (thrown) {
    if (thrown instanceof Unknown) return { ...state, ...thrown.attempt, pending: true, error: thrown.error };
    return withOpenWrite({ ...state, error: toPlus1Error(thrown) });
  }
}

/**
 * A PUT that a read did not show may still be applied, also where the pass then finds nothing left to write. Applied a minute
 * later, it would let somebody leave whom no window counts, and the guard would be open once more.
 */
function withOpenWrite(state: Round): Round {
  return state.written || state.sent === undefined ? state : { ...state, pending: true };
}

/** What became of the rounds so far. */
interface Round extends Acted {
  /** A PUT that was looked for in vain: GitHub may still apply it, late. */
  sent?: Decision;
  /** An intent that was kept, and whose write a limit kept out. */
  unsent?: Intent;
  /** Why the last round did not do. */
  why?: string;
  /** Ids that GitHub named when it refused a PUT. Set once, so that there is no third try. */
  refused?: ReadonlySet<number>;
}

const isOver = ({ written, error }: Round): boolean => written || error !== undefined;

/** Carries an act whose outcome nobody knows out of a round. */
class Unknown extends Error {
  readonly attempt: Pick<Acted, 'decision' | 'live' | 'intended'>;
  readonly error: Plus1Error;

  constructor({ decision, live, intended }: Put, error: Plus1Error) {
    super(error.message, { cause: error });
    this.attempt = { decision, live, intended };
    this.error = error;
  }
}

async function oneRound(state: Round, request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<Round> {
  const ready = await prepare(state, request, deps, signal);
  if (!('target' in ready)) return ready;
  // Again, because an API server in trouble keeps the mark only after seconds.
  deps.record.assertMayWrite(ready.live);
  return put(ready, state, { request, deps, signal });
}

/**
 * Keeps what is intended, and only then reads again: to keep it may take seconds, in which somebody else writes, and what
 * they wrote would be lost. Where it changed, the plan and what is kept of it are made anew; after some looks the last one
 * must do, or whoever writes without end keeps every repository out. Returns the round where nothing is left to be sent.
 */
async function prepare(
  state: Round,
  request: ActRequest,
  deps: ActDependencies,
  signal: AbortSignal,
): Promise<Put | Round> {
  const status = memoryOf(state, request);
  let { decision, live, unsent } = state;
  let stays: string | undefined;
  for (let look = 1; ; look += 1) {
    const intended = intent(status, decision, live, {
      now: deps.reader.time.now(),
      open: request.openWrite(live, status),
    });
    const announced: Intent = { status: intended, decision, live };
    await announce(announced, unsent, deps, signal);
    unsent = announced;
    const ready = { decision, target: decision.target, intended, announced, ...staying(stays) };
    if (look > MAX_LOOKS && doubtOf(decision, request) === undefined) return { ...ready, live };
    const fresh = await reRead(request, deps, { essential: decision.entered.length > 0, signal });
    if (state.sent !== undefined && sameMembers(fresh.members, state.sent.target)) {
      await deps.record.superseded(announced, signal);
      return proved(state.sent, fresh);
    }
    // The read has just checked the time again: on a time that is not trusted any more, or on evidence that waited, nobody leaves.
    const doubt = doubtOf(decision, request);
    if (doubt === undefined && sameRuleset(fresh, live)) return { ...ready, live: fresh };
    live = fresh;
    stays = doubt ?? stays;
    decision = request.decide(live, status, { ...earlier(state), stays });
    if (!decision.changes) {
      await deps.record.superseded(announced, signal);
      return { ...state, decision, live, ...staying(stays) };
    }
  }
}

const doubtOf = ({ left }: Decision, { doubt }: ActRequest): string | undefined =>
  left.length === 0 ? undefined : doubt();

const staying = (stays: string | undefined): Pick<Acted, 'stays'> => (stays === undefined ? {} : { stays });

/** Who left by an attempt that is not proved is counted in its intent, and would be forgotten by the status before it. */
const memoryOf = ({ intended }: Round, { status }: ActRequest): PolicyStatus => intended ?? status;

/** Keeps an intent, in place of the one before it whose write was never taken. */
async function announce(
  announced: Intent,
  unsent: Intent | undefined,
  { record }: ActDependencies,
  signal: AbortSignal,
): Promise<void> {
  record.assertMayWrite(announced.live);
  if (unsent !== undefined) await record.superseded(unsent, signal);
  if (!(await record.keepIntent(announced, signal)))
    throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy went during the pass; nothing more is written');
}

interface Put {
  decision: Decision;
  live: LiveRuleset;
  target: readonly number[];
  intended: PolicyStatus;
  stays?: string;
  announced: Intent;
}

interface Means {
  request: ActRequest;
  deps: ActDependencies;
  signal: AbortSignal;
}

async function put(attempt: Put, state: Round, { request, deps, signal }: Means): Promise<Round> {
  const { target, intended } = attempt;
  const outcome = await send(attempt, request, deps, signal);
  const sent = { ...attempt.decision, target: [...target] };
  const open = { written: false, pending: false, intended };
  switch (outcome.state) {
    case 'limited':
      // Not taken, and waited for: the next round looks again before it is sent. Its intent is void.
      return {
        ...notWritten(state),
        ...{ decision: attempt.decision, live: attempt.live, why: outcome.why, unsent: attempt.announced },
      };
    case 'answered': {
      if (isProof(outcome.ruleset, attempt)) return provedAfter(state, attempt, outcome.ruleset);
      // Anyone in between can answer 200: what GitHub itself holds is read, by the id, before anything is believed.
      const after = await lookAgain(attempt, request, deps, signal);
      if (holdsWrite(after, attempt.live, target)) return provedAfter(state, attempt, after);
      return {
        ...open,
        ...kept(state),
        sent,
        decision: sent,
        live: after,
        error: unproved(request, 'the ruleset does not hold what was sent'),
      };
    }
    case 'refused':
      return withoutNamed(attempt, state, request, outcome);
    case 'unknown': {
      const after = await lookAgain(attempt, request, deps, signal);
      if (holdsWrite(after, attempt.live, target)) return provedAfter(state, attempt, after);
      // Not applied, or changed by someone else since: the next round plans on what is there now.
      const decision = request.decide(after, intended, earlier({ ...state, sent }));
      return { ...open, ...kept(state), sent, decision, live: after, why: outcome.why };
    }
  }
}

function proved(decision: Decision, live: LiveRuleset): Round {
  return { decision, live, written: true, pending: false };
}

/** An earlier PUT of this pass is not settled by a later one: who would leave by it alone is still marked, and counted. */
function provedAfter({ sent }: Round, { decision, intended, stays }: Put, live: LiveRuleset): Round {
  return { ...proved(decision, live), ...staying(stays), ...(sent === undefined ? {} : { intended }) };
}

/** A writer throws where GitHub positively did not take the write; a run that was stopped meanwhile knows nothing. */
async function send(
  attempt: Put,
  request: ActRequest,
  { writer }: ActDependencies,
  signal: AbortSignal,
): Promise<WriteOutcome | { state: 'limited'; why: string }> {
  const { decision, live, target } = attempt;
  try {
    return await writer.writeMembers(request.organization, live, target, signal, {
      essential: decision.entered.length > 0,
    });
  } catch (thrown) {
    if (signal.aborted) throw new Unknown(attempt, toPlus1Error(signal.reason));
    if (!hasCode(thrown, 'PLUS1_RATE_LIMITED')) throw thrown;
    await writer.sitOut(thrown, signal);
    return { state: 'limited', why: thrown.message };
  }
}

/** A PUT of unknown outcome is never repeated before a read; where even the read fails, the act stays pending. */
async function lookAgain(
  attempt: Put,
  request: ActRequest,
  deps: ActDependencies,
  signal: AbortSignal,
): Promise<LiveRuleset> {
  try {
    return await reRead(request, deps, { essential: true, signal });
  } catch (thrown) {
    throw new Unknown(attempt, toPlus1Error(thrown));
  }
}

async function reRead(
  { organization, rulesetName, live }: ActRequest,
  { reader }: ActDependencies,
  { essential, signal }: { essential: boolean; signal: AbortSignal },
): Promise<LiveRuleset> {
  const fresh = await reader.readRuleset(organization, live.id, signal, { essential });
  if (fresh.name !== rulesetName) {
    throw new Plus1Error(
      'PLUS1_RULESET_NOT_FOUND',
      `the ruleset ${rulesetName} was renamed to ${JSON.stringify(fresh.name)} during the pass`,
    );
  }
  return fresh;
}

/**
 * One dead id would keep every other repository from entering: after a 422 the plan is made once more, knowing the ids that
 * it names. Who of them leaves by that is decided where everybody's leaving is: by two proofs, and within the guards. Where
 * that changes nothing the write stays refused, since to protect what cannot be seen outweighs what would enter.
 */
function withoutNamed(attempt: Put, state: Round, request: ActRequest, { why, named }: Refused): Round {
  const { live, target } = attempt;
  const decision = request.decide(live, memoryOf(state, request), earlier({ ...state, refused: named }));
  const rest = new Set(decision.target);
  const isLess = target.some((id) => !rest.has(id));
  if (state.refused !== undefined || !isLess || !decision.changes) {
    throw new Plus1Error(
      'PLUS1_WRITE_REFUSED',
      `cannot write the ruleset ${request.rulesetName} of ${request.organization}: ${why}`,
    );
  }
  return { ...notWritten(state), decision, live, why, refused: named };
}

type Refused = Extract<WriteOutcome, { state: 'refused' }>;

/** A round of which GitHub took nothing; what an earlier one announced still counts. */
function notWritten(state: Round): Pick<Round, 'written' | 'pending' | 'refused' | 'sent' | 'intended'> {
  const { intended } = state;
  return { written: false, pending: false, ...kept(state), ...(intended === undefined ? {} : { intended }) };
}

function earlier({ refused, sent }: Pick<Round, 'refused' | 'sent'>): EarlierRounds {
  return { refused, ...(sent && { again: new Set(sent.left.map(({ id }) => id)) }) };
}

/** What later rounds must still know of this one. */
const kept = ({ refused, sent }: Round): Pick<Round, 'refused' | 'sent'> => ({
  ...(refused === undefined ? {} : { refused }),
  ...(sent === undefined ? {} : { sent }),
});

/** True where the answer to a PUT is that ruleset, as it was sent, and otherwise as it was. */
function isProof(answer: LiveRuleset, { live, target }: Put): boolean {
  return holdsWrite(answer, live, target) && answer.enforcement === live.enforcement && answer.target === live.target;
}

/** Whoever looks for another writer where GitHub itself fails looks in vain. */
function gaveUp(request: ActRequest, { why }: Round): Plus1Error {
  if (why === undefined) return unproved(request, 'it changes faster than it can be written');
  return unproved(request, `GitHub did not apply it, ${MAX_ROUNDS} times: ${why}`, {
    fix: 'wait, or run again later: the fault is on the side of GitHub (https://www.githubstatus.com), and what the ruleset holds was read after each try',
  });
}

function unproved({ rulesetName, organization }: ActRequest, why: string, options: { fix?: string } = {}): Plus1Error {
  const what = `the write to the ruleset ${rulesetName} of ${organization}`;
  return new Plus1Error('PLUS1_WRITE_UNPROVED', `${what} is not proved: ${why}`, options);
}

/** True where nothing that a plan or a PUT rests on has changed. */
function sameRuleset(a: LiveRuleset, b: LiveRuleset): boolean {
  return (
    sameMembers(a.members, [...b.members]) &&
    JSON.stringify(a.conditions) === JSON.stringify(b.conditions) &&
    a.enforcement === b.enforcement &&
    a.target === b.target
  );
}

function sameMembers(members: ReadonlySet<number>, target: readonly number[]): boolean {
  return members.size === target.length && target.every((id) => members.has(id));
}
