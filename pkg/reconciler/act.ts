/**
 * Act: the only step that writes to GitHub. Intent kept, ruleset re-read, PUT, answer compared as a set. GitHub has no
 * optimistic concurrency for rulesets, so a ruleset that changed since the plan means a new plan, never an overwrite.
 */
import type { LiveRuleset, PolicyStatus } from '../api/index.js';
import { Plus1Error, toPlus1Error } from '../errors/index.js';
import type { GitHubReader, GitHubWriter, WriteOutcome } from '../github/index.js';
import type { AbsentMember, Decision } from '../governance/index.js';
import { intent } from './memory.js';
import type { Acted } from './types.js';

/** Rounds of plan, PUT and proof before the pass gives up: two writers who undo each other must not loop for ever. */
const MAX_ROUNDS = 3;

export interface ActRequest {
  organization: string;
  rulesetName: string;
  live: LiveRuleset;
  absent: readonly AbsentMember[];
  status: PolicyStatus;
  /** Plan and guard, anew for a ruleset that changed. */
  decide: (live: LiveRuleset) => Decision;
}

export interface ActDependencies {
  reader: GitHubReader;
  writer: GitHubWriter;
  keep?: (status: PolicyStatus, signal: AbortSignal) => Promise<void>;
  clock: () => number;
}

/** Never throws: what went wrong is in the result, beside what is known of the ruleset. */
export async function act(request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<Acted> {
  let state: Acted = { decision: request.decide(request.live), live: request.live, written: false, pending: false };
  try {
    for (let round = 1; state.decision.changes && !state.written; round += 1) {
      if (round > MAX_ROUNDS) throw unproved(request, 'it changes faster than it can be written');
      state = await oneRound(state, request, deps, signal);
    }
    return state;
  } catch (thrown) {
    if (thrown instanceof Unknown) return { ...state, ...thrown.attempt, pending: true, error: thrown.error };
    return { ...state, error: toPlus1Error(thrown) };
  }
}

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

async function oneRound(state: Acted, request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<Acted> {
  const essential = state.decision.entered.length > 0;
  const live = await reRead(request, deps, { essential, signal });
  const decision = sameRuleset(live, state.live) ? state.decision : request.decide(live);
  if (!decision.changes) return { ...state, decision, live };
  const intended = intent(request.status, decision, deps.clock());
  await deps.keep?.(intended, signal);
  return put({ decision, live, target: decision.target, intended }, request, deps, signal);
}

interface Put {
  decision: Decision;
  live: LiveRuleset;
  target: readonly number[];
  intended: PolicyStatus;
  /** Set on the second try after a 422, so that there is no third. */
  withoutDead?: true;
}

async function put(attempt: Put, request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<Acted> {
  const { decision, target } = attempt;
  const outcome = await send(attempt, request, deps, signal);
  const settled = { decision: { ...decision, target: [...target] }, pending: false };
  switch (outcome.state) {
    case 'answered':
      if (!sameMembers(outcome.ruleset.members, target))
        throw unproved(request, 'the answer does not hold what was sent');
      return { ...settled, live: outcome.ruleset, written: true };
    case 'refused':
      return put(withoutDeadIDs(attempt, request, outcome.why), request, deps, signal);
    case 'unknown': {
      const after = await lookAgain(attempt, request, deps, signal);
      // Not applied, or changed by someone else since: the next round plans on what is there now.
      return sameMembers(after.members, target)
        ? { ...settled, live: after, written: true }
        : { decision: request.decide(after), live: after, written: false, pending: false };
    }
  }
}

/** A writer throws where GitHub positively did not take the write; a run that was stopped meanwhile knows nothing. */
async function send(
  attempt: Put,
  request: ActRequest,
  { writer }: ActDependencies,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { decision, live, target } = attempt;
  try {
    return await writer.writeMembers(request.organization, live, target, signal, {
      essential: decision.entered.length > 0,
    });
  } catch (thrown) {
    if (signal.aborted) throw new Unknown(attempt, toPlus1Error(signal.reason));
    throw thrown;
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

/** One dead id would keep every other repository from entering: a refused PUT is tried once more without those that answered 404. */
function withoutDeadIDs({ decision, target, withoutDead, ...attempt }: Put, request: ActRequest, why: string): Put {
  const dead = new Set(
    request.absent.filter(({ fate }) => fate === 'missing' || fate === 'deleted').map(({ id }) => id),
  );
  const rest = target.filter((id) => !dead.has(id));
  if (withoutDead === true || rest.length === target.length || rest.length === 0) {
    throw new Plus1Error(
      'PLUS1_WRITE_REFUSED',
      `cannot write the ruleset ${request.rulesetName} of ${request.organization}: ${why}`,
    );
  }
  const gone = decision.plan.retain.filter(({ id }) => dead.has(id));
  return { ...attempt, decision: { ...decision, left: [...decision.left, ...gone] }, target: rest, withoutDead: true };
}

function unproved({ rulesetName, organization }: ActRequest, why: string): Plus1Error {
  return new Plus1Error(
    'PLUS1_WRITE_UNPROVED',
    `the write to the ruleset ${rulesetName} of ${organization} is not proved: ${why}`,
  );
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
