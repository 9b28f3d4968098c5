/** Before a PUT: the intent is kept, and the ruleset is read again. */
import type { LiveRuleset } from '../../../api/index.js';
import { Plus1Error } from '../../../errors/index.js';
import type { Decision } from '../../../governance/index.js';
import { isShown, SENT_WITHIN_MS } from '../../memory/open-write.js';
import { intent } from '../../memory/write-mark.js';
import type { Intent } from '../../pass-record.js';
import { sameMembers, sameRuleset } from './compare.js';
import { reRead } from './re-read.js';
import { earlier, memoryOf, proved, staying, type ActRequest, type RoundMeans, type Put, type Round } from './round.js';

/** Looks before one PUT. */
const MAX_LOOKS = 3;

/**
 * The write to send, or the round where nothing is left to be sent.
 *
 * GitHub has no conditional write for rulesets: what somebody changes between our read and our PUT is lost. So the read comes
 * last. The intent is kept before it and not after it, because to keep it may take seconds (an API server in trouble, a slow
 * disk), and those seconds would lie between read and PUT.
 */
export async function prepare(state: Round, means: RoundMeans): Promise<Put | Round> {
  const { request, deps, signal } = means;
  const status = memoryOf(state, request);
  let { decision, live, unsent } = state;
  let readMs = Number.NEGATIVE_INFINITY;
  let stays: string | undefined;
  for (let look = 1; ; look += 1) {
    const announcedMs = deps.reader.time.now();
    const intended = intent(status, decision, live, {
      now: announcedMs,
      open: request.openWrite(live, status),
    });
    const announced: Intent = { status: intended, decision, live };
    await announce(announced, unsent, means);
    unsent = announced;
    const isMarked = await markApprovals(decision, means);
    const ready = { decision, target: decision.target, intended, announced, ...staying(stays) };

    // The ruleset changed at each look so far. Who writes without end would keep every repository out for ever, so that the
    // plan for the last view is sent without another look. What that somebody changes in the milliseconds until then is lost;
    // the next pass finds it as a difference, and judges it. It is sent only where nobody leaves by it on evidence in doubt.
    if (look > MAX_LOOKS && isMarked && doubtOf(decision, request) === undefined) return { ...ready, live, readMs };

    const fresh = await reRead(means, decision.toEnter.length > 0);
    readMs = deps.rulesets.oldestMs(fresh);

    // A PUT of an earlier round got no answer, and the read after it did not show it. Now it shows: GitHub applied it late. To
    // send another one would write what is there already, and would count those who left by it a second time.
    const late = appliedLate(state, fresh);
    if (late !== undefined) {
      await deps.record.superseded(announced, signal);
      return late;
    }

    // This read has just told GitHub's time. On a time that is not trusted any more, or on evidence that waited too long for a
    // limit, nobody leaves: a clock that runs ahead would end a grace period early. What enters waits for nothing.
    const doubt = doubtOf(decision, request);
    // The read may have waited for a limit, and an intent is too old by then: another one takes its place.
    const isSoon = deps.reader.time.now() - announcedMs <= SENT_WITHIN_MS / 2;
    const isApproved = await isStillApproved(isMarked, means);
    if (doubt === undefined && isSoon && isApproved && isStill(decision, live, fresh))
      return { ...ready, live: fresh, readMs };

    // Somebody changed it, or nobody may leave any more, or an approval may have gone while a limit was waited for. What we planned
    // rests on what is no more, and to send it would undo what they did. The plan is made again for what is there now: it judges
    // whom they added like everybody else.
    live = fresh;
    stays = doubt ?? stays;
    decision = request.decide(live, status, { ...earlier(state), stays });
    if (!decision.changes) {
      await deps.record.superseded(announced, signal);
      return { ...state, decision, live, ...staying(stays) };
    }
  }
}

/** The round where that read shows the PUT of an earlier one. */
function appliedLate(state: Round, fresh: LiveRuleset): Round | undefined {
  const { sent } = state;
  return sent !== undefined && sameMembers(fresh.members, sent.target)
    ? { ...proved(sent, fresh), ...unsettled(state, fresh) }
    : undefined;
}

/** Marks what releases somebody as used, before that is sent. False where the decision must be made again, without approvals. */
async function markApprovals(decision: Decision, { request: { approvals }, signal }: RoundMeans): Promise<boolean> {
  return approvals === undefined || approvals.mark(decision, signal);
}

/** False where they were read again: the decision rests on those before. */
async function isStillApproved(isMarked: boolean, { request: { approvals }, signal }: RoundMeans): Promise<boolean> {
  return isMarked && (approvals === undefined || !(await approvals.refresh(signal)));
}

/** Of several writes without an answer a read shows one, and the others may follow: then the intent goes on. */
function unsettled({ intended }: Round, live: LiveRuleset): Pick<Round, 'intended'> {
  const isSettled = intended?.pendingWrite === undefined || isShown(intended.pendingWrite, live);
  return isSettled ? {} : { intended };
}

/** True where the decision on `live` holds for what was just read: the same ruleset, and nobody who enters was barred since. */
const isStill = ({ toEnter }: Decision, live: LiveRuleset, fresh: LiveRuleset): boolean =>
  sameRuleset(fresh, live) && !toEnter.some(({ id }) => fresh.barred?.has(id) === true);

/** Why nobody may leave by that decision now; undefined where somebody may, or where nobody would. */
const doubtOf = ({ toLeave: left }: Decision, { doubt }: ActRequest): string | undefined =>
  left.length === 0 ? undefined : doubt();

/** Keeps an intent, in place of the one before it whose write was never taken. */
async function announce(announced: Intent, unsent: Intent | undefined, { deps, signal }: RoundMeans): Promise<void> {
  const { record } = deps;
  await record.assertMayWrite(announced.live);
  if (unsent !== undefined) await record.superseded(unsent, signal);
  if (!(await record.keepIntent(announced, signal)))
    throw new Plus1Error('PLUS1_INTERRUPTED', 'the policy went during the pass; nothing more is written');
}
