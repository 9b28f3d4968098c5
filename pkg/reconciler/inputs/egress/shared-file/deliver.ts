/** One look at the shared file in a pass, and at most one proposal. It never throws but by the signal: what is in the way is said. */
import {
  entriesOf,
  firstStep,
  foreignOf,
  proposalOf,
  wantedEntries,
  type StepQuestion,
} from '../../../../egress/index.js';
import { toPlus1Error, type ErrorCode, type Plus1Error } from '../../../../errors/index.js';
import type { PullRequest } from '../../../../github/index.js';
import { look, lookAtBranch } from './look.js';
import {
  placeOf,
  type Blocked,
  type Delivery,
  type SharedMeans,
  type SharedStatus,
  type Sight,
  type Wanted,
} from './means.js';
import { closeOver, propose, type Proposing } from './write.js';

/** `known`: what the last pass kept. */
export async function deliver(means: SharedMeans, wanted: Wanted, known: SharedStatus | undefined): Promise<Delivery> {
  const { hash } = wanted;
  const common = {
    hash,
    place: placeOf(means),
    foreign: [],
    ...(known?.pullRequest !== undefined && { pullRequest: known.pullRequest }),
  };
  const lacking = (why: Blocked, sight?: Sight): Delivery => ({
    ...common,
    ...why,
    state: 'Blocked',
    ...(sight && { sight }),
  });
  let sight: Sight | undefined;
  try {
    const missing = await means.reader.sharedFile.missing(means.signal);
    if (missing.length > 0) return lacking(permissions(missing));
    const looked = await look(means);
    if ('blocked' in looked) return lacking(looked.blocked);
    sight = looked.sight;
    return await step(means, { wanted, known, sight }, common);
  } catch (thrown) {
    means.signal.throwIfAborted();
    return lacking(reasonOf(toPlus1Error(thrown)), sight);
  }
}

interface Question {
  wanted: Wanted;
  known: SharedStatus | undefined;
  sight: Sight;
}

type Common = Pick<Delivery, 'hash' | 'place' | 'pullRequest' | 'foreign'>;

async function step(means: SharedMeans, { wanted, known, sight }: Question, common: Common): Promise<Delivery> {
  const entries = wantedEntries(wanted, entriesOf(sight.base), means.reader.time.now());
  const question: StepQuestion = {
    ...{ entries, hash: wanted.hash, path: means.path, base: sight.base, known },
    pulls: sight.pulls.map(asKnown),
  };
  const first = firstStep(question);
  const last = sight.pulls[0]?.number;
  const here = {
    ...common,
    sight,
    foreign: foreignOf(sight.base, undefined),
    ...(last !== undefined && { pullRequest: last }),
  };
  if (first.do === 'nothing')
    return { ...here, state: 'InSync', reason: 'InSync', message: `${common.place} has what the rules say` };
  if (first.do === 'wait') return { ...here, state: 'Closed', ...(await closedOf(means, first.pullRequest)) };
  const branch = await lookAtBranch(means, sight);
  const proposal = proposalOf(question, branch);
  const foreign = foreignOf(sight.base, branch?.now);
  if (proposal.do === 'conflict')
    return { ...here, foreign, state: 'Blocked', ...conflict(means, sight, proposal.files) };
  const { writer } = means;
  if (writer === undefined)
    return {
      ...here,
      foreign,
      state: 'Blocked',
      reason: 'NothingWritten',
      message: `${common.place} is not as the rules say, and nothing is written in mode Observe`,
    };
  const open = sight.pulls.find(({ state }) => state === 'open');
  const proposing: Proposing = { means, writer: writer.sharedFile, sight, branch, open, entries, wanted, foreign };
  if (proposal.do === 'close') {
    await closeOver(proposing);
    return { ...here, state: 'InSync', reason: 'InSync', message: `${common.place} has what the rules say` };
  }
  const pullRequest = await propose(proposing, proposal);
  const message = `#${pullRequest} of ${means.at.organization}/${means.at.name} brings ${means.path} to what the rules say: review and merge it`;
  return { ...here, foreign, pullRequest, state: 'Proposed', reason: 'Proposed', message };
}

const asKnown = ({ number, state, body, merged }: PullRequest) => ({
  number,
  state,
  body,
  isMerged: merged !== undefined,
});

/** GitHub closes a pull request with its branch: which of the two it was decides what to say. */
async function closedOf({ at, branch, reader, signal }: SharedMeans, pullRequest: number): Promise<Blocked> {
  const which = `#${pullRequest} of ${at.organization}/${at.name}`;
  const then = 'nothing is proposed before a rule changes: change one, or open it again';
  if ((await reader.sharedFile.head(at, branch, signal)) === undefined)
    return {
      reason: 'BranchDeleted',
      message: `${which} was closed, and its branch ${branch} deleted; ${then.replace(', or open it again', '')}`,
    };
  return { reason: 'PullRequestClosed', message: `${which} was closed without a merge; ${then}` };
}

const conflict = ({ at, branch, path }: SharedMeans, { defaultBranch }: Sight, files: readonly string[]): Blocked => ({
  reason: 'Conflict',
  message: `${path} changed on ${defaultBranch}, and the branch ${branch} of ${at.name} changes ${files.slice(0, 3).join(', ')} as well: merge ${defaultBranch} into it, or delete it`,
});

const permissions = (missing: readonly string[]): Blocked => ({
  reason: 'PermissionMissing',
  message: `the App lacks ${missing.join(' and ')}: grant it, and let an owner of the organization accept it`,
});

/** A word for each code that a person can do something about; the others pass by themselves. */
const REASONS: Partial<Record<ErrorCode, string>> = {
  PLUS1_PERMISSION_MISSING: 'PermissionMissing',
  PLUS1_SCOPE_MISSING: 'PermissionMissing',
  PLUS1_WRITE_REFUSED: 'WriteRefused',
  PLUS1_ACCESS_REFUSED: 'AccessRefused',
  PLUS1_WRITE_UNPROVED: 'WriteUnproved',
  PLUS1_RATE_LIMITED: 'RateLimited',
  PLUS1_JOURNAL_UNAVAILABLE: 'JournalUnavailable',
};

const reasonOf = ({ code, message, fix }: Plus1Error): Blocked => ({
  reason: REASONS[code] ?? 'NotObserved',
  message: fix === undefined ? message : `${message}; ${fix}`,
});
